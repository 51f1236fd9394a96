"""The courier's service chosen at its live rate"""

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table('order_courier',
    sa.Column('order_id', BIG, autoincrement=False, nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('time', sa.Text(), nullable=False),
    sa.Column('unit', sa.Text(), nullable=False),
    sa.CheckConstraint("unit IN ('', 'days', 'hours')", name=op.f('ck_order_courier_unit')),
    sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_order_courier_order_id')),
    sa.PrimaryKeyConstraint('order_id', name=op.f('pk_order_courier')),
    sqlite_strict=True
    )
