"""What the gallery does by itself every so often; of several workers one runs each."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask

from gallery.core import clock, outbox
from gallery.core.db import db
from gallery.core.models import JobRun
from gallery.core.transaction import end_read, transaction

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """A job looks for facts (a hold whose time is up), so running it twice does no harm."""

    name: str
    every: timedelta
    run: Callable[[], None]


JOBS: list[Job] = []
"""Registered by app.py."""


def _forget_effects() -> None:
    with transaction():
        outbox.forget_old(at=clock.now())


FORGET_EFFECTS = Job("core.forget_effects", timedelta(days=1), _forget_effects)
"""What effects that are over were about; that they happened stays."""


def _claim(job: Job, at: datetime) -> bool:
    last = db.session.get(JobRun, job.name)
    due = last is None or last.last_at + job.every <= at
    end_read()
    if not due:
        return False
    with transaction() as session:
        row = session.get(JobRun, job.name, with_for_update=True, populate_existing=True)
        if row is None:
            session.add(JobRun(name=job.name, last_at=at))
        elif row.last_at + job.every > at:
            return False
        else:
            row.last_at = at
    return True


def run_due(at: datetime | None = None) -> None:
    """Run every job whose time has come, then what waits in the outbox."""
    at = at or clock.now()
    for job in JOBS:
        try:
            if _claim(job, at):
                job.run()
        except Exception:
            end_read()
            log.exception("job %s", job.name)
    outbox.work()


def loop(app: Flask, stop: threading.Event, pause: float = 1.0) -> None:
    """What `gallery worker` does until told to stop."""
    while not stop.is_set():
        with app.app_context():
            try:
                run_due()
            except Exception:
                log.exception("worker")
        stop.wait(pause)
