"""Somebody walks every address there is: a producer with another group's ids, and somebody who is not logged in."""

from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from gallery.catalogue.models import Product, Variant
from gallery.consignment.models import Note
from gallery.core.db import db
from gallery.demo.people import LEADERS
from gallery.demo.scene import phone
from gallery.demo.words import PASSWORD
from gallery.producers.models import Member, Permit, ProducerGroup
from gallery.production.models import ProductionOrder
from gallery.reviews.models import Review
from gallery.settlement.models import Statement

AREA = "/kelompok-saya/"
OF = {
    "produk": Product,
    "surat-titip": Note,
    "setoran": Statement,
    "anggota": Member,
    "izin": Permit,
    "ulasan": Review,
    "pesanan-produksi": ProductionOrder,
}
"""Whose rows the addresses below /kelompok-saya/<word>/ name. A new word needs its model here."""


@dataclass(frozen=True)
class Village:
    """A small gallery, and a leader who is logged in."""

    app: Flask
    client: FlaskClient
    group_id: int

    def ids(self, model, own: bool) -> list[int]:
        mine = model.group_id == self.group_id
        return list(db.session.scalars(sa.select(model.id).where(mine if own else sa.not_(mine)).order_by(model.id)))

    def rules(self, *, arguments: bool) -> list[tuple[Rule, str]]:
        return [
            (rule, method)
            for rule in self.app.url_map.iter_rules()
            for method in sorted((rule.methods or set()) & {"GET", "POST"})
            if rule.rule.startswith(AREA) and bool(rule.arguments) == arguments
        ]


@pytest.fixture
def village(small_shop):
    client = small_shop.test_client()
    assert client.post("/masuk", data={"who": phone(LEADERS + 1), "password": PASSWORD}).status_code == 302
    # Else the password is asked for before anything is looked up.
    assert client.post("/konfirmasi", data={"password": PASSWORD}).status_code == 302
    return Village(small_shop, client, db.session.scalars(sa.select(Member.group_id).order_by(Member.id)).first())


def addresses(rule: Rule, named: int, below: int) -> str:
    """The rule with the id of its row, and of what stands under that row."""
    first, *rest = [part for part in rule.rule.split("/") if part.startswith("<")]
    path = rule.rule.replace(first, str(named))
    for part in rest:
        path = path.replace(part, str(below))
    return path


def ask(client: FlaskClient, method: str, path: str) -> int:
    return client.open(path, method=method, data={"role": "member"} if method == "POST" else None).status_code


def test_another_groups_rows_are_not_there(village):
    walked, open_doors = 0, []
    for rule, method in village.rules(arguments=True):
        model = OF[rule.rule.removeprefix(AREA).split("/")[0]]
        others = village.ids(model, own=False)
        assert others, f"nothing of others to try on {rule.rule}"
        for named in others[:12]:
            path = addresses(rule, named, 1)
            if ask(village.client, method, path) != 404:
                open_doors.append(f"{method} {path}")
            walked += 1
    assert open_doors == []
    assert walked > 100


def test_own_rows_are_there(village):
    """So that a 404 above is not that of a wrong address."""
    for rule, method in village.rules(arguments=True):
        if method == "GET" and len(rule.arguments) == 1:
            own = village.ids(OF[rule.rule.removeprefix(AREA).split("/")[0]], own=True)
            assert any(ask(village.client, method, addresses(rule, n, n)) in (200, 302) for n in own), rule.rule


def test_what_stands_under_ones_own_row_is_ones_own(village):
    """Another group's variant under a product of one's own."""
    own = village.ids(Product, own=True)
    strange = db.session.scalars(sa.select(Variant.id).where(Variant.product_id.not_in(own)).limit(10)).all()
    for rule, method in village.rules(arguments=True):
        if len(rule.arguments) > 1:
            assert {ask(village.client, method, addresses(rule, own[0], n)) for n in strange} == {404}


def test_no_page_names_another_group(village):
    """Home, lists and forms speak of one group, in both languages, whatever is asked for."""
    others = set(db.session.scalars(sa.select(ProducerGroup.name).where(ProducerGroup.id != village.group_id)))
    others |= set(
        db.session.scalars(sa.select(Note.number).where(Note.group_id != village.group_id, Note.number != ""))
    )
    for rule, method in village.rules(arguments=False):
        if method == "GET":
            for prefix in ("", "/en"):
                for query in ("", "?group_id=2&kelompok=2&id=2"):
                    text = village.client.get(prefix + rule.rule + query).get_data(as_text=True)
                    assert [name for name in others if name in text] == [], rule.rule


def test_staffs_addresses_are_not_there_for_a_producer(village):
    told = {
        (rule.rule, method): ask(village.client, method, "".join(filled(rule)))
        for rule in village.app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
        if rule.rule.startswith("/staff")
    }
    assert len(told) > 50
    assert {door: status for door, status in told.items() if status != 404} == {}


def test_a_stranger_is_asked_who_he_is(village):
    """Every address that is not public leads a stranger to the door."""
    app, told = village.app, {}
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if app.view_functions[rule.endpoint]._permission is not None:
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                answer = client.open("".join(filled(rule)), method=method)
                if answer.status_code != 302 or not answer.location.startswith("/masuk"):
                    told[rule.rule, method] = answer.status_code
    assert told == {}


def filled(rule: Rule):
    """The rule's address with something plausible in each place."""
    for dynamic, part in rule._trace:
        if not dynamic:
            yield part.lstrip("|") if part == "|" else part
        else:
            yield {"month": "2026-09"}.get(part, "1")
