"""A review is written by who has the thing, judged by a curator, answered once by its group."""

from collections.abc import Sequence
from datetime import datetime

from gallery.core import audit, media
from gallery.core.db import db, locked
from gallery.core.errors import Refusal
from gallery.core.permissions import Actor
from gallery.core.text import N_
from gallery.reviews import queries, rules
from gallery.reviews.models import Review
from gallery.sales.models import Order


def write(
    order_id: int,
    line_id: int,
    *,
    stars: int,
    words: str,
    named: bool,
    name: str,
    photo: str | None,
    lang: str,
    by: Actor,
    at: datetime,
) -> Review:
    """What a shopper says of a line of a completed order; again before it is judged, the same review changes.

    `named` shows the first word of `name`, else it is nobody's. Raises NotFound, NotBought, OwnGoods, AlreadyJudged,
    Refusal with its field.
    """
    order = locked(Order, order_id)
    line = queries.line_of(order_id, line_id)
    if order.state != "completed" or line.units < 1:
        raise rules.NotBought
    if by.group_id == line.group_id or queries.made_by_buyer(order_id, line.group_id):
        raise rules.OwnGoods
    said = line.review
    if said is not None and said.state != rules.WRITTEN:
        raise rules.AlreadyJudged
    if photo is not None and not media.known([photo]):
        raise Refusal(N_("Salah satu foto tidak tersimpan. Kirim lagi fotonya."), field="photo")
    if said is None:
        said = Review(
            order_line_id=line.id,
            product_id=line.product_id,
            group_id=line.group_id,
            state=rules.WRITTEN,
            written_at=at,
        )
        db.session.add(said)
    said.stars, said.words = rules.stars(stars), rules.words(words)
    said.name = rules.first_name(name) if named else ""
    said.media_sha, said.lang, said.changed_at = photo, lang, at
    db.session.flush()
    audit.record("review.write", "review", said.id, by=by, at=at)
    return said


def publish(review_id: int, *, by: Actor, at: datetime) -> Review:
    """A curator's yes: it is shown in the shop."""
    return _judge(review_id, "publish", "", by, at)


def decline(review_id: int, reason: str, *, by: Actor, at: datetime) -> Review:
    """A curator's no, with the reason that its writer reads. Raises Refusal without one."""
    reason = " ".join(reason.split())
    if not reason:
        raise Refusal(N_("Tulis alasannya, supaya pembeli tahu."), field="reason")
    if len(reason) > 300:
        raise Refusal(N_("Paling panjang %(n)s huruf."), field="reason", n=300)
    return _judge(review_id, "decline", reason, by, at)


def _judge(review_id: int, verb: str, reason: str, by: Actor, at: datetime) -> Review:
    said = locked(Review, review_id)
    said.state = rules.step(verb, said.state)
    said.reason, said.decided_by_id, said.decided_at = reason, by.person_id, at
    db.session.flush()
    audit.record(f"review.{verb}", "review", said.id, by=by, at=at)
    return said


def answer(review_id: int, words: str, *, by: Actor, at: datetime) -> Review:
    """The group's one answer to what the shop shows. Raises NotShown, AnsweredAlready, Refusal (field `answer`)."""
    said = locked(Review, review_id)
    if said.state != rules.PUBLISHED:
        raise rules.NotShown
    if said.answered_at is not None:
        raise rules.AnsweredAlready
    said.answer = rules.words(words, "answer", needed=True)
    said.answered_by_id, said.answered_at = by.person_id, at
    db.session.flush()
    audit.record("review.answer", "review", said.id, by=by, at=at, on_behalf=by.on_behalf_of(said.group_id))
    return said


def forget(order_ids: Sequence[int], *, by: Actor, at: datetime) -> int:
    """Nobody's name and photo stay on the reviews of these orders: for who closes an account. Returns how many."""
    mine = queries.of_orders(order_ids)
    for said in mine:
        said.name, said.media_sha = "", None
        audit.record("review.forget", "review", said.id, by=by, at=at)
    return len(mine)
