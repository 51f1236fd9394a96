"""Every view says who may see it, and the matrix of roles and routes in docs/ is what the declarations say."""

import pytest
from flask import Blueprint

from gallery.app import BLUEPRINTS, create_app
from gallery.core import permissions
from tests import engines
from tests.conftest import settings_for
from tests.house import sources

MATRIX = sources.ROOT / "docs/routes.md"
AGAIN = "python3 dev.py gallery routes --matrix > docs/routes.md"


def test_every_view_is_declared(house_app):
    assert [name for name, view in house_app.view_functions.items() if not hasattr(view, "_permission")] == []


def test_a_view_that_says_neither_stops_the_app(monkeypatch):
    careless = Blueprint("careless", __name__)
    careless.add_url_rule("/careless", view_func=lambda: "open", endpoint="door")
    monkeypatch.setattr("gallery.app.BLUEPRINTS", [*BLUEPRINTS, ("", careless)])
    with pytest.raises(RuntimeError, match=r"careless\.door"):
        create_app(settings_for(f"sqlite:///{engines.folder() / 'careless.sqlite3'}", engines.folder()))


def test_the_matrix_is_of_today(house_app):
    assert sources.text(MATRIX) == permissions.matrix(house_app), f"make it again: {AGAIN}"


def test_addresses_are_kebab_case_nouns(house_app):
    odd = [
        rule.rule
        for rule in house_app.url_map.iter_rules()
        for part in rule.rule.split("/")
        if part and "<" not in part and part != part.lower().replace("_", "-")
    ]
    assert odd == []


def test_staff_pages_are_for_staff(house_app):
    """Nothing under /staff or /kelompok-saya is open to everybody."""
    open_doors = [
        rule.rule
        for rule in house_app.url_map.iter_rules()
        if rule.rule.startswith(("/staff", "/kelompok-saya"))
        and house_app.view_functions[rule.endpoint]._permission is None
    ]
    assert open_doors == []
