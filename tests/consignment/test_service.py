"""A note's life, on both engines."""

import threading
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from gallery.consignment import queries, service
from gallery.consignment.models import Note, NoteLine, Receipt
from gallery.consignment.queries import goods
from gallery.consignment.service import Count, Proposal, Taken
from gallery.core.db import db
from gallery.core.errors import Conflict, NotAllowed, NotFound, Refusal
from gallery.core.models import AuditRow
from gallery.core.permissions import SYSTEM
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.stock import service as stock
from gallery.stock.models import Balance, Lot, Movement
from tests import make


@pytest.fixture
def melati(db_app):
    with transaction():
        group = make.group(bp=1000)
        other = make.group()
        return {
            "group": group.id,
            "leader": make.producer(group),
            "stranger": make.producer(other),
            "storekeeper": make.storekeeper(),
            "cashier": make.cashier(),
            "cloth": make.variant(group, 310_000).id,
            "hanky": make.variant(group, 45_000).id,
            "theirs": make.variant(other).id,
            "shelf": make.location("shelf").id,
            "display": make.location("display").id,
        }


def proposed(m, *lines, now):
    with transaction():
        lines = lines or (Proposal(m["cloth"], 6), Proposal(m["hanky"], 20))
        note = service.draft(m["group"], lines, by=m["leader"], at=now)
        return service.propose(note.id, by=m["leader"], at=now).id


def accepted(m, *lines, now):
    id = proposed(m, *lines, now=now)
    with transaction():
        service.accept(id, by=m["storekeeper"], at=now)
    return id


def lines(note_id):
    return db.session.scalars(sa.select(NoteLine).where(NoteLine.note_id == note_id).order_by(NoteLine.position)).all()


def counts(note_id, *quantities, place, **more):
    return [Count(line.id, n, place, **more) for line, n in zip(lines(note_id), quantities, strict=True)]


def receive(m, note_id, *quantities, now, key="k1", **more):
    found = counts(note_id, *quantities, place=m["shelf"], **more)
    with transaction():
        return service.receive(note_id, found, key=key, by=m["storekeeper"], at=now).id


def test_it_works(melati, now):
    id = accepted(melati, now=now)
    assert db.session.get_one(Note, id).number == "BT-2026-000001"
    receive(melati, id, 6, 20, now=now)
    note = db.session.get_one(Note, id)
    assert (note.state, note.received_on) == ("received", date(2026, 11, 2))
    first, second = db.session.scalars(sa.select(Lot).order_by(Lot.id))
    assert (first.terms_kind, first.bp, first.net, first.term_end) == ("percent", 1000, None, date(2027, 1, 31))
    assert first.terms_id and first.group_id == melati["group"] and second.variant_id == melati["hanky"]
    assert db.session.scalars(sa.select(Balance.on_hand).order_by(Balance.lot_id)).all() == [6, 20]
    assert set(db.session.scalars(sa.select(Movement.kind))) == {"received"}
    assert list(db.session.scalars(sa.select(AuditRow.verb).order_by(AuditRow.id))) == [
        "note.propose",
        "note.accept",
        "note.receive",
    ]


# ---------------------------------------------------------------- who may not


def test_another_group_may_not_touch_it(melati, now):
    id = proposed(melati, now=now)
    for verb in (service.propose, service.withdraw):
        with pytest.raises(NotFound), transaction():
            verb(id, by=melati["stranger"], at=now)
    with pytest.raises(NotFound), transaction():
        service.draft(melati["group"], [Proposal(melati["cloth"], 1)], by=melati["stranger"], at=now)
    assert queries.one(id, queries.of_group(melati["stranger"])) is None
    assert queries.one(id, queries.of_group(melati["leader"])).id == id


def test_producers_and_cashiers_do_not_count_goods(melati, now):
    id = proposed(melati, now=now)
    for who in (melati["leader"], melati["cashier"]):
        for verb in (
            lambda who=who: service.accept(id, by=who, at=now),
            lambda who=who: service.decline(id, "tidak", by=who, at=now),
            lambda who=who: service.receive(id, [], key="k", by=who, at=now),
            lambda who=who: service.write_for_group(melati["group"], [], by=who, at=now),
        ):
            with pytest.raises(NotAllowed), transaction():
                verb()


def test_another_groups_goods_are_not_there(melati, now):
    with pytest.raises(NotFound), transaction():
        service.draft(melati["group"], [Proposal(melati["theirs"], 1)], by=melati["leader"], at=now)
    id = accepted(melati, now=now)
    with pytest.raises(NotFound), transaction():
        service.add_line(id, melati["theirs"], by=melati["storekeeper"], at=now)


