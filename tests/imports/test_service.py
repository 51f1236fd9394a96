"""Old books taken through the services, on both engines."""

from datetime import date

import pytest
import sqlalchemy as sa

from gallery.catalogue.models import Category, Product, Variant
from gallery.consignment.models import Note
from gallery.core.db import db
from gallery.core.errors import Refusal
from gallery.core.permissions import SYSTEM
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.imports import service
from gallery.ledger.models import Entry, Posting
from gallery.people.models import Person
from gallery.producers.models import BankAccount, Member, ProducerGroup, Terms
from gallery.reconciliation.service import verify
from gallery.sales.models import LinePart, Order
from gallery.settlement import service as settlement
from gallery.settlement.queries.booked import balances
from gallery.settlement.rules import month, months
from gallery.stock.models import Balance, Lot, Movement
from gallery.trade.models import ReturnCase
from tests.imports.conftest import BOOKS, GROUPS, NOTES, PRODUCTS, SALES, bad, take, take_book
from tests.make import AT


def counted() -> dict[str, int]:
    models = (ProducerGroup, Person, Variant, Note, Lot, Order, LinePart, Movement, Entry, Posting, ReturnCase, Balance)
    return {m.__tablename__: db.session.scalar(sa.select(sa.func.count()).select_from(m)) or 0 for m in models}


def places(rows) -> list[tuple[int, str]]:
    return [(row.row, row.column) for row in rows]


@pytest.mark.parametrize(("book", "first", "last"), [("plain", "2026-03", "2026-08"), ("hard", "2026-03", "2026-07")])
def test_the_sample_books_byte_for_byte_and_once(db_app, book, first, last):
    take_book(book)
    for m in months(month(first), month(last)):
        with transaction():
            settlement.draw_up(m, by=SYSTEM, at=AT)
    said = "".join(",".join(row) + "\n" for row in settlement.export(month(first), month(last)))
    assert said.encode() == (BOOKS / book / "expected.csv").read_bytes()
    assert verify() == []
    before = counted()
    take_book(book)
    assert counted() == before


def test_it_works(small):
    first = db.session.scalars(sa.select(ProducerGroup).where(ProducerGroup.code == "K1")).one()
    assert first.joined_on == date(2026, 1, 1) and first.district == "352705"
    assert db.session.scalars(sa.select(Terms.bp).order_by(Terms.group_id)).all() == [1500, 1250]
    assert db.session.scalars(sa.select(Person.phone)).all() == ["+6281200000001"]
    account = db.session.scalars(sa.select(BankAccount)).one()
    assert account.last4 == "5678" and account.holder == "Kelompok Satu" and "12345678" not in account.cipher
    assert account.usable_from < AT
    variant = db.session.scalars(sa.select(Variant).where(Variant.sku == "S1")).one()
    assert (variant.price, variant.weight_g) == (150_000, 300) and len(variant.barcode) == 13
    assert {c.name for c in db.session.scalars(sa.select(Category))} >= {"Batik", "Ukir kayu", "Lain-lain"}
    assert set(db.session.scalars(sa.select(Product.state))) == {"published"}
    lots = db.session.scalars(sa.select(Lot).order_by(Lot.id)).all()
    assert [(lot.bp, lot.net, lot.received_on.day) for lot in lots] == [
        (1500, None, 1), (None, 8000, 1), (1500, None, 1), (2000, None, 2),
    ]  # fmt: skip
    assert verify() == []


def test_two_groups_may_share_a_phone(db_app):
    header = "code,name,kecamatan,commission,joined,leader,phone\n"
    take(
        "groups",
        header + "A,Satu,Omben,10,2026-01-01,Ibu,0812-0000-0001\nB,Dua,Omben,10,2026-01-01,Bapak,081200000001\n",
    )
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Member)) == 2


def test_lots_are_numbered_in_the_order_of_the_file_though_notes_are_mixed(small):
    header = "note,date,sku,quantity,location,terms\n"
    take(
        "consignments",
        header + "A,2026-04-01,S2,1,shelf,10%\nB,2026-04-01,S1,1,shelf,20%\nA,2026-04-01,S1,1,shelf,30%\n",
    )
    rates = db.session.scalars(sa.select(Lot.bp).where(Lot.received_on == date(2026, 4, 1)).order_by(Lot.id)).all()
    assert rates == [1000, 2000, 3000]


