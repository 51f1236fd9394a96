"""What the benchmarks share: shops of each size, filled once a run, and the report at the end."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import engines
from tests.benchmarks import report, shop
from tests.conftest import running

Copies = Callable[[str, str], AbstractContextManager[str]]


@pytest.fixture(scope="session")
def filled(
    sqlite_engine: engines.Sqlite, postgresql_engine: engines.Postgresql, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str, int], str]]:
    """`filled(engine, products)`: the address of a shop of so many products, filled once; to be copied, not opened."""
    opened = {"sqlite": sqlite_engine, "postgresql": postgresql_engine}
    known: dict[tuple[str, int], str] = {}
    with ExitStack() as open_shops:

        def address(engine: str, products: int) -> str:
            if (engine, products) not in known:
                url = open_shops.enter_context(opened[engine].database())
                for _ in running(url, tmp_path_factory.mktemp("filling")):
                    shop.fill(products)
                known[engine, products] = url
            return known[engine, products]

        yield address


@pytest.fixture(scope="session")
def copied(postgresql_engine: engines.Postgresql, tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """`with copied(engine, url) as own`: a shop of one's own, as the other is now, which nobody may have open."""

    @contextmanager
    def copy(engine: str, url: str) -> Iterator[str]:
        database = sa.make_url(url).database or ""
        if engine == "postgresql":
            with postgresql_engine.database(database) as own:
                yield own
        else:
            file = tmp_path_factory.mktemp("copy") / "shop.sqlite3"
            shutil.copyfile(Path(database), file)
            yield f"sqlite:///{file}"

    return copy


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if told := report.text():
        terminalreporter.write_line("\n" + told)