def test_another_notes_line_is_not_there(melati, now):
    one, two = accepted(melati, now=now), accepted(melati, now=now)
    with pytest.raises(NotFound), transaction():
        service.receive(one, counts(two, 6, 20, place=melati["shelf"]), key="k", by=melati["storekeeper"], at=now)
    assert not db.session.scalar(sa.select(sa.func.count(Lot.id)))


# ---------------------------------------------------------------- proposing


def test_a_form_sent_twice_is_one_note(melati, now):
    for _ in range(2):
        with transaction():
            service.draft(melati["group"], [Proposal(melati["cloth"], 1)], key="form", by=melati["leader"], at=now)
    assert db.session.scalar(sa.select(sa.func.count(Note.id))) == 1


def test_a_draft_is_written_anew(melati, now):
    with transaction():
        note = service.draft(melati["group"], [Proposal(melati["cloth"], 1)], by=melati["leader"], at=now)
    id = note.id
    with transaction():
        again = [Proposal(melati["hanky"], 3, sample=True)]
        service.draft(melati["group"], again, note_id=id, by=melati["leader"], at=now)
    (line,) = lines(id)
    assert (line.variant_id, line.proposed, line.location_id) == (melati["hanky"], 3, melati["display"])
    with transaction():
        service.propose(id, by=melati["leader"], at=now)
    with pytest.raises(Conflict), transaction():
        service.draft(melati["group"], again, note_id=id, by=melati["leader"], at=now)


@pytest.mark.parametrize(
    "quantity, days, field",
    [(0, 0, "lines"), (-1, 0, "quantity-{cloth}"), (200_000, 0, "quantity-{cloth}"), (1, -1, "deliver_on")],
)
def test_what_makes_no_sense_is_refused_beside_its_field(melati, now, quantity, days, field):
    with pytest.raises(Refusal) as refused, transaction():
        service.draft(
            melati["group"],
            [Proposal(melati["cloth"], quantity)],
            deliver_on=now.date() + timedelta(days=days),
            by=melati["leader"],
            at=now,
        )
    assert refused.value.field == field.format(**melati)


def test_staff_write_for_a_group(melati, now):
    with transaction():
        note = service.write_for_group(
            melati["group"], [Proposal(melati["cloth"], 2)], key="counter", by=melati["storekeeper"], at=now
        )
    assert (note.state, note.on_behalf, note.number) == ("accepted", True, "BT-2026-000001")
    assert all(db.session.scalars(sa.select(AuditRow.on_behalf)))
    with transaction():
        again = service.write_for_group(
            melati["group"], [Proposal(melati["cloth"], 2)], key="counter", by=melati["storekeeper"], at=now
        )
    assert again.id == note.id


# ---------------------------------------------------------------- deciding


def test_declined_with_a_reason(melati, now):
    id = proposed(melati, now=now)
    with pytest.raises(Refusal) as refused, transaction():
        service.decline(id, " ", by=melati["storekeeper"], at=now)
    assert refused.value.field == "reason"
    with transaction():
        service.decline(id, "Stok masih banyak", by=melati["storekeeper"], at=now)
    note = db.session.get_one(Note, id)
    assert (note.state, note.number, note.decline_reason) == ("declined", None, "Stok masih banyak")
    with pytest.raises(Conflict), transaction():
        service.accept(id, by=melati["storekeeper"], at=now)


def test_withdrawn_after_it_was_accepted(melati, now):
    id = accepted(melati, now=now)
    with transaction():
        service.withdraw(id, by=melati["leader"], at=now)
    assert db.session.get_one(Note, id).state == "withdrawn"
    with pytest.raises(Conflict, match="sudah ditarik"):
        receive(melati, id, 6, 20, now=now)


def test_not_withdrawn_once_a_part_was_received(melati, now):
    id = accepted(melati, now=now)
    receive(melati, id, 6, None, now=now)
    with pytest.raises(Refusal, match="Sebagian"), transaction():
        service.withdraw(id, by=melati["leader"], at=now)


# ---------------------------------------------------------------- receiving


def test_a_difference_without_a_reason_changes_nothing(melati, now):
    id = accepted(melati, now=now)
    with pytest.raises(Refusal) as refused:
        receive(melati, id, 6, 19, now=now)
    assert refused.value.field == f"reason-{lines(id)[1].id}"
    assert not db.session.scalar(sa.select(sa.func.count(Lot.id)))
    assert not db.session.scalar(sa.select(sa.func.count(Receipt.id)))


def test_both_counts_are_kept(melati, now):
    id = accepted(melati, now=now)
    receive(melati, id, 5, 21, now=now, reason="dihitung bersama")
    first, second = lines(id)
    assert [(x.proposed, x.counted, x.reason) for x in (first, second)] == [
        (6, 5, "dihitung bersama"),
        (20, 21, "dihitung bersama"),
    ]
    assert db.session.get_one(Note, id).state == "received"


