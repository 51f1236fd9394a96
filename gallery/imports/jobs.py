"""A file that a person asked to be taken, taken by the worker; uploads that nobody took, forgotten."""

import time
from datetime import timedelta
from typing import Any

from gallery.core import clock
from gallery.core.errors import Refusal
from gallery.core.jobs import Job
from gallery.core.transaction import end_read, transaction
from gallery.imports import gateway, service
from gallery.imports.rules.table import Kind
from gallery.people import queries as people

EVERY = 1.0
"""Seconds between two notes of progress."""


def take(payload: dict[str, Any]) -> None:
    """Take the file of an upload whole (outbox); once it is taken or refused, doing it again changes nothing."""
    upload = gateway.find(payload["token"])
    if upload is None or upload.state != "taking":
        return
    actor = people.actor(upload.by_id)
    content = gateway.content(upload.token)
    end_read()
    told = time.monotonic()

    def progress(stage: str, done: int, of: int) -> None:
        # Where it stands is not part of what is committed: it is noted while the transaction goes on.
        nonlocal told
        if time.monotonic() - told >= EVERY:
            told = time.monotonic()
            upload.stage, upload.done, upload.of = stage, done, of
            gateway.note(upload)

    try:
        with transaction():
            taken = service.take(
                Kind(upload.kind), [content], sha=upload.sha, by=actor, at=clock.now(), progress=progress
            )
        upload.state, upload.fresh, upload.same = "taken", taken.rows, taken.same
    except service.BadFile as refusal:
        upload.state = "checked"
        upload.found(refusal.bad)
    except Refusal as refusal:
        upload.state, upload.says = "failed", refusal.sentence
        upload.params = {name: str(value) for name, value in refusal.params.items()}
    gateway.note(upload)
    if upload.state == "taken":
        gateway.drop(upload.token)


def forget_old() -> None:
    """Files that nobody took within two days are removed."""
    gateway.forget_old(clock.now())


OUTBOX = {gateway.TAKE: take}
JOBS = [Job("imports.forget-old", timedelta(hours=6), forget_old)]
