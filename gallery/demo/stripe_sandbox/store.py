"""What the stand-in remembers: Stripe's objects as JSON documents, answers by idempotency key, deliveries of webhooks.

SQLite from the standard library, one connection under one lock; a file keeps it over a restart or a kill.
"""

import json
import sqlite3
import threading
from dataclasses import dataclass
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS object (serial INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL, body TEXT NOT NULL, aside TEXT NOT NULL DEFAULT '{}');
CREATE INDEX IF NOT EXISTS object_kind ON object (kind, serial);
CREATE TABLE IF NOT EXISTS answer (key TEXT PRIMARY KEY, call TEXT NOT NULL, fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL, body TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS delivery (serial INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, due REAL NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0, ended REAL, status TEXT NOT NULL DEFAULT 'waiting',
    answer TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS delivery_due ON delivery (ended, due);
"""


@dataclass(frozen=True)
class Answer:
    """The first answer given to an idempotency key."""

    call: str
    fingerprint: str
    status: int
    body: str
    at: float


@dataclass(frozen=True)
class Delivery:
    """One sending of an event, tried until a 2xx or the last retry."""

    serial: int
    event: str
    due: float
    tries: int
    ended: float | None
    status: str
    answer: str


class Store:
    """All state of one stand-in; every method takes the lock, and `lock` may be held over several."""

    def __init__(self, path: str = ":memory:") -> None:
        self.lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        # Written data survives a killed process either way; only a power cut is not practised here.
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        with self.lock:
            self._db.close()

    def begin(self) -> None:
        self._db.execute("BEGIN")

    def end(self, keep: bool) -> None:
        self._db.execute("COMMIT" if keep else "ROLLBACK")

    # objects
    def put(self, body: dict[str, Any], aside: dict[str, Any] | None = None) -> None:
        """Writes an object; `aside` is what the stand-in knows of it and Stripe would not show."""
        with self.lock:
            text = json.dumps(body)
            self._db.execute(
                "INSERT INTO object (id, kind, body, aside) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET body = excluded.body",
                (body["id"], body["object"], text, json.dumps(aside or {})),
            )
            if aside is not None:
                self._db.execute("UPDATE object SET aside = ? WHERE id = ?", (json.dumps(aside), body["id"]))

    def get(self, kind: str, id: str) -> dict[str, Any] | None:
        with self.lock:
            row = self._db.execute("SELECT body FROM object WHERE id = ? AND kind = ?", (id, kind)).fetchone()
        return dict(json.loads(row[0])) if row else None

    def any(self, id: str) -> dict[str, Any] | None:
        with self.lock:
            row = self._db.execute("SELECT body FROM object WHERE id = ?", (id,)).fetchone()
        return dict(json.loads(row[0])) if row else None

    def aside(self, id: str) -> dict[str, Any]:
        with self.lock:
            row = self._db.execute("SELECT aside FROM object WHERE id = ?", (id,)).fetchone()
        return dict(json.loads(row[0])) if row else {}

    def newest(self, kind: str) -> list[dict[str, Any]]:
        """All objects of a kind, newest first, as Stripe lists them."""
        with self.lock:
            rows = self._db.execute("SELECT body FROM object WHERE kind = ? ORDER BY serial DESC", (kind,)).fetchall()
        return [dict(json.loads(row[0])) for row in rows]

    def with_word(self, kind: str, word: str) -> list[dict[str, Any]]:
        """Newest first, those whose body has the word (an id): a cheap first sieve before exact filters."""
        with self.lock:
            rows = self._db.execute(
                "SELECT body FROM object WHERE kind = ? AND instr(body, ?) > 0 ORDER BY serial DESC", (kind, word)
            ).fetchall()
        return [dict(json.loads(row[0])) for row in rows]

    # answers by idempotency key
    def answer(self, key: str) -> Answer | None:
        with self.lock:
            row = self._db.execute(
                "SELECT call, fingerprint, status, body, at FROM answer WHERE key = ?", (key,)
            ).fetchone()
        return Answer(*row) if row else None

    def keep_answer(self, key: str, answer: Answer) -> None:
        with self.lock:
            self._db.execute(
                "INSERT OR REPLACE INTO answer (key, call, fingerprint, status, body, at) VALUES (?, ?, ?, ?, ?, ?)",
                (key, answer.call, answer.fingerprint, answer.status, answer.body, answer.at),
            )

    def forget_answers(self, before: float) -> None:
        with self.lock:
            self._db.execute("DELETE FROM answer WHERE at < ?", (before,))

    # deliveries
    def add_delivery(self, event: str, due: float, status: str = "waiting", ended: float | None = None) -> None:
        with self.lock:
            self._db.execute(
                "INSERT INTO delivery (event, due, status, ended) VALUES (?, ?, ?, ?)", (event, due, status, ended)
            )

    def open_deliveries(self) -> list[Delivery]:
        with self.lock:
            rows = self._db.execute(
                "SELECT serial, event, due, tries, ended, status, answer FROM delivery"
                " WHERE ended IS NULL ORDER BY due, serial"
            ).fetchall()
        return [Delivery(*row) for row in rows]

    def deliveries(self, limit: int = 50) -> list[Delivery]:
        with self.lock:
            rows = self._db.execute(
                "SELECT serial, event, due, tries, ended, status, answer FROM delivery ORDER BY serial DESC LIMIT ?",
                (limit,),
            ).fetchall()
        return [Delivery(*row) for row in rows]

    def note_delivery(self, serial: int, *, status: str, answer: str, due: float | None, ended: float | None) -> None:
        with self.lock:
            self._db.execute(
                "UPDATE delivery SET tries = tries + 1, status = ?, answer = ?, due = coalesce(?, due), ended = ?"
                " WHERE serial = ?",
                (status, answer, due, ended, serial),
            )

    def make_due(self, now: float, backwards: bool = False) -> int:
        """Everything that waits is due now; backwards: the newest first."""
        with self.lock:
            waiting = self.open_deliveries()
            for place, one in enumerate(reversed(waiting) if backwards else waiting):
                self._db.execute("UPDATE delivery SET due = ? WHERE serial = ?", (now - 1 + place * 0.0001, one.serial))
        return len(waiting)