def test_nothing_came_of_a_line(melati, now):
    id = accepted(melati, now=now)
    receive(melati, id, 0, 20, now=now, reason="tidak dibawa")
    assert [line.counted for line in lines(id)] == [0, 20]
    assert db.session.scalar(sa.select(sa.func.count(Lot.id))) == 1
    assert db.session.get_one(Note, id).state == "received"


def test_in_parts_until_complete(melati, now):
    id = accepted(melati, now=now)
    receive(melati, id, 6, None, key="a", now=now)
    assert db.session.get_one(Note, id).state == "accepted"
    receive(melati, id, 6, 12, key="b", now=now + timedelta(days=1), later=True)
    assert [(x.counted, x.finished) for x in lines(id)] == [(6, True), (12, False)]
    receive(melati, id, None, 8, key="c", now=now + timedelta(days=8))
    note = db.session.get_one(Note, id)
    assert (note.state, note.received_on) == ("received", date(2026, 11, 10))
    assert db.session.scalars(sa.select(Lot.received_on).order_by(Lot.id)).all() == [
        date(2026, 11, 2),
        date(2026, 11, 3),
        date(2026, 11, 10),
    ]
    assert db.session.scalars(sa.select(Receipt.units).order_by(Receipt.id)).all() == [6, 12, 8]


def test_nothing_counted_is_no_receipt(melati, now):
    id = accepted(melati, now=now)
    with pytest.raises(Refusal, match="Belum ada yang dihitung"):
        receive(melati, id, 0, None, now=now)


def test_a_receipt_sent_twice_counts_once(melati, now):
    id = accepted(melati, now=now)
    first = receive(melati, id, 6, 20, now=now, key="same")
    assert receive(melati, id, 6, 20, now=now, key="same") == first
    assert sum(db.session.scalars(sa.select(Balance.on_hand))) == 26


@pytest.mark.parametrize("keys", [("same", "same"), ("one", "other")], ids=["same form", "two forms"])
def test_two_at_once_receive_once(db_app, melati, now, keys):
    id = accepted(melati, now=now)
    found = counts(id, 6, 20, place=melati["shelf"])
    db.session.remove()
    start, told = threading.Barrier(2), []

    def send(key):
        with db_app.app_context():
            start.wait()
            try:
                with transaction():
                    service.receive(id, found, key=key, by=melati["storekeeper"], at=now)
                told.append("received")
            except Conflict:
                told.append("conflict")

    both = [threading.Thread(target=send, args=(key,)) for key in keys]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(told) == (["received", "received"] if keys[0] == keys[1] else ["conflict", "received"])
    assert sum(db.session.scalars(sa.select(Balance.on_hand))) == 26
    assert db.session.scalar(sa.select(sa.func.count(Receipt.id))) == 1


@pytest.mark.parametrize(
    "own, expected",
    [
        ({"terms_kind": "percent", "bp": 1500}, ("percent", 1500, None)),
        ({"terms_kind": "net", "net": Rupiah(25_000), "term_days": 30}, ("net", None, 25_000)),
    ],
)
def test_terms_agreed_for_a_line_are_frozen(melati, now, own, expected):
    id = accepted(melati, Proposal(melati["hanky"], 2), now=now)
    receive(melati, id, 2, now=now, **own)
    lot = db.session.scalars(sa.select(Lot)).one()
    assert (lot.terms_kind, lot.bp, lot.net) == expected
    assert lot.term_end == date(2026, 12, 2) if own.get("term_days") else date(2027, 1, 31)


@pytest.mark.parametrize(
    "own, field",
    [
        ({"terms_kind": "net", "net": Rupiah(45_001)}, "rate"),
        ({"expires_on": date(2026, 11, 1)}, "expires"),
    ],
)
def test_what_cannot_be_agreed_is_refused_beside_its_field(melati, now, own, field):
    id = accepted(melati, Proposal(melati["hanky"], 2), now=now)
    with pytest.raises(Refusal) as refused:
        receive(melati, id, 2, now=now, **own)
    assert refused.value.field == f"{field}-{lines(id)[0].id}"


def test_a_counting_in_progress_is_kept(melati, now):
    id = accepted(melati, now=now)
    with transaction():
        service.tally(id, counts(id, 5, 3, place=melati["display"], reason="kurang"), by=melati["storekeeper"], at=now)
    assert [(x.tally, x.counted, x.reason, x.location_id) for x in lines(id)] == [
        (5, None, "kurang", melati["display"]),
        (3, None, "kurang", melati["display"]),
    ]


