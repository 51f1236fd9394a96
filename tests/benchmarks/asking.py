"""Whole requests, from the address to the last byte of the answer, without a server or a test client around them."""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.test import EnvironBuilder

Do = Callable[[], object]


@dataclass(frozen=True)
class Cost:
    """Of one request, in milliseconds: CPU time of the process (median of the rounds), and the clock's (best round)."""

    cpu: float
    wall: float

    @property
    def rate(self) -> float:
        """How many a second one process answers when nothing else is running."""
        return 1000 / self.cpu


def request(address: str, cookies: str = "", form: dict[str, str] | None = None) -> dict[str, Any]:
    """What a server would hand on for this address: GET, or POST of a form."""
    path, _, query = address.partition("?")
    headers = {"Accept-Encoding": "gzip", "Origin": "http://localhost"} | ({"Cookie": cookies} if cookies else {})
    builder = EnvironBuilder(
        path=path,
        query_string=query,
        base_url="http://localhost",
        headers=headers,
        method="GET" if form is None else "POST",
        data=form,
    )
    return builder.get_environ()


def ask(app: Flask, asked: dict[str, Any], status: str = "200") -> bytes:
    """The body of the answer. Raises AssertionError when its status is another."""
    told: list[str] = []

    def start(line: str, headers: list[tuple[str, str]], failed: object = None) -> Callable[[bytes], object]:
        told.append(line)
        return io.BytesIO().write

    answer = app.wsgi_app(dict(asked), start)
    body = b"".join(answer)
    getattr(answer, "close", bool)()
    assert told[0].startswith(status), f"{asked['PATH_INFO']}: {told[0]}"
    return body


def cookies_of(client: FlaskClient) -> str:
    """The cookies of a test client, as a browser sends them."""
    return "; ".join(f"{cookie.key}={cookie.value}" for cookie in (client._cookies or {}).values())


def costs(things: dict[str, Do], *, each: int, rounds: int = 9) -> dict[str, Cost]:
    """What each thing costs, done `each` times a round. All take turns, so that a busy machine is busy for all."""
    cpu: dict[str, list[float]] = {name: [] for name in things}
    wall: dict[str, list[float]] = {name: [] for name in things}
    for do in things.values():
        do()  # the first one compiles templates and statements
    for _ in range(rounds):
        for name, do in things.items():
            began, begun = time.perf_counter(), time.process_time()
            for _ in range(each):
                do()
            cpu[name].append((time.process_time() - begun) * 1000 / each)
            wall[name].append((time.perf_counter() - began) * 1000 / each)
    return {name: Cost(median(cpu[name]), min(wall[name])) for name in things}


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What is asked of the database meanwhile. The page version is read past SQLAlchemy: it does not stand here."""
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)
