"""Lists of everything, a category, a group or a district: latest first, best first"""

from alembic import op

revision = "0017"
down_revision = "0016"

ALL = ("category_id", "group_id", "district", "price", "most", "days", "ready_until")
"""What is counted of a list: an index that has it all spares looking up each row where it stands."""


def upgrade() -> None:
    for first in ("", "category_id", "group_id", "district"):
        columns = (*([first] if first else []), "published", "product_id", *(c for c in ALL if c != first))
        name = f"{first.removesuffix('_id')}_list".removeprefix("_")
        op.execute(f"CREATE INDEX search_product_{name} ON search_product ({', '.join(columns)})")
    for first in ("category", "group"):
        op.execute(
            f"CREATE INDEX search_product_{first}_best "
            f"ON search_product ({first}_id, popularity, published, product_id)"
        )
        op.execute(f"DROP INDEX search_product_{first}_id")
    op.execute("DROP INDEX search_product_published")
