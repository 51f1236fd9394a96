"""Words of the trade that stand for each other, kept by curators."""

from datetime import datetime

import sqlalchemy as sa

from gallery.core import audit
from gallery.core.db import db, locked
from gallery.core.errors import Refusal
from gallery.core.permissions import Actor
from gallery.core.text import N_
from gallery.search.models import Ring
from gallery.search.rules.asking import LONGEST_NAME
from gallery.search.rules.words import tokens


def keep_ring(words: str, *, by: Actor, at: datetime, id: int | None = None) -> Ring:
    """A ring of words, written with commas between; with `id` in the place of an older one. Raises Refusal."""
    ring = _clean(words)
    same = sa.select(Ring.id).where(Ring.words == ring, Ring.id != (id or 0))
    if db.session.scalar(same) is not None:
        raise Refusal(N_("Kata-kata ini sudah ada."), field="words")
    row = Ring(at=at) if id is None else locked(Ring, id)
    row.words, row.by_id, row.at = ring, by.person_id, at
    db.session.add(row)
    db.session.flush()
    audit.record("search.words", "synonym_ring", row.id, by=by, at=at)
    return row


def drop_ring(id: int, *, by: Actor, at: datetime) -> None:
    """These words stand for each other no longer."""
    db.session.delete(locked(Ring, id))
    audit.record("search.words-dropped", "synonym_ring", id, by=by, at=at)


def _clean(words: str) -> str:
    if len(words) > 300:
        raise Refusal(N_("Terlalu panjang: paling banyak %(most)s huruf."), field="words", most=300)
    ring: dict[tuple[str, ...], str] = {}
    for word in words.split(","):
        word = " ".join(word.split())
        parts = tuple(tokens(word))
        if len(parts) > LONGEST_NAME:
            raise Refusal(N_("“%(word)s” terlalu panjang: paling banyak tiga kata."), field="words", word=word)
        if sum(map(len, parts)) == 1:
            raise Refusal(N_("“%(word)s” terlalu pendek: paling sedikit dua huruf."), field="words", word=word)
        if parts:
            ring.setdefault(parts, word.lower())
    if len(ring) < 2:
        raise Refusal(
            N_("Tulis paling sedikit dua kata, dipisah koma. Contoh: udeng, odheng, ikat kepala."), field="words"
        )
    return ", ".join(ring.values())
