"""What is asked of the list of what is on sale without looking for anything: how many, and how it looks."""

from typing import Any

import sqlalchemy as sa

from gallery.catalogue.models import Photo
from gallery.catalogue.queries.goods import first_photo
from gallery.core.asking import Question
from gallery.search.models import listed
from gallery.search.queries.finding import MOST_COUNTED


def number(of: sa.Select[Any]) -> sa.Select[Any]:
    """How many rows a select of `listed` has; above what is counted (`1.000+`) it is not looked further."""
    return sa.select(sa.func.count()).select_from(of.limit(sa.literal_column(str(MOST_COUNTED + 1))).subquery())


def counted(of: sa.Select[Any]) -> Question[int]:
    """The same as a question."""
    return Question(number(of), lambda rows: int(rows[0][0]))


def picture(column: Any, model: Any) -> Any:
    """The first photo of the newest product on sale that has one, of the group or category of the select around it."""
    newest = (
        sa.select(listed.c.product_id)
        .where(column == model.id, sa.exists().where(Photo.product_id == listed.c.product_id))
        .order_by(listed.c.published.desc(), listed.c.product_id.desc())
        .limit(1)
        .correlate(model)
        .scalar_subquery()
    )
    return first_photo(newest)
