"""A photo or PDF of a permit"""

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table('permit_paper',
    sa.Column('permit_id', BIG, autoincrement=False, nullable=False),
    sa.Column('file', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('sent_by_id', BIG, nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('picture', 'pdf')", name=op.f('ck_permit_paper_kind')),
    sa.ForeignKeyConstraint(['permit_id'], ['permit.id'], name=op.f('fk_permit_paper_permit_id')),
    sa.ForeignKeyConstraint(['sent_by_id'], ['person.id'], name=op.f('fk_permit_paper_sent_by_id')),
    sa.PrimaryKeyConstraint('permit_id', name=op.f('pk_permit_paper')),
    sa.UniqueConstraint('file', name=op.f('uq_permit_paper_file')),
    sqlite_strict=True
    )
