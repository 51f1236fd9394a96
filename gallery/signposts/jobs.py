"""Pictures to share are drawn by the worker, a few at a time, once for what they show."""

from datetime import timedelta

from gallery.core import clock, media
from gallery.core.jobs import Job
from gallery.core.transaction import end_read, transaction
from gallery.signposts import queries, service
from gallery.signposts.rules import share

AT_ONCE = 5


def draw() -> None:
    """Draw what is missing or shows what is no more; files first, then their rows."""
    wanted = queries.undrawn(AT_ONCE)
    end_read()
    for one in wanted:
        sha = media.keep_share(share.draw(media.read(media.key(one.photo, "large.jpg")), one.name, one.group))
        with transaction():
            service.keep_picture(one.id, one.drawn_from, sha, at=clock.now())


JOBS = [Job("signposts.share-pictures", timedelta(seconds=15), draw)]
"""Registered by app.py."""
