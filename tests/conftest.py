"""What every test may ask for.

- `db_app`: the app on a fresh, migrated database, once on SQLite and once on PostgreSQL, its context open. Tests of
  services take this one.
- `app`: the same on SQLite alone: for pages, where the engine makes no difference.
- `client`: a test client of `app`.
- `now`: the moment at which the clock stands in both.
- `chromium`, `serve`: a browser, and the app answering on loopback, for tests marked `browser`.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from playwright.sync_api import Browser, sync_playwright
from werkzeug.routing import Rule
from werkzeug.serving import WSGIRequestHandler, make_server

import config
from gallery import cli
from gallery.app import create_app
from gallery.core.clock import clock
from gallery.core.db import db
from tests import engines


class SharedTemplates(BytecodeCache):
    """Each test has an app of its own; its templates are compiled once a worker."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


class SharedRule(Rule):
    """Each test has an app of its own; the code that writes an address is compiled once a worker.

    Nine tenths of an app's start went there. The function depends on the rule's text and defaults alone.
    """

    kept: ClassVar[dict[tuple[str, str, bool], Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (self.rule, repr(self.defaults), append_unknown)
        if key not in self.kept:
            self.kept[key] = super()._compile_builder(append_unknown)
        return self.kept[key]


Flask.url_rule_class = SharedRule
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
"""Monday 2 November 2026, 09.00 WIB."""
TEMPLATES = SharedTemplates()
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


# ---------------------------------------------------------------- the run


def pytest_configure(config: pytest.Config) -> None:
    engines.open_folder()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = [item for item in items if item.get_closest_marker("browser")]
    if wanted and browser_path() is None:
        if os.environ.get("CI"):
            raise pytest.UsageError("Chromium is missing: in CI the browser tests are not left out.")
        items[:] = [item for item in items if item not in wanted]
        config.hook.pytest_deselected(items=wanted)
    for item in items:
        for mark in ("serial", "browser"):
            if item.get_closest_marker(mark):
                item.add_marker(pytest.mark.xdist_group(mark))
                break


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if browser_path() is None:
        packed = "apt install chromium-headless-shell"
        terminalreporter.write_line(f"No Chromium here: the browser tests were left out ({packed}).")


def browser_path() -> str | None:
    """The Chromium of this machine, or the one that CHROMIUM names."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


# ---------------------------------------------------------------- the shop on a fresh database


def settings_for(database_url: str, folder: Path) -> config.Settings:
    """A deployment of one test: its own database, photos and mails; the clock stands at NOW."""
    settings = config.read(
        {
            "GALLERY_ENV": "test",
            "DATABASE_URL": database_url,
            "MEDIA_URL": f"file://{folder / 'media'}",
            "MAIL_URL": f"file://{folder / 'mail'}",
            "BASE_URL": "http://localhost",
            "STRIPE_SECRET_KEY": "sk_test_tests",
            "STRIPE_WEBHOOK_SECRETS": "whsec_tests",
            "STRIPE_API_BASE": "http://127.0.0.1:9",
        }
    )
    return replace(settings, now=NOW)


def migrate(database_url: str) -> None:
    app = create_app(settings_for(database_url, engines.folder()))
    with app.app_context():
        cli.migrate()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture(scope="session")
def sqlite_engine() -> engines.Sqlite:
    return engines.Sqlite(migrate)


@pytest.fixture(scope="session")
def postgresql_engine() -> Iterator[engines.Postgresql]:
    engine = engines.Postgresql(migrate)
    yield engine
    engine.stop()


def running(database_url: str, folder: Path) -> Iterator[Flask]:
    app = create_app(settings_for(database_url, folder))
    try:
        app.test_client_class = Client
        app.jinja_env.bytecode_cache = TEMPLATES
        with app.app_context():
            yield app
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()
    finally:
        clock.release()


@pytest.fixture(params=engines.ENGINES)
def db_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The app with its context open, on a database of this test; the test is run on both engines."""
    engine = request.getfixturevalue(f"{request.param}_engine")
    with engine.database() as url:
        yield from running(url, tmp_path)


@pytest.fixture
def app(sqlite_engine: engines.Sqlite, tmp_path: Path) -> Iterator[Flask]:
    """The app with its context open, on a SQLite database of this test."""
    with sqlite_engine.database() as url:
        yield from running(url, tmp_path)


class Client(FlaskClient):
    """A browser's manners: it tells where a form came from. Tokens are asked for in the tests of tokens alone."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.environ_base["HTTP_ORIGIN"] = "http://localhost"


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@pytest.fixture
def now() -> datetime:
    return NOW


# ---------------------------------------------------------------- a browser


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium, without a window. The page's content security policy stays in force."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        yield browser
        browser.close()


class Quiet(WSGIRequestHandler):
    """Says nothing of each request: a page has a dozen."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return


@pytest.fixture
def serve() -> Iterator[Callable[[Flask], str]]:
    """Answer requests of a browser: `serve(app)` gives the address."""
    servers = []

    def start(app: Flask) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        servers.append(server)
        # Asked to stop it looks up between two polls: at the half second of before, every test ended by waiting for it.
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return f"http://127.0.0.1:{server.port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
