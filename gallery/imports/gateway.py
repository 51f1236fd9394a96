"""Uploaded files while they wait: encrypted beside the photos, under a name nobody can guess, and how far each is."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

import obstore
from flask import current_app

from gallery.core import media, secrets
from gallery.imports.rules.table import BadRow

TAKE = "imports.take"
"""The effect that takes an upload."""
FOLDER = "imports"
SHOWN = 500
"""Bad rows kept to be shown; all are counted."""
KEPT = timedelta(days=2)


@dataclass(slots=True)
class Upload:
    """A file that somebody sent: what it is, what its check said, and how far taking it is.

    `state`: checked (nothing is taken yet) | taking | taken | failed.
    """

    token: str
    kind: str
    name: str
    sha: str
    by_id: int
    at: str
    state: str = "checked"
    fresh: int = 0
    same: int = 0
    bad_total: int = 0
    bad: list[dict[str, Any]] = field(default_factory=list)
    stage: str = ""
    done: int = 0
    of: int = 0
    says: str = ""
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> list[BadRow]:
        return [BadRow(**row) for row in self.bad]

    def found(self, bad: list[BadRow]) -> None:
        """Keep what is wrong."""
        self.bad_total, self.bad = len(bad), [asdict(row) for row in bad[:SHOWN]]


def _shelf() -> Any:
    return media.shelf(current_app.extensions["gallery"].settings.media_url)


def _place(token: str, what: str) -> str:
    return f"{FOLDER}/{token}.{what}"


def _get(token: str, what: str) -> str | None:
    try:
        sealed = bytes(obstore.get(_shelf(), _place(token, what)).bytes())
    except FileNotFoundError:
        return None
    return secrets.decrypt(sealed.decode(), _place(token, what))


def _put(token: str, what: str, plain: str) -> None:
    obstore.put(_shelf(), _place(token, what), secrets.encrypt(plain, _place(token, what)).encode())


def keep(upload: Upload, content: bytes) -> None:
    """Put a file away with its state."""
    _put(upload.token, "file", content.decode("latin-1"))
    note(upload)


def note(upload: Upload) -> None:
    """Write how far it is."""
    _put(upload.token, "state", json.dumps(asdict(upload)))


def find(token: str) -> Upload | None:
    """The upload of that name, or None."""
    if not token.replace("-", "").replace("_", "").isalnum():
        return None
    state = _get(token, "state")
    return Upload(**json.loads(state)) if state else None


def content(token: str) -> bytes:
    """The file itself. Raises FileNotFoundError when it is gone."""
    plain = _get(token, "file")
    if plain is None:
        raise FileNotFoundError(token)
    return plain.encode("latin-1")


def drop(token: str, *, state_too: bool = False) -> None:
    """Remove the file, which names persons and accounts; what is known of it may stay."""
    for what in ("file", "state") if state_too else ("file",):
        try:
            obstore.delete(_shelf(), _place(token, what))
        except FileNotFoundError:
            continue


def forget_old(now: datetime) -> int:
    """Remove what nobody took within two days; returns how many files."""
    here, n = _shelf(), 0
    for page in obstore.list(here, prefix=FOLDER):
        for item in page:
            if item["last_modified"] < now - KEPT:
                obstore.delete(here, item["path"])
                n += 1
    return n
