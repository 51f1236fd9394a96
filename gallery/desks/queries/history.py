"""The gallery's decisions over time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.models import SettingVersion
from gallery.core.settings import Setting
from gallery.people.models import Person


@dataclass(frozen=True)
class Version:
    """A value, from when, and whose word it was; '' for the gallery's own jobs."""

    value: Any
    from_at: datetime
    by: str


def history(setting: Setting[Any], most: int = 50) -> list[Version]:
    """The values of a setting, the newest first."""
    stmt = (
        sa.select(SettingVersion.value, SettingVersion.from_at, sa.func.coalesce(Person.name, ""))
        .outerjoin(Person, Person.id == SettingVersion.by_id)
        .where(SettingVersion.key == setting.key)
        .order_by(SettingVersion.from_at.desc(), SettingVersion.id.desc())
        .limit(most)
    )
    return [Version(*row) for row in db.session.execute(stmt).tuples()]


def last_changes() -> dict[str, datetime]:
    """When each setting was changed last; those never changed are absent."""
    stmt = sa.select(SettingVersion.key, sa.func.max(SettingVersion.from_at)).group_by(SettingVersion.key)
    return dict(db.session.execute(stmt).tuples().all())
