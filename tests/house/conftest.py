import pytest
from flask import Flask

from gallery.app import create_app
from tests import engines
from tests.conftest import settings_for


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/house/" in item.nodeid:
            item.add_marker("house")


@pytest.fixture(scope="session")
def house_app() -> Flask:
    """The app put together, on a database that nobody opens."""
    return create_app(settings_for(f"sqlite:///{engines.folder() / 'nobody.sqlite3'}", engines.folder()))
