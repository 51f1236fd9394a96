"""What a group shows of itself: a photo and a year, and what waits for a curator"""

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table('group_draft',
    sa.Column('id', BIG, nullable=False),
    sa.Column('group_id', BIG, nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('by_id', BIG, nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('v', BIG, nullable=False),
    sa.CheckConstraint("(reason <> '') = (state = 'changes-requested')", name=op.f('ck_group_draft_reason')),
    sa.CheckConstraint("state IN ('submitted', 'changes-requested')", name=op.f('ck_group_draft_state')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_group_draft_by_id')),
    sa.ForeignKeyConstraint(['group_id'], ['producer_group.id'], name=op.f('fk_group_draft_group_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_draft')),
    sa.UniqueConstraint('group_id', name=op.f('uq_group_draft_group_id')),
    sqlite_strict=True
    )
    op.create_table('group_profile',
    sa.Column('group_id', BIG, autoincrement=False, nullable=False),
    sa.Column('founded', BIG, nullable=True),
    sa.Column('photo_sha', sa.Text(), nullable=True),
    sa.Column('photo_alt', sa.Text(), nullable=False),
    sa.Column('photo_alt_en', sa.Text(), nullable=False),
    sa.CheckConstraint('founded IS NULL OR founded BETWEEN 1900 AND 2200', name=op.f('ck_group_profile_founded')),
    sa.ForeignKeyConstraint(['group_id'], ['producer_group.id'], name=op.f('fk_group_profile_group_id')),
    sa.ForeignKeyConstraint(['photo_sha'], ['media.sha'], name=op.f('fk_group_profile_photo_sha')),
    sa.PrimaryKeyConstraint('group_id', name=op.f('pk_group_profile')),
    sqlite_strict=True
    )
