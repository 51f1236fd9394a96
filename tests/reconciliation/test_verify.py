"""`gallery verify` is quiet when all is well, and names the row somebody changed behind the gallery's back."""

import pytest
import sqlalchemy as sa

from gallery import cli
from gallery.core.db import WRITES, db
from gallery.core.permissions import SYSTEM
from gallery.core.rupiah import Rupiah
from gallery.core.transaction import transaction
from gallery.ledger.service import account_ids
from gallery.reconciliation.queries.months import trust
from gallery.reconciliation.service import TRUTHS, verify
from gallery.settlement import service as settlement
from gallery.tables import APPEND_ONLY
from gallery.trade import service as trade
from tests.settlement.conftest import Shop, day


@pytest.fixture
def shop(db_app) -> Shop:
    """A month with a sale, a return, an approved statement and a payout; then an open month."""
    shop = Shop()
    sold = shop.sell(day(3), quantity=3)
    shop.refund(sold, day(3, 9))
    shop.month(3)
    shop.pay(3)
    shop.sell(day(4))
    return shop


def tamper(*statements: str) -> None:
    """Change rows as somebody with the database in hand would: the guards dropped first."""
    db.session.rollback()
    with db.engine.connect().execution_options(**WRITES) as raw:
        if raw.dialect.name == "sqlite":
            raw.exec_driver_sql("ROLLBACK")
            raw.exec_driver_sql("PRAGMA query_only=0")
            raw.exec_driver_sql("PRAGMA ignore_check_constraints=1")
            raw.exec_driver_sql("PRAGMA foreign_keys=0")
            raw.exec_driver_sql("BEGIN IMMEDIATE")
            for table in APPEND_ONLY:
                for verb in ("update", "delete"):
                    raw.exec_driver_sql(f"DROP TRIGGER {table}_no_{verb}")
        else:
            raw.exec_driver_sql("SET session_replication_role = replica")
            ours = "contype = 'c' AND conrelid <> 0 AND connamespace = 'public'::regnamespace"
            checks = f"SELECT conname, conrelid::regclass::text FROM pg_constraint WHERE {ours}"
            for name, table in raw.exec_driver_sql(checks).all():
                raw.exec_driver_sql(f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS "{name}"')
        for statement in statements:
            assert raw.exec_driver_sql(statement).rowcount != 0, statement
        raw.commit()
        raw.invalidate()
    db.session.remove()


def found(truth: str = "") -> list[str]:
    return [f"{f.truth}: {f.row}" for f in verify() if f.truth.startswith(truth)]


def test_it_works(shop: Shop) -> None:
    told: list[tuple[str, int]] = []
    assert verify(lambda truth, n: told.append((truth, n))) == []
    assert [truth for truth, _n in told] == [truth for truth, _ask in TRUTHS]


def test_trust_money_is_one_figure(shop: Shop) -> None:
    t = trust()
    assert t.assets == 450_000 - 255_000 and t.groups == 127_500 and t.own == t.earned == 67_500
    with transaction():
        settlement.adjust(shop.group_id, "advance", Rupiah(200_000), "modal", key="a", by=SYSTEM, at=day(4))
    assert trust().groups_owe == 72_500 and trust().own == trust().earned
    assert verify() == []


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE posting SET amount = amount + 1 WHERE id = 2", "chain: seal"),
        ("UPDATE entry SET business_date = '2026-02-01' WHERE id = 1", "chain: seal"),
        ("DELETE FROM audit_row WHERE id = 1", "chain: seal"),
        ("UPDATE seal SET hash = 'x' WHERE id = 2", "chain: seal"),
        ("DELETE FROM seal WHERE id = 2", "chain: "),
        ("UPDATE chain_head SET hash = 'x'", "chain: head"),
        ("UPDATE movement SET quantity = quantity + 1 WHERE kind = 'sold'", "stock: lot"),
        ("UPDATE stock_balance SET on_hand = on_hand - 1", "stock: lot"),
        ("UPDATE stock_balance SET held = 1", "stock: lot"),
        ("UPDATE movement SET quantity = 1 WHERE kind = 'received'", "stock: movement"),
        ("UPDATE sales_order SET total = total + 1", "order total: order"),
        ("UPDATE order_line SET paid = paid - 1", "order line: order line"),
        ("UPDATE order_line_part SET earning = earning - 1", "part: part"),
        ("UPDATE order_line_part SET commission = commission + 1, earning = earning - 1", "handed over: part"),
        ("UPDATE handover_part SET earning = earning + 1, commission = commission - 1", "handed over: part"),
        ("UPDATE handover_part SET quantity = quantity + 1", "handed over: part"),
        ("UPDATE return_part SET earning = earning + 1, commission = commission - 1", "returned: part"),
        ("UPDATE order_line_part SET returned = 0", "returned: part"),
        ("UPDATE payment SET refunded = 0", "refunds: payment"),
        ("UPDATE refund SET amount = 1000000", "refunds: payment"),
        ("UPDATE payment SET captured = captured + 1", "money in: order"),
        ("UPDATE statement SET closing = closing + 1", "statement: statement ST-2026-000001"),
        ("UPDATE statement SET units = units + 1", "statement: statement ST-2026-000001"),
        ("UPDATE payout SET amount = amount - 1", "payouts: group"),
        ("DELETE FROM payout", "payouts: statement ST-2026-000001"),
        ("DELETE FROM document_number WHERE series = 'TR' AND n = 1", "document numbers: TR-2026"),
        ("DELETE FROM posting WHERE id = 1", "shoppers balance: "),
    ],
)  # fmt: skip
def test_what_was_changed_is_named(shop: Shop, statement: str, named: str) -> None:
    tamper(statement)
    assert any(line.startswith(named) for line in found()), found()


def test_money_left_on_a_finished_order_is_named(shop: Shop) -> None:
    order_id = shop.sell(day(4, 9)).id
    with transaction():
        trade.pay(order_id, "qris", Rupiah(1_000), "late", by=SYSTEM, at=day(4, 9))
    assert verify() == []  # it stands in a case
    with transaction() as session:
        ids = account_ids([f"shoppers:order-{order_id}", "shoppers:case-1"])
        assert session
    tamper(f"UPDATE posting SET credit_id = {ids[f'shoppers:order-{order_id}']} WHERE amount = 1000")
    assert f"shoppers balance: order {order_id}" in found() and any("money case" in line for line in found())


def test_the_command_exits_with_the_rows_names(shop: Shop, db_app) -> None:
    runner = db_app.test_cli_runner()
    clean = runner.invoke(cli.verify)
    assert clean.exit_code == 0 and "trust money" in clean.output, clean.output
    tamper("UPDATE stock_balance SET on_hand = on_hand - 1")
    broken = runner.invoke(cli.verify)
    assert broken.exit_code == 1 and "lot 1 at shelf" in broken.output


def test_rows_outside_any_seal_are_named(shop: Shop) -> None:
    tamper(
        "INSERT INTO entry (id, batch, reference, kind, business_date, at) "
        "VALUES (9999, 'nobody', 'secret', 'adjustment', '2026-03-01', '2026-03-01 00:00:00')"
    )
    assert "chain: entry 9999" in found("chain")
    assert sa.inspect(db.engine) is not None
