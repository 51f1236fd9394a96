"""What staff put in the shop window: the piece in front, collections for a season"""

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table('collection',
    sa.Column('id', BIG, nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('text_en', sa.Text(), nullable=False),
    sa.Column('from_date', sa.Date(), nullable=False),
    sa.Column('to_date', sa.Date(), nullable=False),
    sa.Column('shown', sa.Boolean(), nullable=False),
    sa.Column('position', BIG, nullable=False),
    sa.Column('picture_id', BIG, nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('v', BIG, nullable=False),
    sa.CheckConstraint("name <> ''", name=op.f('ck_collection_name')),
    sa.CheckConstraint('to_date >= from_date', name=op.f('ck_collection_dates')),
    sa.ForeignKeyConstraint(['picture_id'], ['product.id'], name=op.f('fk_collection_picture_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_collection')),
    sa.UniqueConstraint('slug', name=op.f('uq_collection_slug')),
    sqlite_strict=True
    )
    op.create_table('hero_choice',
    sa.Column('id', BIG, nullable=False),
    sa.Column('product_id', BIG, nullable=True),
    sa.Column('by_id', BIG, nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_hero_choice_by_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_hero_choice_product_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hero_choice')),
    sqlite_strict=True
    )
    op.create_table('collection_product',
    sa.Column('collection_id', BIG, autoincrement=False, nullable=False),
    sa.Column('product_id', BIG, autoincrement=False, nullable=False),
    sa.Column('position', BIG, nullable=False),
    sa.ForeignKeyConstraint(['collection_id'], ['collection.id'], name=op.f('fk_collection_product_collection_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_collection_product_product_id')),
    sa.PrimaryKeyConstraint('collection_id', 'product_id', name=op.f('pk_collection_product')),
    sqlite_strict=True
    )
    with op.batch_alter_table('collection_product', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_collection_product_product_id'), ['product_id'], unique=False)

    op.create_table('collection_version',
    sa.Column('id', BIG, nullable=False),
    sa.Column('collection_id', BIG, nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('by_id', BIG, nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_collection_version_by_id')),
    sa.ForeignKeyConstraint(['collection_id'], ['collection.id'], name=op.f('fk_collection_version_collection_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_collection_version')),
    sqlite_strict=True
    )
    with op.batch_alter_table('collection_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_collection_version_collection_id'), ['collection_id'], unique=False)

