"""`gallery import groups|products|consignments|sales|payouts FILE [--dry-run]`, and the opening entry after them."""

import hashlib
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from gallery.core import clock
from gallery.core.errors import Refusal
from gallery.core.permissions import SYSTEM
from gallery.core.transaction import transaction
from gallery.imports import service
from gallery.imports.rules.books import Slip, money
from gallery.imports.rules.table import BadRow, Kind
from gallery.imports.service import BadFile

CHUNK = 65_536


def chunks(path: Path) -> Iterator[bytes]:
    """The file, a piece at a time."""
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece


def digest_of(path: Path) -> str:
    """What the file is known by."""
    sha = hashlib.sha256()
    for piece in chunks(path):
        sha.update(piece)
    return sha.hexdigest()


class Bar:
    """A progress bar on a terminal, one line a stage elsewhere."""

    def __init__(self) -> None:
        self.live = sys.stderr.isatty()
        self.stage = ""

    def __call__(self, stage: str, done: int, of: int) -> None:
        if self.live:
            filled = 30 * done // of if of else 0
            figures = f"{done:,} of {of:,}" if of else f"{done:,}"
            click.echo(f"\r{stage:6} [{'#' * filled}{' ' * (30 - filled)}] {figures} rows", nl=False, err=True)
        elif stage != self.stage:
            click.echo(f"{stage} ..", err=True)
        self.stage = stage

    def end(self) -> None:
        if self.live and self.stage:
            click.echo(err=True)


def tell(bad: list[BadRow]) -> None:
    """Every bad row: its number, its column, its sentence."""
    for row in bad:
        place = f"baris {row.row}" + (f", kolom {row.column}" if row.column else "")
        click.echo(f"{place}: {row.sentence % row.params if row.params else row.sentence}", err=True)


@click.group("import")
def import_() -> None:
    """Take the gallery's old books: each file whole, or not at all; the same file again changes nothing."""


def _command(kind: Kind) -> Callable[[Path, bool], None]:
    def command(file: Path, dry_run: bool) -> None:
        bar = Bar()
        try:
            if dry_run:
                checked = service.check(kind, chunks(file), progress=bar)
                bar.end()
                tell(checked.bad)
                click.echo(
                    f"{kind}: {len(checked.fresh)} new rows, {checked.same} taken before, {len(checked.bad)} bad"
                )
                if checked.bad:
                    sys.exit(1)
                return
            with transaction():
                taken = service.take(kind, chunks(file), sha=digest_of(file), by=SYSTEM, at=clock.now(), progress=bar)
        except BadFile as refusal:
            bar.end()
            tell(refusal.bad)
            raise click.ClickException(f"{kind}: {len(refusal.bad)} bad, nothing was taken") from refusal
        except Refusal as refusal:
            bar.end()
            raise click.ClickException(f"{kind}: {refusal}") from refusal
        bar.end()
        click.echo(f"{kind}: {taken.rows} rows taken, {taken.same} taken before")

    return command


for _kind in Kind:
    _run = with_appcontext(_command(_kind))
    _run = click.option("--dry-run", is_flag=True, help="Only check; exit 1 when a row is bad.")(_run)
    _run = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))(_run)
    import_.command(
        str(_kind), help=f"Take {_kind}.csv: check the whole file, name every bad row, take all or nothing."
    )(_run)


@import_.command("opening")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day of the entry.")
@click.option("--cash", default="0", help="What is really there in cash of the old books.")
@click.option("--bank", default="0", help="In the old books' bank account.")
@click.option("--qris", default="0", help="On the way from QRIS.")
@click.option("--card", default="0", help="On the way from the card terminal.")
@with_appcontext
def opening(day: datetime, cash: str, bank: str, qris: str, card: str) -> None:
    """Clear what is long gone of the old books' money, by one entry against `opening`; once."""
    try:
        there = dict(zip(service.ACCOUNTS, map(money, (cash, qris, card, bank)), strict=True))
        with transaction():
            service.open_books(there, on=day.date(), by=SYSTEM, at=clock.now())
    except Slip as slip:
        raise click.ClickException(slip.sentence % slip.params) from slip
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo("opening: booked")