def test_goods_that_were_not_proposed(melati, now):
    id = accepted(melati, Proposal(melati["hanky"], 2), now=now)
    with transaction():
        service.add_line(id, melati["cloth"], by=melati["storekeeper"], at=now)
    with pytest.raises(Refusal, match="Lebih 1"):
        receive(melati, id, 2, 1, now=now)
    receive(melati, id, 2, 1, now=now, reason="dibawa sekalian")
    assert [(x.proposed, x.counted) for x in lines(id)] == [(2, 2), (0, 1)]


# ---------------------------------------------------------------- closing


def test_closed_when_nothing_is_left_and_reopened(melati, now):
    id = accepted(melati, Proposal(melati["hanky"], 2), now=now)
    receive(melati, id, 2, now=now)
    with transaction():
        assert service.settle_states(now) == 0
    with transaction() as session:
        lot = session.scalars(sa.select(Lot)).one()
        session.execute(sa.update(Balance).values(on_hand=0))
    with transaction():
        assert service.settle_states(now) == 1
    assert db.session.get_one(Note, id).state == "closed" and db.session.get_one(Note, id).closed_at == now
    with transaction() as session:
        session.execute(sa.update(Balance).where(Balance.lot_id == lot.id).values(on_hand=1))
    page = queries.page(db.session.get_one(Note, id), "id", now.date())
    assert page.state == "received"
    with transaction():
        assert service.settle_states(now) == 1
        assert service.settle_states(now) == 0
    assert db.session.get_one(Note, id).state == "received"


# ---------------------------------------------------------------- old books


def test_a_note_of_old_books(melati, now):
    on = date(2026, 3, 6)
    with transaction():
        note = service.take_note(
            melati["group"],
            [
                Taken(melati["cloth"], 5, melati["shelf"]),
                Taken(melati["cloth"], 1, melati["display"], "percent", bp=1250),
                Taken(melati["hanky"], 9, melati["shelf"], "net", net=Rupiah(25_000), term_days=10, expires_on=on),
            ],
            on=on,
            by=SYSTEM,
            at=now,
        )
    assert (note.number, note.state, note.received_on) == ("BT-2026-000001", "received", on)
    found = db.session.scalars(sa.select(Lot).order_by(Lot.id)).all()
    assert [(x.received_on, x.terms_kind, x.bp, x.net) for x in found] == [
        (on, "percent", 1000, None),
        (on, "percent", 1250, None),
        (on, "net", None, 25_000),
    ]
    assert [x.term_end for x in found] == [date(2026, 6, 4), date(2026, 6, 4), date(2026, 3, 16)]
    assert set(db.session.scalars(sa.select(Movement.business_date))) == {on}
    with transaction():
        assert stock.pick([(melati["cloth"], 5)], today=on)[0][0].lot_id == found[0].id


def test_no_terms_no_note(melati, now):
    with pytest.raises(Refusal, match="perjanjian"), transaction():
        service.take_note(
            melati["group"], [Taken(melati["cloth"], 5, melati["shelf"])], on=date(2025, 12, 31), by=SYSTEM, at=now
        )


# ---------------------------------------------------------------- pages


def test_the_page_of_a_note(melati, now):
    id = accepted(melati, now=now)
    receive(melati, id, 5, None, now=now, reason="satu sobek")
    page = queries.page(db.session.get_one(Note, id), "id", now.date())
    assert (page.proposed, page.counted, page.left, page.state) == (26, 5, 5, "accepted")
    cloth, hanky = page.lines
    assert (cloth.difference, cloth.lots, cloth.left) == (-1, ("00000001",), 5)
    assert (hanky.expected, hanky.difference, hanky.lots) == (20, 0, ())
    assert [(k.units, k.who) for k in page.receipts] == [(5, "Penjaga Gudang")]
    row = queries.rows()[0]
    assert (row.partly, row.gone, row.kinds, row.number) == (True, 0, 2, "BT-2026-000001")


def test_what_a_code_means(melati, now):
    id = accepted(melati, Proposal(melati["hanky"], 2), now=now)
    note = db.session.get_one(Note, id)
    (line,) = queries.lines_of(id, "id")
    assert goods.scanned(note, line.sku.lower()) == goods.scanned(note, line.barcode) == (line.id, None)
    receive(melati, id, 2, now=now)
    assert goods.scanned(note, "0000 0001") == (line.id, None)
    cloth = next(g for g in goods.goods_of(melati["group"], "id", now.date()) if g.variant_id == melati["cloth"])
    assert goods.scanned(note, cloth.sku) == (None, melati["cloth"])
    assert goods.scanned(note, "entah") == (None, None)


def test_drafts_are_the_groups_own(melati, now):
    with transaction():
        service.draft(melati["group"], [Proposal(melati["cloth"], 1)], by=melati["leader"], at=now)
    assert queries.rows(queries.everybody()) == []
    assert len(queries.rows(queries.of_group(melati["leader"]))) == 1
