"""A small gallery in full swing for stories that walk through all of it: filled once a run, copied for each test."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from flask import Flask

from gallery.demo import fill
from gallery.demo.scene import SMALL
from tests import engines
from tests.conftest import NOW, running

DATABASE = "shop.sqlite3"


@pytest.fixture(scope="session")
def filled(sqlite_engine: engines.Sqlite) -> Path:
    """The folder of its database, photos and mails."""
    made = engines.folder() / "small"
    with FileLock(f"{made}.lock"):
        if not made.exists():
            fresh = made.with_suffix(".fresh")
            fresh.mkdir()
            shutil.copyfile(sqlite_engine.template, fresh / DATABASE)
            for _ in running(f"sqlite:///{fresh / DATABASE}", fresh):
                fill.fill(SMALL, NOW)
            fresh.rename(made)
    return made


@pytest.fixture
def small_shop(filled: Path, tmp_path: Path) -> Iterator[Flask]:
    """The app on a copy of it, its context open; faults are answered as in the shop."""
    folder = tmp_path / "shop"
    shutil.copytree(filled, folder)
    with contextlib.contextmanager(running)(f"sqlite:///{folder / DATABASE}", folder) as app:
        app.config["WTF_CSRF_ENABLED"] = False
        app.config["PROPAGATE_EXCEPTIONS"] = False
        yield app
