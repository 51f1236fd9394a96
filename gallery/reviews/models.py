"""Reviews: one for a line of an order, and the group's one answer."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from gallery.core.db import Base, Id
from gallery.core.models import one_of


class Review(Base):
    """Stars, words and perhaps a photo of somebody who bought it; nobody's whole name."""

    __tablename__ = "review"
    id: Mapped[Id]
    order_line_id: Mapped[int] = mapped_column(sa.ForeignKey("order_line.id"), unique=True)
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"))
    group_id: Mapped[int] = mapped_column(sa.ForeignKey("producer_group.id"), index=True)
    """Whose it is to answer: the group that made it."""
    stars: Mapped[int]
    words: Mapped[str]
    lang: Mapped[str]
    """Of the page on which it was written."""
    name: Mapped[str] = mapped_column(default="")
    """A first name, where the shopper wanted it shown; else empty."""
    media_sha: Mapped[str | None] = mapped_column(sa.ForeignKey("media.sha"))
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    """Why it is not shown."""
    written_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    v: Mapped[int] = mapped_column()
    __table_args__ = (
        one_of("state", "written", "published", "declined"),
        one_of("lang", "id", "en"),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        sa.CheckConstraint("(decided_at IS NULL) = (state = 'written')", name="decided"),
        sa.CheckConstraint("state <> 'declined' OR reason <> ''", name="reason"),
        sa.CheckConstraint("(answer <> '') = (answered_at IS NOT NULL)", name="answered"),
        sa.Index("ix_review_product_id_state", "product_id", "state"),
    )
    __mapper_args__ = {"version_id_col": v}
