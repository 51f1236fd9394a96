"""The picture of a product that is shown where its address is shared."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from gallery.core.db import Base


class SharePicture(Base):
    """1200 x 630, drawn once from a product's name, maker and first photo."""

    __tablename__ = "share_picture"
    product_id: Mapped[int] = mapped_column(sa.ForeignKey("product.id"), primary_key=True, autoincrement=False)
    drawn_from: Mapped[str]
    """Digest of what it shows: another one, and it is drawn anew."""
    sha: Mapped[str]
    """Of its file."""
    drawn_at: Mapped[datetime]
