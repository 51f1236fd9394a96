"""What a group says of itself: as the shop shows it, and as it waits for a curator."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from gallery.core.db import db
from gallery.core.errors import NotFound
from gallery.producers.models import GroupDraft, GroupProfile, ProducerGroup
from gallery.producers.rules import Profile


def profile(group_id: int) -> Profile:
    """What the shop shows. Raises NotFound."""
    group = db.session.get(ProducerGroup, group_id)
    if group is None:
        raise NotFound
    row = db.session.get(GroupProfile, group_id)
    return Profile(
        story=group.story,
        story_en=group.story_en,
        village=group.village,
        founded=row.founded if row else None,
        photo=row.photo_sha if row else None,
        alt=row.photo_alt if row else "",
        alt_en=row.photo_alt_en if row else "",
    )


def draft(group_id: int) -> GroupDraft | None:
    """What the group would like to say, if anything waits or is to be changed."""
    return db.session.scalar(sa.select(GroupDraft).where(GroupDraft.group_id == group_id))


def asked_to_change(group_id: int) -> bool:
    """Whether a curator asks the group to change what it wrote of itself."""
    found = draft(group_id)
    return found is not None and found.state == "changes-requested"


@dataclass(frozen=True, slots=True)
class WaitingProfile:
    """A group whose words wait for a curator."""

    group_id: int
    group: str
    at: datetime


def waiting_profiles() -> list[WaitingProfile]:
    """All of them, the oldest first."""
    rows = db.session.execute(
        sa.select(GroupDraft.group_id, ProducerGroup.name, GroupDraft.at)
        .join(ProducerGroup, ProducerGroup.id == GroupDraft.group_id)
        .where(GroupDraft.state == "submitted")
        .order_by(GroupDraft.at, GroupDraft.id)
    ).tuples()
    return [WaitingProfile(*row) for row in rows]
