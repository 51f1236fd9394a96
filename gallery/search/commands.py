"""`gallery search rebuild`."""

from collections.abc import Callable

import click
from flask.cli import with_appcontext

from gallery.core.transaction import end_read, transaction
from gallery.search import service
from gallery.search.queries import whole


@click.group()
def search() -> None:
    """The index of what is on sale."""


@search.command("rebuild")
@with_appcontext
def rebuild_command() -> None:
    """Make the whole index anew, while sales go on; safe to run again, or to stop and begin once more."""
    count = rebuild(lambda done, of: click.echo(f"\r{done} of {of}", nl=done == of))
    click.echo(f"search: {count} products are found")


def rebuild(told: Callable[[int, int], None] = lambda done, of: None) -> int:
    """Index every product, some hundreds a transaction; returns how many are listed."""
    ids = whole.to_index()
    end_read()
    for at in range(0, len(ids), service.BATCH):
        with transaction():
            service.index(ids[at : at + service.BATCH])
        told(min(at + service.BATCH, len(ids)), len(ids))
    with transaction():
        return service.finish()


def catch_up() -> None:
    """Build the index when it never was, or by a program that wrote it otherwise (after a migration)."""
    wanted = whole.behind()
    end_read()
    if wanted:
        rebuild()
