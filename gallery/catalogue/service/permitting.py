"""Permits: written down, judged, and what their coming and going does to products on sale."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from gallery.catalogue import queries
from gallery.catalogue.models import Category, Judgement, PermitDemand, PermitPause, Product
from gallery.catalogue.queries import permits
from gallery.catalogue.rules import LACKING, step
from gallery.catalogue.service.written import note
from gallery.core import audit, media, outbox, secrets
from gallery.core.clock import business_date
from gallery.core.db import db, locked
from gallery.core.errors import Conflict, NotFound, Refusal
from gallery.core.papers import Kept
from gallery.core.permissions import SYSTEM, Actor, P
from gallery.core.text import N_
from gallery.producers.models import PERMITS, Permit, PermitPaper, ProducerGroup
from gallery.producers.rules import (
    GROUP_PERMITS,
    PERMIT_NAMES,
    PRIVATE_PERMITS,
    permit_kind,
    permit_number,
    permit_until,
    warning,
)

PLACE = "permit"
"""Of a permit's number, for its encryption."""


def write_permit(
    group_id: int,
    kind: str,
    number: str,
    until: str,
    *,
    product_id: int | None = None,
    paper: Kept | None = None,
    by: Actor,
    at: datetime,
) -> Permit:
    """A permit of a group or of one of its products. What a curator writes holds at once, another's waits for one.

    `until` is its last day as typed, or ''; `paper` a photo or PDF of it that is in the store already. Raises
    Refusal, naming the field; NotFound for another group's product.
    """
    locked(ProducerGroup, group_id)
    permit_kind(kind)
    if kind in GROUP_PERMITS:
        product_id = None
    if product_id is not None:
        queries.one_of_group(product_id, group_id)
    clean = permit_number(kind, number)
    last_day = permit_until(until, business_date(at))
    private = kind in PRIVATE_PERMITS
    _no_twin(group_id, product_id, kind, clean, last_day)
    permit = Permit(
        group_id=group_id,
        product_id=product_id,
        kind=kind,
        number="" if private else clean,
        cipher=secrets.encrypt(clean, PLACE) if private else None,
        last4=clean[-4:],
        until=last_day,
        state="submitted",
        asked_by_id=by.person_id,
        asked_at=at,
    )
    db.session.add(permit)
    db.session.flush()
    _noted("permit.write", permit, by, at)
    if paper is not None:
        _put(permit, paper, by, at)
    if by.may(P.products_judge):
        judge_permit(permit.id, True, by=by, at=at)
    return permit


def _no_twin(group_id: int, product_id: int | None, kind: str, number: str, until: object) -> None:
    """The same paper written twice is once."""
    rows = db.session.scalars(
        sa.select(Permit).where(
            Permit.group_id == group_id,
            Permit.kind == kind,
            Permit.product_id == product_id if product_id is not None else Permit.product_id.is_(None),
            Permit.state.in_(("submitted", "accepted")),
        )
    )
    if any(number_of(row) == number and row.until == until for row in rows):
        raise Refusal(N_("Izin ini sudah dicatat dengan tanggal yang sama."), field="number")


def judge_permit(permit_id: int, accepted: bool, reason: str = "", *, by: Actor, at: datetime) -> Permit:
    """A curator's word on a permit. A yes brings back what stood still for want of it. Raises Refusal, Conflict."""
    permit = locked(Permit, permit_id)
    if permit.state != "submitted":
        raise Conflict(N_("Izin ini sudah diperiksa."))
    reason = " ".join(reason.split())
    if not accepted and not reason:
        raise Refusal(N_("Tulis apa yang salah, supaya kelompok tahu."), field="reason")
    if len(reason) > 300:
        raise Refusal(N_("Paling panjang %(n)s huruf."), field="reason", n=300)
    permit.state = "accepted" if accepted else "declined"
    permit.reason = "" if accepted else reason
    permit.decided_by_id, permit.decided_at = by.person_id, at
    _noted(f"permit.{permit.state}", permit, by, at)
    settle_permits(group_id=permit.group_id, at=at)
    return permit


def withdraw_permit(permit_id: int, *, by: Actor, at: datetime) -> Permit:
    """A permit that no longer counts; what needs it stands still at once. Raises Conflict when it is gone already."""
    permit = locked(Permit, permit_id)
    if permit.state == "withdrawn":
        raise Conflict
    permit.state = "withdrawn"
    permit.decided_by_id, permit.decided_at = by.person_id, at
    _erase_paper(permit, at)
    _noted("permit.withdraw", permit, by, at)
    settle_permits(group_id=permit.group_id, at=at)
    return permit


def put_paper(permit_id: int, paper: Kept, *, by: Actor, at: datetime) -> None:
    """A photo or PDF of a permit, in the place of the one before, whose file is erased.

    Raises NotFound for a permit that was withdrawn, and for who may not see it.
    """
    permit = locked(Permit, permit_id)
    _may_see(permit, by)
    if permit.state == "withdrawn":
        raise NotFound(N_("Izin ini sudah dicabut."))
    _erase_paper(permit, at)
    _put(permit, paper, by, at)
    _noted("permit.paper", permit, by, at)


def paper_of(permit_id: int, *, by: Actor, at: datetime) -> Kept:
    """The paper of a permit, and a line in the audit that it was looked at. Raises NotFound: none, or not for them."""
    permit, row = db.session.get(Permit, permit_id), db.session.get(PermitPaper, permit_id)
    _may_see(permit, by)
    if permit is None or row is None:
        raise NotFound
    _noted("permit.see-paper", permit, by, at)
    return Kept(row.file, row.kind)