def test_a_sale_draws_lots_in_their_turn_and_stands_on_the_books_accounts(small):
    take(
        "sales",
        SALES
        + "R1,2026-03-05,S1,1,150000,15000,shared,cash,,\n"
        + "R1,2026-03-05,S2,2,10000,2000,group,qris,,\n"
        + "R2,2026-03-06 10:00,T1,1,33335,,,transfer,,\n",  # expired on the third: drawn in its turn
    )
    first, second = db.session.scalars(sa.select(Order).order_by(Order.placed_at)).all()
    assert (first.receipt, first.channel, first.state, first.number, first.pay_by) == (
        "R1",
        "books",
        "completed",
        None,
        "mixed",
    )
    assert first.total == 135_000 + 18_000 and second.business_date == date(2026, 3, 6)
    parts = db.session.scalars(sa.select(LinePart).order_by(LinePart.id)).all()
    assert [(p.commission, p.earning, p.promotion) for p in parts] == [
        (20_250, 114_750, 0), (2_000, 16_000, 0), (6_667, 26_668, 0),
    ]  # fmt: skip
    assert balances() == {parts[0].group_id: 130_750, parts[2].group_id: 26_668}
    assert verify() == []


def test_a_return_goes_back_over_the_parts_and_may_be_sold_again(small):
    take("sales", SALES + "R1,2026-03-05,S1,3,150000,,,card,,\n")
    assert places(bad("sales", SALES + "R2,2026-03-06,S1,1,150000,,,cash,,\n")) == [(2, "quantity")]
    take("sales", SALES + "X,2026-03-06,S1,1,,,,cash,R1,shelf\nX,2026-03-06,S1,1,140000,,,cash,,\n")
    assert places(bad("sales", SALES + "Y,2026-03-07,S1,3,,,,cash,R1,damaged\n")) == [(2, "return_of")]
    take("sales", SALES + "Y,2026-03-07,S1,2,,,,cash,R1,damaged\n")
    assert verify() == []


def test_everything_given_away_and_brought_back(small):
    take("sales", SALES + "R1,2026-03-05,S1,2,150000,300000,gallery,cash,,\n")
    take("sales", SALES + "B,2026-03-06,S1,1,,,,cash,R1,shelf\n")
    part = db.session.scalars(sa.select(LinePart)).one()
    assert (part.paid, part.earning, part.commission, part.promotion, part.returned) == (0, 255_000, 45_000, 300_000, 1)
    assert balances()[part.group_id] == 127_500 and verify() == []


def test_a_free_piece_is_sold_for_nothing(small):
    take("sales", SALES + "R1,2026-03-05,T1,1,0,,,cash,,\nR2,2026-03-06,T1,1,,,,cash,R1,shelf\n")
    assert set(balances().values()) <= {0} and verify() == []


def test_the_same_again_changes_nothing_and_another_content_is_an_error(small):
    file = SALES + "R1,2026-03-05,S1,1,150000,,,cash,,\n"
    take("sales", file)
    before = counted()
    assert take("sales", file.replace("150000", "Rp 150.000")).same == 1
    assert counted() == before
    assert places(bad("sales", file.replace(",1,150000", ",2,150000"))) == [(2, "")]
    assert places(bad("sales", file + "R1,2026-03-05,S2,1,10000,,,cash,,\n")) == [(3, "receipt")]
    assert places(bad("groups", GROUPS.replace("Kelompok Satu", "Lain"))) == [(2, "")]
    assert places(bad("consignments", NOTES + "N2,2026-03-02,T1,1,shelf,,,\n")) == [(6, "note")]


def test_a_file_grows(small):
    take("sales", SALES + "R1,2026-03-05,S1,1,150000,,,cash,,\n")
    longer = (
        SALES
        + "R1,2026-03-05,S1,1,150000,,,cash,,\nR2,2026-03-06,S1,1,150000,,,cash,,\n"
        + "R3,2026-03-07,S1,1,,,,cash,R1,group\n"
    )
    assert take("sales", longer).rows == 2 and verify() == []


def test_what_breaks_a_rule_is_a_bad_row(small):
    take("sales", SALES + "OLD,2026-03-05,S2,1,10000,,,cash,,\n")
    found = bad(
        "sales",
        SALES
        + "R1,2026-02-28,S1,1,150000,,,cash,,\n"  # before it came
        + "R2,2026-03-05,S1,4,150000,,,cash,,\n"  # the sample is not for sale
        + "R3,2026-03-05,NO,1,1000,,,cash,,\n"
        + "R4,2026-03-06,S2,1,10000,2001,,cash,,\n"  # below its net
        + "R5,2026-03-06,S2,2,,,,cash,OLD,shelf\n"  # more than was sold
        + "R6,2026-03-06,S1,1,,,,cash,OLD,shelf\n"  # not on that receipt
        + "R7,2026-03-04,S2,1,,,,cash,R8,shelf\n"  # sold only later
        + "R8,2026-03-05,T1,1,33335,,,cash,,\n",
    )
    assert places(found) == [
        (2, "quantity"), (3, "quantity"), (4, "sku"), (5, "discount"), (6, "return_of"), (7, "return_of"),
        (8, "return_of"),
    ]  # fmt: skip
    with pytest.raises(service.BadFile) as refusal:
        take("sales", SALES + "R3,2026-03-05,NO,1,1000,,,cash,,\nR8,2026-03-05,T1,1,33335,,,cash,,\n")
    assert places(refusal.value.bad) == [(2, "sku")]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Order)) == 1  # nothing was taken


