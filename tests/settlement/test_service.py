"""A month drawn up, approved, paid, returned; on both engines."""

from datetime import date, timedelta

import pytest

from gallery.core import settings
from gallery.core.db import db
from gallery.core.errors import Conflict, NotAllowed, Refusal
from gallery.core.permissions import SYSTEM
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.producers import service as producers
from gallery.reconciliation.service import verify
from gallery.settlement import service
from gallery.settlement.models import Payout
from gallery.settlement.queries.booked import balances
from gallery.settlement.queries.items import goods, lines
from gallery.settlement.queries.statements import payables
from tests import make
from tests.settlement.conftest import Shop, day

MARCH = date(2026, 3, 1)


def lower_minimum(amount: int) -> None:
    with transaction():
        settings.change(settings.MINIMUM_PAYOUT, amount, by=make.manager(), at=day(1))


def due(shop: Shop, month: int):
    statement = shop.statement(month)
    assert statement is not None
    return payables([statement])[statement.id]


def test_it_works(shop: Shop) -> None:
    shop.sell(day(3), quantity=2)
    drawn = shop.draw_up(3)
    assert drawn is not None and drawn.state == "drawn-up" and drawn.number is None
    assert (drawn.units, drawn.gross, drawn.commission, drawn.earnings, drawn.closing) == (
        2,
        300_000,
        45_000,
        255_000,
        255_000,
    )
    approved = shop.approve(3)
    assert approved.number == "ST-2026-000001" and approved.approved_by_id == shop.second.person_id
    payout = shop.pay(3)
    assert (payout.amount, payout.number, payout.paid_on) == (255_000, "PB-2026-000001", date(2026, 4, 5))
    assert shop.statement(3).state == "paid" and balances()[shop.group_id] == 0  # type: ignore[union-attr]
    assert shop.pay(3).id == payout.id  # the same form sent twice
    assert verify() == []


def test_the_refund_after_the_payout(shop: Shop) -> None:
    """DOMAIN.md 2: paid 127.500, then refunded; next month earns 60.000, balance -67.500, carried; next pays 32.500."""
    lower_minimum(30_000)
    sold = shop.sell(day(3))
    shop.month(3)
    assert shop.pay(3).amount == 127_500
    shop.refund(sold, day(5))
    shop.sell(day(5), price=70_588)  # earns 60.000
    april, may = shop.draw_up(4), shop.draw_up(5)
    assert april is not None and april.closing == 0 and april.payouts == 127_500
    shop.approve(4)
    shop.approve(5)
    assert may is not None and shop.statement(5).closing == -67_500  # type: ignore[union-attr]
    assert shop.statement(5).reversed_earning == 127_500  # type: ignore[union-attr]
    assert due(shop, 5).why_not == "negative"
    with pytest.raises(Refusal):
        shop.pay(5)
    shop.sell(day(6), price=117_647)  # earns 100.000
    june = shop.month(6)
    assert june.opening == -67_500 and june.closing == 32_500
    assert shop.statement(5).state == "superseded"  # type: ignore[union-attr]
    assert shop.pay(6).amount == 32_500
    assert verify() == []


def test_drawing_up_again_changes_only_what_changed(shop: Shop) -> None:
    shop.sell(day(3))
    shop.draw_up(3)
    with transaction():
        again = service.draw_up(MARCH, by=shop.second, at=day(4))
    assert (again.made, again.changed, again.same) == (0, 0, 1)
    assert shop.statement(3).drawn_up_by_id == shop.first.person_id  # type: ignore[union-attr]
    shop.sell(day(3, 31))
    with pytest.raises(Conflict):
        shop.approve(3)  # rows came later
    shop.draw_up(3)
    assert shop.approve(3).units == 2
    with transaction():
        assert service.draw_up(MARCH, by=shop.first, at=day(4)).frozen == 1


def test_two_persons_and_whole_months(shop: Shop) -> None:
    shop.sell(day(3))
    shop.draw_up(3)
    with pytest.raises(NotAllowed):
        shop.approve(3, by=shop.first)
    statement = shop.statement(3)
    with transaction(), pytest.raises(Refusal):
        service.approve(statement.id, by=shop.second, at=day(3, 31))  # type: ignore[union-attr]
    shop.approve(3)
    with pytest.raises(Conflict):
        shop.approve(3)


def test_months_are_approved_in_their_order(shop: Shop) -> None:
    shop.sell(day(3))
    shop.sell(day(4))
    shop.draw_up(3)
    shop.draw_up(4)
    with pytest.raises(Conflict):
        shop.approve(4)
    shop.approve(3)
    shop.approve(4)
    assert shop.statement(3).state == "superseded"  # type: ignore[union-attr]
    assert shop.pay(4).amount == 255_000
    assert verify() == []


def test_nobody_pays_to_an_account_they_changed_and_a_change_waits(shop: Shop) -> None:
    shop.sell(day(3))
    shop.month(3)
    with transaction():
        producers.change_bank_account(shop.group_id, "Bank Lain", "99887766", "Kas", by=shop.first, at=day(4, 4))
    paid = shop.pay(3, by=shop.first, at=day(4, 5))  # the new one still waits: the old one is paid
    account = db.session.get_one(Payout, paid.id).bank_account_id
    with transaction():
        service.return_payout(paid.id, "rekening tutup", by=shop.second, at=day(4, 8))
    with pytest.raises(NotAllowed):
        shop.pay(3, "again", by=shop.first, at=day(4, 9))
    second = shop.pay(3, "again", by=shop.second, at=day(4, 9))
    assert second.bank_account_id != account and second.amount == 127_500
    assert verify() == []


