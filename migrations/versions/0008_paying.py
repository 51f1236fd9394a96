"""Transfers, messages, invoices, and a basket that knows what was seen"""

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table('invoice',
    sa.Column('id', BIG, nullable=False),
    sa.Column('order_id', BIG, nullable=False),
    sa.Column('number', sa.Text(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('business_date', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_invoice_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invoice')),
    sa.UniqueConstraint('number', name=op.f('uq_invoice_number')),
    sa.UniqueConstraint('order_id', name=op.f('uq_invoice_order_id')),
    sqlite_strict=True
    )
    op.create_table('order_message',
    sa.Column('id', BIG, nullable=False),
    sa.Column('order_id', BIG, nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('ref', sa.Text(), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_by_id', BIG, nullable=True),
    sa.CheckConstraint("channel IN ('mail', 'whatsapp')", name=op.f('ck_order_message_channel')),
    sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_order_message_order_id')),
    sa.ForeignKeyConstraint(['sent_by_id'], ['person.id'], name=op.f('fk_order_message_sent_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_order_message')),
    sa.UniqueConstraint('order_id', 'message', 'ref', name=op.f('uq_order_message_order_id_message_ref')),
    sqlite_strict=True
    )
    with op.batch_alter_table('order_message', schema=None) as batch_op:
        batch_op.create_index('ix_order_message_waiting', ['channel', 'asked_at'], unique=False, sqlite_where=sa.text('sent_at IS NULL'), postgresql_where=sa.text('sent_at IS NULL'))

    op.create_table('transfer_amount',
    sa.Column('amount', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('order_id', BIG, nullable=False),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_transfer_amount_order_id')),
    sa.PrimaryKeyConstraint('amount', name=op.f('pk_transfer_amount')),
    sqlite_strict=True
    )
    with op.batch_alter_table('transfer_amount', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_transfer_amount_order_id'), ['order_id'], unique=False)

    op.create_table('transfer_proof',
    sa.Column('id', BIG, nullable=False),
    sa.Column('order_id', BIG, nullable=False),
    sa.Column('file', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', BIG, nullable=True),
    sa.CheckConstraint("kind IN ('picture', 'pdf')", name=op.f('ck_transfer_proof_kind')),
    sa.CheckConstraint("state IN ('waiting', 'accepted', 'refused', 'withdrawn')", name=op.f('ck_transfer_proof_state')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_transfer_proof_decided_by_id')),
    sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_transfer_proof_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfer_proof')),
    sa.UniqueConstraint('file', name=op.f('uq_transfer_proof_file')),
    sqlite_strict=True
    )
    with op.batch_alter_table('transfer_proof', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_transfer_proof_order_id'), ['order_id'], unique=False)

    with op.batch_alter_table('basket', schema=None) as batch_op:
        batch_op.add_column(sa.Column('person_id', BIG, nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_basket_person_id'), ['person_id'])
        batch_op.create_foreign_key(batch_op.f('fk_basket_person_id'), 'person', ['person_id'], ['id'])

    with op.batch_alter_table('basket_line', schema=None) as batch_op:
        batch_op.add_column(sa.Column('price_seen', sa.BigInteger(), nullable=True))

    with op.batch_alter_table('order_contact', schema=None) as batch_op:
        batch_op.add_column(sa.Column('gift_note', sa.Text(), nullable=True))

    with op.batch_alter_table('payment', schema=None) as batch_op:
        batch_op.add_column(sa.Column('received', sa.BigInteger(), nullable=True))

