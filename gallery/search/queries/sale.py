"""What is on sale: reached by an automatic discount in force."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from gallery.search.models import listed


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom one discount reaches: `all`, or products of these `categories`, `groups`, or these `products`."""

    kind: str
    ids: frozenset[int] = frozenset()

    def covers(self, product_id: int, category_id: int, group_id: int) -> bool:
        """Whether this product is among them."""
        of = {"products": product_id, "categories": category_id, "groups": group_id}.get(self.kind)
        return self.kind == "all" or of in self.ids

    def condition(self) -> Any:
        """The same, of `listed`."""
        column = {"products": "product_id", "categories": "category_id", "groups": "group_id"}.get(self.kind)
        return listed.c[column].in_(self.ids) if column else sa.true()


def reaches(on: date) -> list[Reach]:
    """Of the discounts in force on a business date."""
    return []
