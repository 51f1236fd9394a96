"""Photos for tests: rows alone where the pixels do not matter, real files where they do."""

import hashlib
import io
from typing import Any

from PIL import Image

from gallery.core.db import db
from gallery.core.models import Media
from tests.make import AT


def photo(word: str = "satu") -> str:
    """A picture that is known, without files: returns its digest. Call it inside a transaction."""
    sha = hashlib.sha256(word.encode()).hexdigest()
    if db.session.get(Media, sha) is None:
        db.session.add(Media(sha=sha, width=800, height=1000, sizes={}, created_at=AT))
        db.session.flush()
    return sha


def file(color: Any = (181, 18, 31), format: str = "JPEG", size: tuple[int, int] = (400, 500)) -> io.BytesIO:
    """An upload."""
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, format)
    out.seek(0)
    return out