def _may_see(permit: Permit | None, by: Actor) -> None:
    """A permit's paper is for its group, and for staff who write and judge permits."""
    own = permit is not None and by.group_id == permit.group_id and by.may(P.own_products)
    if permit is None or not (own or by.may(P.products_write)):
        raise NotFound


def _put(permit: Permit, paper: Kept, by: Actor, at: datetime) -> None:
    db.session.add(
        PermitPaper(permit_id=permit.id, file=paper.file, kind=paper.kind, sent_by_id=by.person_id, sent_at=at)
    )
    db.session.flush()


def _erase_paper(permit: Permit, at: datetime) -> None:
    row = db.session.get(PermitPaper, permit.id)
    if row is not None:
        media.ask_to_discard([row.file], key=row.file, at=at)
        db.session.delete(row)
        db.session.flush()


def reveal_permit(permit_id: int, *, by: Actor, at: datetime) -> str:
    """The whole number, and a line in the audit that it was looked at. Raises NotFound for who may not."""
    permit = db.session.get(Permit, permit_id)
    own = permit is not None and by.group_id == permit.group_id and by.may(P.own_products)
    if permit is None or not (own or by.may(P.products_judge)):
        raise NotFound
    _noted("permit.reveal", permit, by, at)
    return number_of(permit)


def number_of(permit: Permit) -> str:
    return secrets.decrypt(permit.cipher, PLACE) if permit.cipher else permit.number


def _noted(verb: str, permit: Permit, by: Actor, at: datetime) -> None:
    db.session.flush()
    audit.record(
        verb, "permit", permit.id, by=by, at=at, fields=[permit.kind], on_behalf=by.on_behalf_of(permit.group_id)
    )


def demand_permits(category_id: int, kinds: Iterable[str], *, by: Actor, at: datetime) -> None:
    """Which permits a category demands from now on; what lacks one stands still at once."""
    locked(Category, category_id)
    wanted = {kind for kind in kinds if kind in PERMITS}
    now = set(permits.demands().get(category_id, ()))
    if wanted == now:
        return
    db.session.execute(sa.delete(PermitDemand).where(PermitDemand.category_id == category_id))
    db.session.add_all(PermitDemand(category_id=category_id, kind=kind) for kind in sorted(wanted))
    db.session.flush()
    audit.record("category.permits", "category", category_id, by=by, at=at, fields=sorted(wanted ^ now))
    settle_permits(at=at)


def settle_permits(*, group_id: int | None = None, at: datetime) -> tuple[int, int]:
    """Pause what lacks a permit today, bring back what lacks none any more: how many of each. Twice does no harm."""
    today = business_date(at)
    missing: dict[int, list[str]] = {}
    for id, kind in db.session.execute(permits.wanting(today).where(Product.state == "published", _of(group_id))):
        missing.setdefault(id, []).append(kind)
    back = list(
        db.session.scalars(
            sa.select(PermitPause.product_id)
            .join(Product, Product.id == PermitPause.product_id)
            .where(_of(group_id), Product.id.not_in(permits.wanting(today).with_only_columns(Product.id)))
        )
    )
    for id in sorted(missing):
        _stop(id, missing[id], at)
    resumed = sum(_bring_back(id, at) for id in sorted(back))
    return len(missing), resumed


def _of(group_id: int | None) -> sa.ColumnElement[bool]:
    return Product.group_id == group_id if group_id is not None else sa.true()


def _stop(product_id: int, kinds: list[str], at: datetime) -> None:
    product = locked(Product, product_id)
    if product.state != "published":
        return
    product.state = step("pause", product.state)
    db.session.add(PermitPause(product_id=product.id, since=at))
    _told(product, "paused", kinds, at)


def _bring_back(product_id: int, at: datetime) -> bool:
    product = locked(Product, product_id)
    db.session.execute(sa.delete(PermitPause).where(PermitPause.product_id == product_id))
    if product.state != "paused":
        return False
    product.state = step("resume", product.state)
    _told(product, "published", [], at)
    return True


def _told(product: Product, verdict: str, kinds: list[str], at: datetime) -> None:
    """A line in the product's history, by nobody's hand; its reason is kept as a list of kinds."""
    reason = f"{LACKING}{','.join(kinds)}" if kinds else ""
    db.session.add(Judgement(product_id=product.id, verdict=verdict, reason=reason, by_id=None, at=at))
    note(f"product.{verdict}", product, SYSTEM, at, ["permit"])


def refuse_lacking(product: Product, at: datetime) -> None:
    """Raise Refusal when a product lacks a permit that its category demands: it cannot go (back) on sale."""
    kinds = permits.lacking([product.id], business_date(at)).get(product.id)
    if kinds:
        raise Refusal(
            N_("Belum bisa tampil di toko: izin ini belum ada atau sudah habis: %(kinds)s."),
            kinds=", ".join(PERMIT_NAMES[kind] for kind in kinds),
        )


def warn_of_permits(*, at: datetime) -> int:
    """Ask for a mail to who speaks for a group, 60, 30 and 7 days before a permit's last day; each is sent once."""
    today, asked = business_date(at), 0
    for row in permits.ending(today):
        days = warning(row.until, today)
        for person in permits.contacts(row.group_id):
            if days is not None and person.email:
                outbox.put(
                    "catalogue.permit_ending",
                    {"permit_id": row.id, "person_id": person.id, "days": days},
                    key=f"permit-ending:{row.id}:{days}:{person.id}",
                    at=at,
                )
                asked += 1
    return asked
