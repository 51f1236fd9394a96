"""What the shop's pages ask: when a setting changed last, what can be taken today, what sells"""

import sqlalchemy as sa
from alembic import op

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("page_version", sa.Column("settings", BIG, server_default=sa.text("0"), nullable=False))
    op.execute(
        "CREATE INDEX search_product_ready ON search_product (published, product_id, ready_until, category_id) "
        "WHERE ready_until > 0"
    )
    op.execute("CREATE INDEX search_product_sold ON search_product (category_id, popularity) WHERE popularity > 0")
