"""Who waits is told when there is something to tell; old wishes are forgotten."""

from datetime import timedelta
from typing import Any

from gallery.core import clock, mail, tokens
from gallery.core.db import db
from gallery.core.jobs import Job
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import end_read, transaction
from gallery.wishes import emails, queries, service
from gallery.wishes.models import StockAlert


def _tell() -> None:
    """A read decides whether there is anybody to tell: an idle run takes no write turn."""
    now = clock.now()
    waits = queries.to_mail(clock.business_date(now), most=1)
    end_read()
    if waits:
        with transaction():
            service.tell_by_mail(at=now)


def send_back(payload: dict[str, Any]) -> None:
    """Outbox handler of `wishes.back`: the mail, then the row goes. A row that is gone needs no mail."""
    alert_id = payload["alert_id"]
    row = db.session.get(StockAlert, alert_id)
    found = queries.sellable(row.variant_id, clock.today()) if row is not None else None
    if row is not None and (found is None or found.free < 1):
        end_read()
        with transaction():
            service.wait_on(alert_id)
        return
    if row is not None and found is not None:
        name = found.name_en if row.lang == "en" else found.name
        token = tokens.sign(service.STOP, [row.kind, row.value])
        letter = emails.back(row.id, row.value, row.lang, name, found.group, found.slug, token)
        end_read()
        mail.send(letter.to, letter.subject, letter.html, key=letter.key)
    end_read()
    with transaction():
        service.was_told(alert_id, by=SYSTEM, at=clock.now())


def _forget() -> None:
    with transaction():
        service.forget_old(at=clock.now())


OUTBOX = {"wishes.back": send_back}
JOBS = [
    Job("wishes.tell", timedelta(minutes=5), _tell),
    Job("wishes.forget", timedelta(days=1), _forget),
]
"""Registered by app.py."""
