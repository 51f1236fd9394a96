"""The demo: an empty gallery gets people, groups, goods and six months of trade, all through the services."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa

from gallery.core.clock import clock
from gallery.core.db import db
from gallery.core.models import Outbox
from gallery.core.transaction import transaction
from gallery.demo import goods, offers, paid_later, people, pictures, shoppers, store_room, voices, window, workshop
from gallery.demo.scene import Scene, Size
from gallery.demo.trading import Days
from gallery.people.models import Person
from gallery.sales.models import OrderMessage
from gallery.search import service as search


def empty() -> bool:
    """Whether nobody was ever here."""
    nobody = db.session.scalar(sa.select(Person.id).limit(1)) is None
    db.session.rollback()
    return nobody


def steps(size: Size) -> int:
    """How far the progress goes."""
    months = 3 * (size.months - 1) + 1
    return 8 + size.groups + size.products + size.pictures + size.sales + size.orders + months


def fill(size: Size, now: datetime, progress: Callable[[str, int], None] = lambda what, n: None) -> dict[str, int]:
    """Play the demo up to `now`; returns what there is of what. Only in an empty database."""
    scene = Scene(size, now, progress)
    with clock.standing(now), _seldom_tidied():
        people.hire(scene)
        people.found(scene)
        paid_later.open_accounts(scene)
        pictures.hang(scene)
        categories = goods.sort(scene)
        voices.demand(scene, categories)
        goods.make(scene, categories)
        days = Days(scene)
        days.plan_months()
        days.run()
        store_room.arrange(scene)
        voices.end(scene)
        _let_the_past_be(now)
        paid_later.wait(scene)
        store_room.miss(scene)
        workshop.work(scene)
        offers.announce(scene, categories)
        window.compose(scene)
        shoppers.register(scene)
        _mails_are_sent(now)
        with transaction():
            search.count_sales(at=now)
    return scene.counts


@contextmanager
def _seldom_tidied() -> Iterator[None]:
    """Many short-lived rows: looking for circles among them costs a sixth of the time."""
    often = gc.get_threshold()
    gc.set_threshold(100_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*often)


def _let_the_past_be(now: datetime) -> None:
    """Messages of the past are not sent today, by whatever way."""
    _mails_are_sent(now)
    with transaction() as session:
        session.execute(sa.update(OrderMessage).where(OrderMessage.sent_at.is_(None)).values(sent_at=now))


def _mails_are_sent(now: datetime) -> None:
    with transaction() as session:
        session.execute(sa.update(Outbox).where(Outbox.done_at.is_(None)).values(done_at=now))
