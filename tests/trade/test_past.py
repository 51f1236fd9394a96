"""Old books entered in bulk say what selling and refunding one by one would have said."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.permissions import SYSTEM
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.ledger.models import Entry, Posting, Seal
from gallery.ledger.rules import seal_hash
from gallery.ledger.service import line_of
from gallery.payments.models import Payment, Refund
from gallery.sales import rules as sales_rules
from gallery.sales import service as sales
from gallery.sales.models import LinePart, Order, OrderLine
from gallery.sales.rules import Discount
from gallery.stock.models import Balance, Lot, Movement
from gallery.stock.rules import NotEnough
from gallery.trade import rules
from gallery.trade import service as trade
from gallery.trade.models import Handover, HandoverPart, ReturnCase, ReturnPart
from gallery.trade.service import Back, Past, PastLine, Tender
from tests.conftest import running
from tests.trade.goods import AT, books, goods, held_and_on_hand, lot

DAY = datetime(2026, 11, 3, 3, 0, tzinfo=UTC)


def past():
    return Past(by=SYSTEM)


def line(variant_id, quantity=1, price=10_001, discount=0, funder="shared", asset="cash:books"):
    return PastLine(variant_id, quantity, Rupiah(price), asset, Rupiah(discount), funder)


def test_it_works(db_app):
    group_id, variant_id, lot_id = goods(5)
    with transaction():
        book = past()
        book.sell("N-1", line(variant_id, 3), at=DAY)
        book.take_back("N-1", variant_id, 1, goods="shelf", asset="cash:books", key="R-1#1", receipt="R-1", at=DAY)
        book.write()
    assert books() == {"cash:books": -20_002, f"group:{group_id}": 17_002, "commission": 3_000}
    assert held_and_on_hand(lot_id) == (0, 3)
    order = db.session.scalars(sa.select(Order)).one()
    assert (order.number, order.receipt, order.state, order.total) == (None, "N-1", "completed", 30_003)


def scene():
    """Two groups, lots with different terms, one with a fixed net."""
    _, first, _ = goods(2, bp=1000)
    lot(first, 3, bp=2000, location="back-room")
    lot(first, 2, bp=1500, expires_on=AT.date() + timedelta(days=30))
    _, second, _ = goods(9, price=25_000, net=8_000)
    return first, second


def one_by_one(first, second):
    with transaction():
        draft = sales.Draft(
            "N-1",
            [
                sales.Wanted(first, 4, Rupiah(10_001), Discount("group", amount=Rupiah(1_000))),
                sales.Wanted(second, 2, Rupiah(25_000), Discount("gallery", amount=Rupiah(500))),
                sales.Wanted(first, 1, Rupiah(9_999)),
            ],
            channel="counter",
            delivery="counter",
            pay_by="mixed",
        )
        tenders = [Tender("cash:books", Rupiah(39_004 + 9_999)), Tender("qris", Rupiah(49_500))]
        order = trade.sell(draft, tenders, by=SYSTEM, at=DAY)
    lines = db.session.scalars(sa.select(OrderLine.id).order_by(OrderLine.position)).all()
    with transaction():
        back = [Back((lines[0], lines[2]), 3, "shelf")]
        trade.refund(order.id, back, asset="cash:books", key="R#1", by=SYSTEM, at=DAY, reason="")
        back = [Back((lines[1],), 1, "group")]
        trade.refund(order.id, back, asset="bank:books", key="R#2", by=SYSTEM, at=DAY, reason="")


def in_bulk(first, second):
    with transaction():
        book = past()
        book.sell("N-1", line(first, 4, discount=1_000, funder="group"), at=DAY)
        book.sell("N-1", line(second, 2, price=25_000, discount=500, funder="gallery", asset="qris"), at=DAY)
        book.sell("N-1", line(first, 1, price=9_999), at=DAY)
        book.take_back("N-1", first, 3, goods="shelf", asset="cash:books", key="R#1", receipt="R", at=DAY)
        book.take_back("N-1", second, 1, goods="group", asset="bank:books", key="R#2", receipt="R", at=DAY)
        book.write()


def told():
    """Every row of trade, without what is drawn by lot."""
    hidden = {"public_id", "batch", "pay_by", "key", "v", "name", "name_en", "channel", "number", "receipt", "reason"}
    tables = (
        Order,
        OrderLine,
        LinePart,
        Payment,
        Entry,
        Handover,
        HandoverPart,
        ReturnCase,
        ReturnPart,
        Refund,
        Balance,
    )
    said = {}
    for model in tables:
        rows = db.session.scalars(sa.select(model).order_by(model.id)).all()
        columns = [c.key for c in sa.inspect(model).column_attrs if c.key not in hidden]
        said[model.__name__] = [tuple(getattr(row, c) for c in columns) for row in rows]
    said["postings"] = sorted(
        db.session.execute(sa.select(Posting.entry_id, Posting.amount, Posting.part_id).order_by(Posting.id)).all(),
        key=str,
    )
    moved = sa.select(Movement.kind, Movement.lot_id, Movement.quantity, Movement.from_id, Movement.to_id)
    said["movements"] = sorted(db.session.execute(moved.add_columns(Movement.business_date)).all(), key=str)
    return said


def in_a_fresh_shop(engine, folder, enter):
    said = {}
    with engine.database() as url:
        for _ in running(url, folder):
            enter(*scene())
            said = told() | {"books": books()}
    return said


def test_both_ways_say_the_same(sqlite_engine, tmp_path):
    slow, fast = (in_a_fresh_shop(sqlite_engine, tmp_path, enter) for enter in (one_by_one, in_bulk))
    assert slow["movements"]
    assert fast == slow


def test_it_is_sealed_like_everything_else(db_app):
    _, variant_id, _ = goods(5)
    with transaction() as session:
        book = past()
        book.sell("N-1", line(variant_id, 2), at=DAY)
        book.write()
        batch = session.info["batch"]
    rows = [
        row
        for model in (Entry, Posting, Movement)
        for row in db.session.scalars(sa.select(model)).all()
        if not isinstance(row, Posting) and row.batch == batch
    ]
    entries = {row.id for row in rows if isinstance(row, Entry)}
    rows += [p for p in db.session.scalars(sa.select(Posting)) if p.entry_id in entries]
    seal = db.session.scalars(sa.select(Seal).where(Seal.batch == batch)).one()
    assert seal.hash == seal_hash(
        seal.previous, [line_of(r) for r in sorted(rows, key=lambda r: (r.__tablename__, r.id))]
    )


def test_rows_of_one_time_draw_in_the_order_of_the_file(db_app):
    _, variant_id, early = goods(1, bp=1000)
    late = lot(variant_id, 5, bp=2000)
    with transaction():
        book = past()
        for receipt in ("A", "B", "A"):
            book.sell(receipt, line(variant_id), at=DAY)
        book.write()
    rows = sa.select(Order.receipt, LinePart.lot_id).join(OrderLine, OrderLine.order_id == Order.id)
    drawn = db.session.execute(rows.join(LinePart, LinePart.line_id == OrderLine.id).order_by(OrderLine.id)).all()
    assert drawn == [("A", early), ("B", late), ("A", late)]


def test_a_refused_row_leaves_nothing_behind(db_app):
    _, variant_id, lot_id = goods(3, net=8_000)
    with transaction():
        book = past()
        with pytest.raises(NotEnough) as few:
            book.sell("N-1", line(variant_id, 4), at=DAY)
        assert few.value.left == 3
        with pytest.raises(sales_rules.BelowNet):
            book.sell("N-1", line(variant_id, 1, price=8_000, discount=1), at=DAY)
        with pytest.raises(NotEnough):
            book.sell("N-1", line(variant_id, 1), at=DAY, on=date(2026, 10, 1))
        book.sell("N-1", line(variant_id, 3), at=DAY)
        with pytest.raises(sales_rules.TooMany):
            book.take_back("N-1", variant_id, 4, goods="shelf", asset="qris", key="r", receipt="R", at=DAY)
        with pytest.raises(rules.NotSoldThere):
            book.take_back("N-9", variant_id, 1, goods="shelf", asset="qris", key="r", receipt="R", at=DAY)
        book.write()
    assert held_and_on_hand(lot_id) == (0, 0)


def test_a_second_book_knows_the_receipts_of_the_first(db_app):
    _, variant_id, lot_id = goods(5)
    with transaction():
        book = past()
        book.sell("N-1", line(variant_id, 3), at=DAY)
        book.take_back("N-1", variant_id, 1, goods="damaged", asset="qris", key="r1", receipt="R", at=DAY)
        book.write()
    with transaction():
        book = past()
        with pytest.raises(rules.AlreadyEntered):
            book.sell("N-1", line(variant_id), at=DAY)
        book.sell("N-2", line(variant_id), at=DAY)
        book.write()
        book.take_back("N-1", variant_id, 2, goods="shelf", asset="cash:books", key="r2", receipt="R2", at=DAY)
        with pytest.raises(sales_rules.TooMany):
            book.take_back("N-1", variant_id, 1, goods="shelf", asset="cash:books", key="r3", receipt="R2", at=DAY)
        book.write()
    assert held_and_on_hand(lot_id) == (0, 3)
    assert db.session.scalars(sa.select(LinePart.returned).order_by(LinePart.id)).all() == [3, 0]
    assert db.session.scalar(sa.select(Payment.refunded).order_by(Payment.id).limit(1)) == 30_003


def test_goods_back_on_the_shelf_are_sold_again(db_app):
    _, variant_id, lot_id = goods(1)
    with transaction():
        book = past()
        book.sell("N-1", line(variant_id), at=DAY)
        book.take_back("N-1", variant_id, 1, goods="shelf", asset="qris", key="r", receipt="R", at=DAY)
        book.sell("N-2", line(variant_id), at=DAY)
        book.write()
    assert held_and_on_hand(lot_id) == (0, 0)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Lot)) == 1
