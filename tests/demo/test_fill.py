"""The demo is made through the services, adds up, and shows something everywhere."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask.cli import ScriptInfo

from gallery.catalogue import queries as catalogue
from gallery.catalogue.models import Category, Product
from gallery.cli import main
from gallery.consignment.models import Note
from gallery.core.clock import business_date
from gallery.core.db import db
from gallery.core.models import Media, Outbox
from gallery.demo import artwork, fill, stripe_past
from gallery.demo.scene import SMALL, Size
from gallery.demo.stripe_sandbox.store import Store
from gallery.demo.words import CRAFTS, FIRST_NAMES, PASSWORD, STAFF
from gallery.fulfilment.models import Parcel, ReturnPhoto, ReturnRequest
from gallery.fulfilment.queries import queues
from gallery.people.models import Person
from gallery.people.service import recognise
from gallery.producers.models import CATEGORIES, GroupDraft, GroupProfile, PermitPaper, ProducerGroup, TrainingPackage
from gallery.production.models import ProductionOrder
from gallery.reconciliation import service as reconciliation
from gallery.sales.models import Order
from gallery.search.models import listed
from gallery.settlement.models import Payout, Statement
from gallery.showcase import queries as showcase
from gallery.trade.models import MoneyCase, ReturnCase, WriteOff


def count(model, *where):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where))


def states(model):
    return set(db.session.scalars(sa.select(model.state).distinct()))


def test_it_works(db_app, now, tmp_path):
    assert fill.empty()
    told = []
    counts = fill.fill(SMALL, now, lambda what, n: told.append(n))
    assert not fill.empty()
    assert reconciliation.verify() == []
    assert sum(told) == fill.steps(SMALL)
    assert counts["counter sales"] == 60
    assert {"drawn-up", "paid"} <= states(Statement)
    assert count(ReturnCase) > 3
    assert {"requested", "accepted", "more-time", "declined"} <= set(
        db.session.scalars(sa.select(ProductionOrder.answer).distinct())
    )
    # One collection runs, one is to come, one is over; the last group that told of itself waits for a curator.
    assert [row.state for row in showcase.collections(business_date(now), "id")] == ["now", "coming", "over"]
    assert showcase.CHOSEN(on=business_date(now)) is not None
    assert (count(GroupProfile), count(GroupDraft)) == (5, 1)
    assert recognise("+6281200000001", PASSWORD).name == "Manajer Galeri"
    # What sells is known from the first look on.
    assert count(listed, listed.c.popularity > 0) > 3
    assert {(row.what, row.answered_by) for row in db.session.scalars(sa.select(WriteOff))} >= {("damaged", "gallery")}
    assert [row.kind for row in db.session.scalars(sa.select(PermitPaper))] == ["pdf"] * 3
    # Nothing of the past is done today.
    assert count(Outbox, Outbox.done_at.is_(None)) == 0
    paid = stripe_past.remember(str(tmp_path / "stripe.db"))
    store = Store(str(tmp_path / "stripe.db"))
    assert paid > 5
    intent = store.get(
        "payment_intent", db.session.scalar(sa.text("SELECT outside_id FROM payment WHERE method = 'stripe'"))
    )
    assert store.get("charge", intent["latest_charge"])["amount"] == intent["amount"]
    store.close()


@pytest.mark.serial
def test_the_whole_demo(app, now):
    fill.fill(Size(), now)
    assert reconciliation.verify() == []
    assert count(ProducerGroup) == 53
    assert count(ProducerGroup, ProducerGroup.category == CATEGORIES[0]) == 23
    assert len(set(db.session.scalars(sa.select(ProducerGroup.district)))) == 14
    assert set(db.session.scalars(sa.select(TrainingPackage.number).join(
        ProducerGroup, ProducerGroup.package_id == TrainingPackage.id
    ))) == set(range(1, 10))  # fmt: skip
    assert count(Product) == 400
    assert count(Category) == len(CRAFTS)
    assert count(Media) == 50
    assert count(Order) >= 3000
    # Every queue shows something.
    assert {"draft", "submitted", "changes-requested", "published"} <= states(Product)
    assert len(catalogue.waiting()) > 10
    assert {"draft", "proposed", "accepted", "received"} <= states(Note)
    assert {"paid", "in-preparation", "ready", "shipped", "completed", "expired", "cancelled"} <= states(Order)
    assert count(MoneyCase, MoneyCase.state == "open") >= 1
    assert {"drawn-up", "paid"} <= states(Statement)
    assert count(Payout) > 100
    assert {"packed", "sent", "arrived", "came-back"} <= states(Parcel)
    assert {"asked", "accepted", "declined"} <= states(ReturnRequest)
    assert count(ReturnPhoto) >= 1
    waiting = queues.counts(now)
    assert all(waiting[name] for name in ("siapkan", "kirim", "ambil", "terlambat", "masalah", "retur", "dikirim"))


def test_it_can_be_made_when_the_day_is_young(app, now):
    """What came some hours ago came yesterday."""
    fill.fill(replace(SMALL, sales=4, orders=6, products=6), now.replace(hour=17, minute=12))  # 00:12 in Sampang
    assert reconciliation.verify() == []
    assert not count(Outbox, Outbox.done_at.is_(None))


def test_nobody_in_it_is_real(db_app, now):
    """Roles, or one first name; numbers of the demo alone."""
    fill.fill(replace(SMALL, sales=4, orders=2, products=6), now)
    known = {name for name, _, _ in STAFF} | set(FIRST_NAMES)
    for person in db.session.scalars(sa.select(Person)):
        assert person.name in known
        assert person.phone.startswith("+628120000")


def test_every_drawing_can_be_made():
    for art in artwork.CATS:
        for seed in range(6):
            assert artwork.make(art, seed) == artwork.make(art, seed)
            assert artwork.make(art, seed).startswith("<svg ")


def test_it_is_refused_where_somebody_is(app, now):
    fill.fill(replace(SMALL, sales=1, orders=0, products=6), now)
    run = app.test_cli_runner()
    again = run.invoke(main, ["demo", "fill"], obj=_info(app))
    assert again.exit_code == 1
    assert "not empty" in again.output
    again = run.invoke(main, ["demo", "fill", "--if-empty"], obj=_info(app))
    assert again.exit_code == 0


def test_it_is_refused_in_production(app, monkeypatch):
    settings = replace(app.extensions["gallery"].settings, env="production")
    monkeypatch.setattr(app.extensions["gallery"], "settings", settings)
    refused = app.test_cli_runner().invoke(main, ["demo", "fill"], obj=_info(app))
    assert refused.exit_code == 1
    assert "production" in refused.output


def test_the_logins_are_told(app):
    told = app.test_cli_runner().invoke(main, ["demo", "logins"], obj=_info(app)).output
    assert PASSWORD in told
    assert "0812-0000-0001" in told


def _info(app):
    return ScriptInfo(create_app=lambda: app)
