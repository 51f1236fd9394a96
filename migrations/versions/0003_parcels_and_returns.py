"""Parcels with their tracking, remarks on orders, returns asked for by shoppers"""

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table('order_remark',
    sa.Column('id', BIG, nullable=False),
    sa.Column('order_id', BIG, nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', BIG, nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_order_remark_by_id')),
    sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_order_remark_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_order_remark')),
    sa.UniqueConstraint('key', name=op.f('uq_order_remark_key')),
    sqlite_strict=True
    )
    with op.batch_alter_table('order_remark', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_order_remark_order_id'), ['order_id'], unique=False)

    op.create_table('parcel',
    sa.Column('id', BIG, nullable=False),
    sa.Column('order_id', BIG, nullable=False),
    sa.Column('n', BIG, nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('courier', sa.Text(), nullable=False),
    sa.Column('tracking', sa.Text(), nullable=False),
    sa.Column('weight_g', BIG, nullable=True),
    sa.Column('handover_id', BIG, nullable=True),
    sa.Column('packed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('packed_by_id', BIG, nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('arrived_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('v', BIG, nullable=False),
    sa.CheckConstraint("(state IN ('packed', 'opened')) = (handover_id IS NULL)", name=op.f('ck_parcel_handed_over')),
    sa.CheckConstraint("state IN ('packed', 'sent', 'arrived', 'came-back', 'opened', 'given-back')", name=op.f('ck_parcel_state')),
    sa.CheckConstraint('weight_g > 0', name=op.f('ck_parcel_weight')),
    sa.ForeignKeyConstraint(['handover_id'], ['handover.id'], name=op.f('fk_parcel_handover_id')),
    sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_parcel_order_id')),
    sa.ForeignKeyConstraint(['packed_by_id'], ['person.id'], name=op.f('fk_parcel_packed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parcel')),
    sa.UniqueConstraint('handover_id', name=op.f('uq_parcel_handover_id')),
    sa.UniqueConstraint('key', name=op.f('uq_parcel_key')),
    sa.UniqueConstraint('order_id', 'n', name=op.f('uq_parcel_order_id_n')),
    sqlite_strict=True
    )
    with op.batch_alter_table('parcel', schema=None) as batch_op:
        batch_op.create_index('ix_parcel_waiting', ['order_id'], unique=False, sqlite_where=sa.text("state IN ('packed', 'came-back')"), postgresql_where=sa.text("state IN ('packed', 'came-back')"))

    op.create_table('return_request',
    sa.Column('id', BIG, nullable=False),
    sa.Column('order_id', BIG, nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by_id', BIG, nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('received_by_id', BIG, nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('case_id', BIG, nullable=True),
    sa.Column('v', BIG, nullable=False),
    sa.CheckConstraint("(state = 'done') = (case_id IS NOT NULL)", name=op.f('ck_return_request_done')),
    sa.CheckConstraint("reason IN ('damaged', 'wrong', 'unlike', 'spoiled', 'size', 'other')", name=op.f('ck_return_request_reason')),
    sa.CheckConstraint("state IN ('asked', 'accepted', 'received', 'declined', 'withdrawn', 'done')", name=op.f('ck_return_request_state')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_return_request_answered_by_id')),
    sa.ForeignKeyConstraint(['case_id'], ['return_case.id'], name=op.f('fk_return_request_case_id')),
    sa.ForeignKeyConstraint(['order_id'], ['sales_order.id'], name=op.f('fk_return_request_order_id')),
    sa.ForeignKeyConstraint(['received_by_id'], ['person.id'], name=op.f('fk_return_request_received_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_return_request')),
    sa.UniqueConstraint('case_id', name=op.f('uq_return_request_case_id')),
    sa.UniqueConstraint('key', name=op.f('uq_return_request_key')),
    sqlite_strict=True
    )
    with op.batch_alter_table('return_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_return_request_order_id'), ['order_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_return_request_state'), ['state'], unique=False)

    op.create_table('parcel_event',
    sa.Column('id', BIG, nullable=False),
    sa.Column('parcel_id', BIG, nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('courier', sa.Text(), nullable=False),
    sa.Column('tracking', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', BIG, nullable=True),
    sa.CheckConstraint("what IN ('written', 'packed', 'sent', 'arrived', 'came-back', 'opened', 'given-back')", name=op.f('ck_parcel_event_what')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_parcel_event_by_id')),
    sa.ForeignKeyConstraint(['parcel_id'], ['parcel.id'], name=op.f('fk_parcel_event_parcel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parcel_event')),
    sqlite_strict=True
    )
    with op.batch_alter_table('parcel_event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_parcel_event_parcel_id'), ['parcel_id'], unique=False)

    op.create_table('parcel_part',
    sa.Column('id', BIG, nullable=False),
    sa.Column('parcel_id', BIG, nullable=False),
    sa.Column('line_id', BIG, nullable=False),
    sa.Column('quantity', BIG, nullable=False),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_parcel_part_quantity')),
    sa.ForeignKeyConstraint(['line_id'], ['order_line.id'], name=op.f('fk_parcel_part_line_id')),
    sa.ForeignKeyConstraint(['parcel_id'], ['parcel.id'], name=op.f('fk_parcel_part_parcel_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_parcel_part')),
    sa.UniqueConstraint('parcel_id', 'line_id', name=op.f('uq_parcel_part_parcel_id_line_id')),
    sqlite_strict=True
    )
    with op.batch_alter_table('parcel_part', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_parcel_part_line_id'), ['line_id'], unique=False)

    op.create_table('return_line',
    sa.Column('id', BIG, nullable=False),
    sa.Column('request_id', BIG, nullable=False),
    sa.Column('line_id', BIG, nullable=False),
    sa.Column('quantity', BIG, nullable=False),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_return_line_quantity')),
    sa.ForeignKeyConstraint(['line_id'], ['order_line.id'], name=op.f('fk_return_line_line_id')),
    sa.ForeignKeyConstraint(['request_id'], ['return_request.id'], name=op.f('fk_return_line_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_return_line')),
    sa.UniqueConstraint('request_id', 'line_id', name=op.f('uq_return_line_request_id_line_id')),
    sqlite_strict=True
    )
    with op.batch_alter_table('return_line', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_return_line_line_id'), ['line_id'], unique=False)

    op.create_table('return_photo',
    sa.Column('id', BIG, nullable=False),
    sa.Column('request_id', BIG, nullable=False),
    sa.Column('position', BIG, nullable=False),
    sa.Column('sha', sa.Text(), nullable=False),
    sa.Column('width', BIG, nullable=False),
    sa.Column('height', BIG, nullable=False),
    sa.ForeignKeyConstraint(['request_id'], ['return_request.id'], name=op.f('fk_return_photo_request_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_return_photo')),
    sa.UniqueConstraint('request_id', 'position', name=op.f('uq_return_photo_request_id_position')),
    sqlite_strict=True
    )

    # What a courier took before there were parcels: each handover was one.
    op.execute(
        "INSERT INTO parcel (order_id, n, key, state, courier, tracking, handover_id, packed_at, packed_by_id, sent_at,"
        " arrived_at, v)"
        " SELECT h.order_id, row_number() OVER (PARTITION BY h.order_id ORDER BY h.n), 'handover:' || h.id,"
        " CASE WHEN o.state = 'completed' THEN 'arrived' ELSE 'sent' END, coalesce(h.courier, ''),"
        " coalesce(h.tracking, ''), h.id, h.at, h.by_id, h.at,"
        " CASE WHEN o.state = 'completed' THEN coalesce(o.ended_at, h.at) END, 1"
        " FROM handover h JOIN sales_order o ON o.id = h.order_id WHERE h.way = 'courier' ORDER BY h.id"
    )
    op.execute(
        "INSERT INTO parcel_part (parcel_id, line_id, quantity)"
        " SELECT p.id, l.line_id, sum(hp.quantity) FROM parcel p JOIN handover_part hp ON hp.handover_id = p.handover_id"
        " JOIN order_line_part l ON l.id = hp.part_id GROUP BY p.id, l.line_id ORDER BY p.id, l.line_id"
    )
    op.execute(
        "INSERT INTO parcel_event (parcel_id, what, courier, tracking, words, at, by_id)"
        " SELECT id, 'sent', courier, tracking, '', sent_at, packed_by_id FROM parcel ORDER BY id"
    )
