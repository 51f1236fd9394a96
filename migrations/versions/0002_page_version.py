"""The version of the shop's pages"""

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "page_version",
        sa.Column("id", BIG, nullable=False),
        sa.Column("n", BIG, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_page_version_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_version")),
        sqlite_strict=True,
    )
    op.execute("INSERT INTO page_version (id, n) VALUES (1, 0)")
