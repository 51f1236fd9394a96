"""What somebody agreed to."""

from datetime import datetime

from gallery.core.db import db
from gallery.people import rules
from gallery.people.models import PrivacyConsent


def consent(person_id: int, version: str = rules.PRIVACY_VERSION, *, at: datetime) -> None:
    """Note which version of the privacy text a person agreed to."""
    db.session.add(PrivacyConsent(person_id=person_id, version=version, at=at))
