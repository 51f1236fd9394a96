"""Who did what: rows with ids and field names, never personal values, so that a person can be forgotten."""

from collections.abc import Iterable
from datetime import datetime

from gallery.core.db import append
from gallery.core.models import AuditRow
from gallery.core.permissions import Actor
from gallery.core.request import request_id


def record(
    verb: str,
    ref_kind: str,
    ref_id: int | None,
    *,
    by: Actor,
    at: datetime,
    fields: Iterable[str] = (),
    on_behalf: bool = False,
) -> None:
    """Note an act in the same transaction. `fields` are names of what was looked at or changed."""
    append(
        AuditRow(
            at=at,
            by_id=by.person_id,
            on_behalf=on_behalf,
            verb=verb,
            ref_kind=ref_kind,
            ref_id=ref_id,
            fields=sorted(fields),
            request_id=request_id(),
        )
    )
