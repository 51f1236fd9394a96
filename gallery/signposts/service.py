"""Which picture is shown where a product's address is shared."""

from datetime import datetime

from gallery.core.db import db
from gallery.signposts.models import SharePicture


def keep_picture(product_id: int, drawn_from: str, sha: str, *, at: datetime) -> None:
    """The picture of a product, drawn from these words and photo; one takes the place of the one before."""
    row = db.session.get(SharePicture, product_id, with_for_update=True, populate_existing=True)
    if row is None:
        row = SharePicture(product_id=product_id)
        db.session.add(row)
    row.drawn_from, row.sha, row.drawn_at = drawn_from, sha, at
    db.session.flush()