def test_a_first_account_is_needed_and_cash_is_not_refused(shop: Shop) -> None:
    with transaction():
        other = make.group(bp=1000)
        variant = make.variant(other, 100_000)
        make.lot(variant, 1, at=day(1))
        shop.variant_id = variant.id
    shop.sell(day(3))
    shop.month(3)
    with pytest.raises(Refusal):
        shop.pay(3)
    statement = shop.statement(3)
    with transaction():
        paid = service.pay_out(
            statement.id, key="cash", asset="cash:office", reference="DT-1", by=shop.first, at=day(4)
        )  # type: ignore[union-attr]
    assert paid.amount == 90_000 and paid.bank_account_id is None and verify() == []


def test_a_reference_counts_once_for_a_group(shop: Shop) -> None:
    shop.sell(day(3))
    shop.month(3)
    shop.pay(3, "B-1")
    shop.sell(day(4))
    shop.month(4)
    with pytest.raises(Refusal):
        shop.pay(4, "B-1")
    with pytest.raises(Refusal):
        shop.pay(4, "  ")
    assert shop.pay(4, "B-2").amount == 127_500


def test_small_balances_wait_for_the_third(shop: Shop) -> None:
    shop.sell(day(3), price=20_000)  # earns 17.000
    shop.month(3)
    assert due(shop, 3).why_not == "below-minimum"
    shop.month(4)
    assert due(shop, 4).why_not == "below-minimum"
    shop.month(5)
    assert due(shop, 5).amount == 17_000 and shop.pay(5).amount == 17_000


def test_the_bank_returns_a_payout(shop: Shop) -> None:
    shop.sell(day(3))
    shop.month(3)
    paid = shop.pay(3)
    shop.sell(day(4))
    shop.month(4)
    assert shop.statement(4).payouts == 127_500  # type: ignore[union-attr]
    with transaction():
        service.return_payout(paid.id, "rekening tutup", by=shop.first, at=day(5))
    with transaction(), pytest.raises(Conflict):
        service.return_payout(paid.id, "rekening tutup", by=shop.first, at=day(5))
    assert shop.statement(3).state == "superseded"  # type: ignore[union-attr]
    assert due(shop, 4).amount == 255_000  # its closing, and what came back
    assert shop.pay(4, at=day(5, 9)).amount == 255_000
    assert shop.draw_up(5).payouts == 127_500  # type: ignore[union-attr]
    assert verify() == []


def test_a_second_person_makes_it_void_and_it_is_drawn_up_anew(shop: Shop) -> None:
    shop.sell(day(3))
    statement = shop.month(3)
    for by, reason in ((shop.second, "salah"), (shop.first, " ")):
        with transaction(), pytest.raises(Refusal):
            service.void(statement.id, reason, by=by, at=day(4))
    with transaction():
        service.void(statement.id, "salah", by=shop.first, at=day(4))
    assert shop.statement(3) is None
    again = shop.month(3)
    assert again.number == "ST-2026-000002"
    shop.pay(3)
    with transaction(), pytest.raises(Conflict):
        service.void(again.id, "salah", by=shop.first, at=day(4, 9))
    assert verify() == []


def test_adjustments_have_their_reason_and_stand_in_the_running_month(shop: Shop) -> None:
    shop.sell(day(3))
    shop.month(3)
    for kind, amount in (("fee", 10_000), ("correction", 2_500)):
        with transaction():
            assert service.adjust(shop.group_id, kind, Rupiah(amount), "iuran", key=kind, by=shop.first, at=day(4))
        with transaction():
            assert (
                service.adjust(shop.group_id, kind, Rupiah(amount), "iuran", key=kind, by=shop.first, at=day(4)) is None
            )
    for amount, reason in ((0, "x"), (5, "")):
        with transaction(), pytest.raises(Refusal):
            service.adjust(shop.group_id, "fee", Rupiah(amount), reason, key="z", by=shop.first, at=day(4))
    assert due(shop, 3).amount == 120_000  # never more than the balance
    april = shop.draw_up(4)
    assert april is not None and april.adjustments == -7_500 and april.closing == 120_000
    assert verify() == []


def test_down_to_the_items(shop: Shop) -> None:
    sold = shop.sell(day(3), quantity=2)
    shop.refund(sold, day(3, 9))
    sale, back = lines(shop.group_id, MARCH)
    assert (sale.document, sale.quantity, sale.gross, sale.earning, sale.returned) == (
        sold.number,
        2,
        300_000,
        255_000,
        False,
    )
    assert (back.quantity, back.earning, back.commission, back.returned) == (1, 127_500, 22_500, True)
    (row,) = goods(shop.group_id, MARCH)
    assert (row.start, row.received, row.sold, row.left) == (50, 0, 1, 49)
    assert goods(shop.group_id, date(2026, 1, 1))[0].received == 50


def test_a_group_without_anything_needs_no_statement(shop: Shop) -> None:
    assert shop.draw_up(3) is None
    assert list(service.export(MARCH, MARCH))[1] == ["K1", "2026-03", *["0"] * 11]
    shop.sell(day(3))
    with pytest.raises(Refusal):
        list(service.export(MARCH, MARCH))
    shop.draw_up(3)
    assert list(service.export(MARCH, date(2026, 4, 1)))[1][-1] == "127500"


def test_a_payout_cannot_reach_into_the_future_or_a_frozen_month(shop: Shop) -> None:
    shop.sell(day(3))
    shop.month(3)
    statement = shop.statement(3)
    for on in (date(2026, 3, 31), date(2026, 4, 6)):
        with transaction(), pytest.raises(Refusal):
            service.pay_out(statement.id, key="k", asset="bank:main", reference="B", by=SYSTEM, at=day(4, 5), on=on)  # type: ignore[union-attr]
    assert day(4) - day(3) == timedelta(days=31)
