"""Made to order: what a group offers, production orders, deposits, parts without a lot yet"""

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table('making',
    sa.Column('product_id', BIG, autoincrement=False, nullable=False),
    sa.Column('offered', sa.Boolean(), nullable=False),
    sa.Column('days_min', BIG, nullable=False),
    sa.Column('days_max', BIG, nullable=False),
    sa.Column('least', BIG, nullable=False),
    sa.Column('most', BIG, nullable=False),
    sa.Column('weekly', BIG, nullable=False),
    sa.Column('deposit_bp', BIG, nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by_id', BIG, nullable=True),
    sa.Column('v', BIG, nullable=False),
    sa.CheckConstraint('days_min > 0 AND days_max >= days_min AND days_max <= 365', name=op.f('ck_making_days')),
    sa.CheckConstraint('deposit_bp IS NULL OR deposit_bp BETWEEN 1 AND 9999', name=op.f('ck_making_deposit_bp')),
    sa.CheckConstraint('least > 0 AND most >= least', name=op.f('ck_making_units')),
    sa.CheckConstraint('weekly > 0', name=op.f('ck_making_weekly')),
    sa.ForeignKeyConstraint(['changed_by_id'], ['person.id'], name=op.f('fk_making_changed_by_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_making_product_id')),
    sa.PrimaryKeyConstraint('product_id', name=op.f('pk_making')),
    sqlite_strict=True
    )
    op.create_table('production_order',
    sa.Column('id', BIG, nullable=False),
    sa.Column('order_line_id', BIG, nullable=False),
    sa.Column('group_id', BIG, nullable=False),
    sa.Column('product_id', BIG, nullable=False),
    sa.Column('quantity', BIG, nullable=False),
    sa.Column('promised_first', sa.Date(), nullable=False),
    sa.Column('promised_on', sa.Date(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('asked_on', sa.Date(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', BIG, nullable=True),
    sa.Column('on_behalf', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('v', BIG, nullable=False),
    sa.CheckConstraint("(answer = 'more-time') = (asked_on IS NOT NULL)", name=op.f('ck_production_order_asked_on')),
    sa.CheckConstraint("answer IN ('requested', 'accepted', 'more-time', 'declined', 'withdrawn')", name=op.f('ck_production_order_answer')),
    sa.CheckConstraint("answer NOT IN ('more-time', 'declined') OR reason <> ''", name=op.f('ck_production_order_reason')),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_production_order_quantity')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_production_order_answered_by_id')),
    sa.ForeignKeyConstraint(['group_id'], ['producer_group.id'], name=op.f('fk_production_order_group_id')),
    sa.ForeignKeyConstraint(['order_line_id'], ['order_line.id'], name=op.f('fk_production_order_order_line_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_production_order_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_production_order')),
    sa.UniqueConstraint('order_line_id', name=op.f('uq_production_order_order_line_id')),
    sqlite_strict=True
    )
    with op.batch_alter_table('production_order', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_production_order_group_id'), ['group_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_production_order_product_id'), ['product_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_production_order_promised_on'), ['promised_on'], unique=False)

    op.create_table('production_week',
    sa.Column('id', BIG, nullable=False),
    sa.Column('production_order_id', BIG, nullable=False),
    sa.Column('week', sa.Date(), nullable=False),
    sa.Column('units', BIG, nullable=False),
    sa.CheckConstraint('units > 0', name=op.f('ck_production_week_units')),
    sa.ForeignKeyConstraint(['production_order_id'], ['production_order.id'], name=op.f('fk_production_week_production_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_production_week')),
    sa.UniqueConstraint('production_order_id', 'week', name=op.f('uq_production_week_production_order_id_week')),
    sqlite_strict=True
    )
    with op.batch_alter_table('production_week', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_production_week_week'), ['week'], unique=False)

    # A column that rows must fill gets a value for those that are there, which then is no default any more.
    with op.batch_alter_table("basket_line") as batch_op:
        batch_op.add_column(sa.Column("made", sa.Boolean(), nullable=False, server_default=sa.text("false")))
        batch_op.drop_constraint(op.f("uq_basket_line_basket_id_variant_id"), type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_basket_line_basket_id_variant_id_made"), ["basket_id", "variant_id", "made"]
        )
    with op.batch_alter_table("basket_line") as batch_op:
        batch_op.alter_column("made", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)

    with op.batch_alter_table("consignment_line") as batch_op:
        batch_op.add_column(sa.Column("kept_for", BIG, nullable=True))
        batch_op.create_foreign_key(op.f("fk_consignment_line_kept_for"), "order_line", ["kept_for"], ["id"])
        batch_op.create_index(op.f("ix_consignment_line_kept_for"), ["kept_for"], unique=False)

    with op.batch_alter_table("order_line") as batch_op:
        batch_op.add_column(sa.Column("deposit", sa.BigInteger(), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_order_line_deposit"), "deposit IS NULL OR deposit BETWEEN 0 AND paid"
        )

    with op.batch_alter_table("order_line_part") as batch_op:
        batch_op.alter_column("lot_id", existing_type=BIG, nullable=True)
        batch_op.alter_column("location_id", existing_type=BIG, nullable=True)
        batch_op.create_check_constraint(
            op.f("ck_order_line_part_drawn"),
            "(lot_id IS NULL) = (location_id IS NULL) AND (lot_id IS NOT NULL OR delivered = 0)",
        )

    with op.batch_alter_table("sales_order") as batch_op:
        batch_op.add_column(sa.Column("made_shipping", sa.BigInteger(), nullable=False, server_default=sa.text("0")))
        batch_op.drop_constraint(op.f("ck_sales_order_state"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_sales_order_state"),
            "state IN ('placed', 'deposit-paid', 'paid', 'in-preparation', 'ready', 'shipped', 'completed',"
            " 'expired', 'cancelled')",
        )
        batch_op.create_check_constraint(
            op.f("ck_sales_order_made_shipping"), "made_shipping >= 0 AND made_shipping <= shipping"
        )
    with op.batch_alter_table("sales_order") as batch_op:
        batch_op.alter_column(
            "made_shipping", existing_type=sa.BigInteger(), existing_nullable=False, server_default=None
        )
