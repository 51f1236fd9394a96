"""What production does by itself: goods that came are drawn, letters go, groups are asked, lateness is told once."""

from datetime import timedelta
from typing import Any

from gallery.core import clock, mail
from gallery.core.jobs import Job
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import end_read, transaction
from gallery.production import emails, queries, service


def send_letter(payload: dict[str, Any]) -> None:
    """Outbox: one letter, to the shopper or to who speaks for the group. A question that is answered is not asked."""
    row = queries.one(payload["id"], clock.today())
    over = payload["letter"] == "more-time" and (row.asked_on is None or row.asked_on.isoformat() != payload["about"])
    letters = [] if over else emails.write(payload["letter"], row)
    end_read()
    for letter in letters:
        mail.send(letter.to, letter.subject, letter.html, key=letter.key)


def arrived(payload: dict[str, Any]) -> None:
    """Outbox: goods kept for an order line were counted in."""
    with transaction():
        service.draw_arrived(payload["order_line_id"], by=SYSTEM, at=clock.now())


def tell() -> None:
    """Look for requests no group was told of, and for what is late and nobody was told of: each is told once."""
    now = clock.now()
    today = clock.business_date(now)
    asked, late = queries.to_ask(), queries.to_tell_late(today)
    end_read()
    if asked or late:
        with transaction():
            for id in asked:
                emails.put("asked", id, at=now)
                emails.put("ordered", id, at=now)
            for id, promised in late:
                emails.put("late", id, at=now, about=promised.isoformat())
                emails.put("group-late", id, at=now, about=promised.isoformat())


def free_weeks() -> None:
    """Places in a week that nobody needs any more go to others."""
    over = queries.any_dead()
    end_read()
    if over:
        with transaction():
            service.free_dead()


OUTBOX = {"production.letter": send_letter, "production.arrived": arrived}
JOBS = [
    Job("production.tell", timedelta(minutes=5), tell),
    Job("production.weeks", timedelta(minutes=1), free_weeks),
]
