"""`gallery settlement draw-up 2026-03` and `gallery settlement export FROM TO FILE`."""

import csv
from pathlib import Path

import click
from flask.cli import with_appcontext

from gallery.core import clock
from gallery.core.errors import Refusal
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.settlement import rules, service


@click.group()
def settlement() -> None:
    """Months of groups: draw up, export."""


@settlement.command("draw-up")
@click.argument("month")
@with_appcontext
def draw_up(month: str) -> None:
    """Draw up MONTH (2026-03) for all groups; safe to run again, and never touches an approved statement."""
    try:
        first = rules.month(month)
        with transaction():
            done = service.draw_up(first, by=SYSTEM, at=clock.now())
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(
        f"{month}: {done.made} drawn up, {done.changed} again, {done.same} unchanged, "
        f"{done.frozen} approved, {done.nothing} without anything"
    )


@settlement.command("export")
@click.argument("first", metavar="FROM-MONTH")
@click.argument("last", metavar="TO-MONTH")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@with_appcontext
def export(first: str, last: str, file: Path) -> None:
    """Write the months of every group, one row each, as CSV to FILE (which is replaced only when all is well)."""
    beside = file.with_name(file.name + ".part")
    try:
        rows = service.export(rules.month(first), rules.month(last))
        with beside.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out, lineterminator="\n").writerows(rows)
        beside.replace(file)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    finally:
        beside.unlink(missing_ok=True)
    click.echo(f"{file}: {first} to {last}")
