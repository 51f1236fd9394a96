"""What was written in this transaction that other rows are made of; the last steps make those anew.

Services say it (`mark("product", id)`), whoever keeps the made rows reads it at the end (`taken`). So a capability
below need not know who copies its words: search does (gallery.search.service.follow, registered in app.py).
"""

from gallery.core.db import db

_KEY = "marks"


def mark(kind: str, id: int) -> None:
    """Say that a row was written: `product`, `group`, `category` or `lot`, by its id. Inside transaction()."""
    db.session.info.setdefault(_KEY, set()).add((kind, id))


def taken() -> dict[str, set[int]]:
    """Kind -> ids marked so far, and forget them."""
    found: dict[str, set[int]] = {}
    for kind, id in db.session.info.pop(_KEY, ()):
        found.setdefault(kind, set()).add(id)
    return found
