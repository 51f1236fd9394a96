"""Words of the trade, and the tables of the index.

The index tables (`search_*`) are made by raw DDL, one for each engine (migrations), and are no part of the schema that
migrations and backups compare: everything in them is made from other rows, and can be made anew at any time.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from gallery.core.db import Base, Big, Id


class Ring(Base):
    """Words of the trade that stand for each other: whoever looks for one finds the others."""

    __tablename__ = "synonym_ring"
    id: Mapped[Id]
    words: Mapped[str] = mapped_column(unique=True)
    """As the curator wrote them, with commas between."""
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]
    v: Mapped[int] = mapped_column()
    __table_args__ = (sa.CheckConstraint("length(words) > 2", name="words"),)
    __mapper_args__ = {"version_id_col": v}


INDEX = sa.MetaData()

listed = sa.Table(
    "search_product",
    INDEX,
    sa.Column("product_id", Big, primary_key=True),
    sa.Column("category_id", Big),
    sa.Column("group_id", Big),
    sa.Column("district", sa.Text),
    sa.Column("price", Big),
    sa.Column("most", Big),
    sa.Column("days", Big),
    sa.Column("published", Big),
    sa.Column("popularity", Big),
    sa.Column("ready_until", Big),
    sa.Column("names", sa.Text),
    sa.Column("kinds", sa.Text),
)
"""One row a product on sale. `published` in seconds, `ready_until` the last day (as an ordinal) on which a piece now
free may be sold, 0 for none; `popularity` is units sold of late; names and kinds have a blank before and after."""

word_list = sa.Table("search_word", INDEX, sa.Column("word", sa.Text, primary_key=True), sa.Column("count", Big))
"""Each word of the index and how many products say it."""

state = sa.Table("search_state", INDEX, sa.Column("id", Big, primary_key=True), sa.Column("format", Big))
"""One row once the whole index was built: of which format."""
