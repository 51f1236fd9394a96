"""Permits, what a category demands, care, reviews, pictures to share"""

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table('permit_demand',
    sa.Column('category_id', BIG, autoincrement=False, nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.CheckConstraint("kind IN ('nib', 'pirt', 'halal', 'bpom')", name=op.f('ck_permit_demand_kind')),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_permit_demand_category_id')),
    sa.PrimaryKeyConstraint('category_id', 'kind', name=op.f('pk_permit_demand')),
    sqlite_strict=True
    )
    op.create_table('permit',
    sa.Column('id', BIG, nullable=False),
    sa.Column('group_id', BIG, nullable=False),
    sa.Column('product_id', BIG, nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('cipher', sa.Text(), nullable=True),
    sa.Column('last4', sa.Text(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('asked_by_id', BIG, nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by_id', BIG, nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('v', BIG, nullable=False),
    sa.CheckConstraint("(decided_at IS NULL) = (state = 'submitted')", name=op.f('ck_permit_decided')),
    sa.CheckConstraint("(number <> '') <> (cipher IS NOT NULL)", name=op.f('ck_permit_one_number')),
    sa.CheckConstraint("kind IN ('nib', 'pirt', 'halal', 'bpom')", name=op.f('ck_permit_kind')),
    sa.CheckConstraint("state <> 'declined' OR reason <> ''", name=op.f('ck_permit_reason')),
    sa.CheckConstraint("state IN ('submitted', 'accepted', 'declined', 'withdrawn')", name=op.f('ck_permit_state')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['person.id'], name=op.f('fk_permit_asked_by_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_permit_decided_by_id')),
    sa.ForeignKeyConstraint(['group_id'], ['producer_group.id'], name=op.f('fk_permit_group_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_permit_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_permit')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_permit_group_id'), 'permit', ['group_id'])
    op.create_index(op.f('ix_permit_product_id'), 'permit', ['product_id'])

    op.create_table('permit_pause',
    sa.Column('product_id', BIG, autoincrement=False, nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_permit_pause_product_id')),
    sa.PrimaryKeyConstraint('product_id', name=op.f('pk_permit_pause')),
    sqlite_strict=True
    )
    op.create_table('share_picture',
    sa.Column('product_id', BIG, autoincrement=False, nullable=False),
    sa.Column('drawn_from', sa.Text(), nullable=False),
    sa.Column('sha', sa.Text(), nullable=False),
    sa.Column('drawn_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_share_picture_product_id')),
    sa.PrimaryKeyConstraint('product_id', name=op.f('pk_share_picture')),
    sqlite_strict=True
    )
    op.create_table('review',
    sa.Column('id', BIG, nullable=False),
    sa.Column('order_line_id', BIG, nullable=False),
    sa.Column('product_id', BIG, nullable=False),
    sa.Column('group_id', BIG, nullable=False),
    sa.Column('stars', BIG, nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('lang', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('media_sha', sa.Text(), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by_id', BIG, nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('answered_by_id', BIG, nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('v', BIG, nullable=False),
    sa.CheckConstraint("(answer <> '') = (answered_at IS NOT NULL)", name=op.f('ck_review_answered')),
    sa.CheckConstraint("(decided_at IS NULL) = (state = 'written')", name=op.f('ck_review_decided')),
    sa.CheckConstraint("lang IN ('id', 'en')", name=op.f('ck_review_lang')),
    sa.CheckConstraint("state <> 'declined' OR reason <> ''", name=op.f('ck_review_reason')),
    sa.CheckConstraint("state IN ('written', 'published', 'declined')", name=op.f('ck_review_state')),
    sa.CheckConstraint('stars BETWEEN 1 AND 5', name=op.f('ck_review_stars')),
    sa.ForeignKeyConstraint(['answered_by_id'], ['person.id'], name=op.f('fk_review_answered_by_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_review_decided_by_id')),
    sa.ForeignKeyConstraint(['group_id'], ['producer_group.id'], name=op.f('fk_review_group_id')),
    sa.ForeignKeyConstraint(['media_sha'], ['media.sha'], name=op.f('fk_review_media_sha')),
    sa.ForeignKeyConstraint(['order_line_id'], ['order_line.id'], name=op.f('fk_review_order_line_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_review_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_review')),
    sa.UniqueConstraint('order_line_id', name=op.f('uq_review_order_line_id')),
    sqlite_strict=True
    )
    op.create_index(op.f('ix_review_group_id'), 'review', ['group_id'])
    op.create_index('ix_review_product_id_state', 'review', ['product_id', 'state'])

    op.add_column('product', sa.Column('care', sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column('product', sa.Column('care_en', sa.Text(), server_default=sa.text("''"), nullable=False))
