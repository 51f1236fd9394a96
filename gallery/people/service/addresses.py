"""Where somebody has parcels sent."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from gallery.core.db import db, locked
from gallery.core.errors import NotFound, Refusal
from gallery.core.text import N_
from gallery.people import rules
from gallery.people.models import Person, PersonAddress
from gallery.people.queries import accounts


def keep_address(
    person_id: int, words: Mapping[str, str], *, address_id: int | None = None, main: bool = False, at: datetime
) -> PersonAddress:
    """Add an address, or change one of one's own. The first is the main one. Raises NotFound, Refusal.

    `words`: label, name, phone (as rules write it), street, area (a village's code), postcode.
    """
    locked(Person, person_id)
    mine = accounts.addresses(person_id)
    if address_id is None:
        if len(mine) >= rules.MOST_ADDRESSES:
            raise Refusal(N_("Paling banyak %(n)s alamat. Hapus satu dulu."), n=rules.MOST_ADDRESSES)
        row = PersonAddress(person_id=person_id, main=False, created_at=at)
    else:
        row = _own(person_id, address_id)
    for field in ("label", "name", "phone", "street", "area", "postcode"):
        setattr(row, field, words[field])
    db.session.add(row)
    db.session.flush()
    if main or not mine:
        make_main(person_id, row.id)
    return row


def make_main(person_id: int, address_id: int) -> None:
    """The address that is filled in first. Raises NotFound for another's."""
    row = _own(person_id, address_id)
    db.session.execute(sa.update(PersonAddress).where(PersonAddress.person_id == person_id).values(main=False))
    db.session.refresh(row)
    row.main = True
    db.session.flush()


def drop_address(person_id: int, address_id: int) -> None:
    """Delete an address; the newest of the others becomes the main one. Raises NotFound for another's."""
    row = _own(person_id, address_id)
    db.session.delete(row)
    db.session.flush()
    left = accounts.addresses(person_id)
    if left and not any(one.main for one in left):
        make_main(person_id, left[-1].id)


def _own(person_id: int, address_id: int) -> PersonAddress:
    row = db.session.get(PersonAddress, address_id, with_for_update=True, populate_existing=True)
    if row is None or row.person_id != person_id:
        raise NotFound
    return row
