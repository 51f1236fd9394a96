"""A group tells of itself: words and a photo, shown once a curator has read them."""

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from gallery.core import audit, clock, media
from gallery.core.db import db, locked
from gallery.core.errors import Conflict, NotFound, Refusal
from gallery.core.marks import mark
from gallery.core.permissions import Actor
from gallery.core.text import N_
from gallery.producers import queries, rules
from gallery.producers.models import GroupDraft, GroupProfile, ProducerGroup
from gallery.producers.rules import Profile

GROUP = "producer_group"
"""What audit rows call it."""


def tell(group_id: int, said: Profile, *, by: Actor, at: datetime) -> GroupDraft | None:
    """Hand the curators what the group would like to say; what the shop shows stays until their yes.

    Returns None when it says what the shop shows already: then nothing waits. Raises Refusal, naming the field.
    """
    group = locked(ProducerGroup, group_id)
    said = rules.check_profile(said, group.district, clock.business_date(at))
    if said.photo is not None and not media.known([said.photo]):
        raise Refusal(N_("Foto ini tidak tersimpan. Kirim lagi fotonya."), field="photos")
    now = queries.profile(group_id)
    changed = rules.profile_changes(now, said)
    draft = _draft(group_id)
    if not changed:
        if draft is not None:
            db.session.delete(draft)
        return None
    if draft is None:
        draft = GroupDraft(group_id=group_id)
        db.session.add(draft)
    draft.fields, draft.state, draft.reason, draft.by_id, draft.at = asdict(said), "submitted", "", by.person_id, at
    db.session.flush()
    audit.record("group.tell", GROUP, group_id, by=by, at=at, fields=changed, on_behalf=by.on_behalf_of(group_id))
    return draft


def show_profile(group_id: int, *, by: Actor, at: datetime, seen: int | None = None) -> ProducerGroup:
    """A curator's yes. `seen` is the draft's version that was read: Conflict when the group wrote meanwhile."""
    group = locked(ProducerGroup, group_id)
    draft = _waiting(group_id, seen)
    said = rules.check_profile(Profile.of_fields(draft.fields), group.district, clock.business_date(at))
    changed = rules.profile_changes(queries.profile(group_id), said)
    group.story, group.story_en, group.village = said.story, said.story_en, said.village
    row = db.session.get(GroupProfile, group_id)
    if row is None:
        row = GroupProfile(group_id=group_id)
        db.session.add(row)
    row.founded, row.photo_sha, row.photo_alt, row.photo_alt_en = said.founded, said.photo, said.alt, said.alt_en
    db.session.delete(draft)
    db.session.flush()
    mark("group", group_id)
    audit.record("group.show", GROUP, group_id, by=by, at=at, fields=changed)
    return group


def ask_profile_changes(group_id: int, reason: str, *, by: Actor, at: datetime, seen: int | None = None) -> None:
    """A curator's no for now, with what to change."""
    reason = reason.strip()
    if not reason:
        raise Refusal(N_("Tulis apa yang perlu diperbaiki, supaya kelompok tahu."), field="reason")
    if len(reason) > 1000:
        raise Refusal(N_("Paling panjang %(n)s huruf."), field="reason", n=1000)
    locked(ProducerGroup, group_id)
    draft = _waiting(group_id, seen)
    draft.state, draft.reason = "changes-requested", reason
    db.session.flush()
    audit.record("group.ask-changes", GROUP, group_id, by=by, at=at)


def _draft(group_id: int) -> GroupDraft | None:
    found = sa.select(GroupDraft).where(GroupDraft.group_id == group_id).with_for_update()
    return db.session.scalar(found.execution_options(populate_existing=True))


def _waiting(group_id: int, seen: int | None) -> GroupDraft:
    draft = _draft(group_id)
    if draft is None or draft.state != "submitted":
        raise NotFound
    if seen is not None and seen != draft.v:
        raise Conflict
    return draft
