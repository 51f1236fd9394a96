"""Goods damaged or lost while an order is gathered"""

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table('write_off',
    sa.Column('id', BIG, nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('order_line_id', BIG, nullable=False),
    sa.Column('lot_id', BIG, nullable=False),
    sa.Column('location_id', BIG, nullable=False),
    sa.Column('quantity', BIG, nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('answered_by', sa.Text(), nullable=False),
    sa.Column('replaced', BIG, nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('entry_id', BIG, nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('business_date', sa.Date(), nullable=False),
    sa.Column('by_id', BIG, nullable=True),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('found_by_id', BIG, nullable=True),
    sa.CheckConstraint("amount >= 0 AND (amount = 0 OR answered_by = 'gallery')", name=op.f('ck_write_off_amount')),
    sa.CheckConstraint("answered_by IN ('gallery', 'group')", name=op.f('ck_write_off_answered_by')),
    sa.CheckConstraint("found_at IS NULL OR what = 'lost'", name=op.f('ck_write_off_found')),
    sa.CheckConstraint("reason <> ''", name=op.f('ck_write_off_reason')),
    sa.CheckConstraint("what IN ('damaged', 'lost')", name=op.f('ck_write_off_what')),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_write_off_quantity')),
    sa.CheckConstraint('replaced BETWEEN 0 AND quantity', name=op.f('ck_write_off_replaced')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_write_off_by_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_write_off_entry_id')),
    sa.ForeignKeyConstraint(['found_by_id'], ['person.id'], name=op.f('fk_write_off_found_by_id')),
    sa.ForeignKeyConstraint(['location_id'], ['location.id'], name=op.f('fk_write_off_location_id')),
    sa.ForeignKeyConstraint(['lot_id'], ['lot.id'], name=op.f('fk_write_off_lot_id')),
    sa.ForeignKeyConstraint(['order_line_id'], ['order_line.id'], name=op.f('fk_write_off_order_line_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_write_off')),
    sa.UniqueConstraint('key', name=op.f('uq_write_off_key')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_write_off_lot_id'), 'write_off', ['lot_id'], unique=False)
    op.create_index(op.f('ix_write_off_order_line_id'), 'write_off', ['order_line_id'], unique=False)