def test_one_mistake_is_named_once(small):
    found = bad(
        "sales",
        SALES
        + "R1,2026-03-05,S1,2,many,,,cash,,\n"  # its return cannot be judged
        + "R2,2026-03-06,S1,2,,,,cash,R1,shelf\n"
        + "R3,2026-03-07,T1,9,33335,,,cash,,\n"
        + "R4,2026-03-08,T1,1,,,,cash,R3,shelf\n",
    )
    assert places(found) == [(2, "price"), (4, "quantity")]


def test_bad_groups_products_and_notes(small):
    assert places(
        bad(
            "groups",
            "code,name,kecamatan,village,commission,joined\nk1,A,Omben,,10,2026-01-01\nB,B,Bandung,,10,2026-01-01\nC,C,Omben,Atlantis,10,2026-01-01\n",
        )
    ) == [(2, "code"), (3, "kecamatan"), (4, "village")]
    assert places(bad("products", "sku,group,name,price,weight_g\nS1,K1,A,1,1\nS9,K9,A,1,1\n")) == [
        (2, ""),
        (3, "group"),
    ]
    header = "note,date,sku,quantity,location,terms\n"
    assert places(
        bad(
            "consignments",
            header
            + "A,2026-04-01,S1,1,shelf,\nA,2026-04-01,T1,1,shelf,\n"
            + "B,2025-12-31,S1,1,shelf,\nC,2026-04-01,XX,1,shelf,\n",
        )
    ) == [(3, "sku"), (4, "date"), (5, "sku")]


def test_a_frozen_month_takes_no_row(small):
    take("sales", SALES + "R1,2026-03-05,S1,1,150000,,,cash,,\n")
    with transaction():
        settlement.draw_up(date(2026, 3, 1), by=SYSTEM, at=AT)
        settlement.approve_month(date(2026, 3, 1), by=SYSTEM, at=AT)
    found = bad(
        "sales",
        SALES
        + "R2,2026-03-31,S1,1,150000,,,cash,,\nR3,2026-04-01,S1,1,150000,,,cash,,\nR4,2026-03-31,T1,1,33335,,,cash,,\n",
    )
    assert places(found) == [(2, "time")]  # the other group has no approved month
    assert places(bad("consignments", "note,date,sku,quantity,location\nZ,2026-03-30,S1,1,shelf\n")) == [(2, "date")]
    assert places(bad("payouts", "group,date,amount,reference\nK1,2026-03-30,1000,B1\n")) == [(2, "date")]


def test_payouts_of_before_and_the_opening_entry(small):
    take("sales", SALES + "R1,2026-03-05,S1,2,150000,,,cash,,\nR2,2026-03-05,T1,1,33335,,,transfer,,\n")
    payouts = (
        "group,date,amount,reference\n"
        "K1,2026-04-05,100.000,setoran\nK1,2026-05-05,20.000,setoran\nK2,2026-04-05,20.000,setoran\n"
    )
    take("payouts", payouts)
    assert take("payouts", payouts).rows == 0
    held = {g.code: balances()[g.id] for g in db.session.scalars(sa.select(ProducerGroup))}
    assert held == {"K1": 255_000 - 120_000, "K2": 26_668 - 20_000}
    with transaction():
        service.open_books({"cash:books": Rupiah(140_000)}, on=date(2026, 6, 1), by=SYSTEM, at=AT)
    with transaction(), pytest.raises(Refusal):
        service.open_books({"cash:books": Rupiah(150_000)}, on=date(2026, 6, 1), by=SYSTEM, at=AT)
    assert verify() == []


def test_what_was_written_on_paper_while_the_till_was_down(small):
    """Later files draw on what is left by then, though they bear earlier days."""
    take("sales", SALES + "R2,2026-03-10,S1,2,150000,,,cash,,\n")
    take("sales", SALES + "R1,2026-03-05,S1,1,150000,,,cash,,\n")
    assert places(bad("sales", SALES + "R0,2026-03-04,S1,1,150000,,,cash,,\n")) == [(2, "quantity")]
    assert verify() == []


def test_progress_is_told(small):
    told = []
    rows = "".join(f"R{n},2026-03-05,T1,1,33335,,,cash,,\n" for n in range(5))
    with transaction():
        service.take(
            service.Kind.SALES, [(SALES + rows).encode()], sha="0" * 64, by=SYSTEM, at=AT,
            progress=lambda *said: told.append(said),
        )  # fmt: skip
    assert told[0] == ("check", 0, 5) and told[-1] == ("take", 5, 5)


def test_products_need_their_groups_first(db_app):
    assert {b.column for b in bad("products", PRODUCTS)} == {"group"}
