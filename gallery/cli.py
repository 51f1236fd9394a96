"""The console script `gallery`: Flask's command line over create_app."""

import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import alembic.command as alembic_command
import click
from alembic.config import Config as AlembicConfig
from alembic.util.exc import CommandError as AlembicError
from flask.cli import FlaskGroup, with_appcontext
from granian.constants import Interfaces
from granian.server import Server as Granian

import config
from gallery.app import check_database, create_app
from gallery.core import backup as backups
from gallery.core import clock, jobs, permissions
from gallery.demo.commands import demo
from gallery.demo.stripe_sandbox.commands import stripe_sandbox
from gallery.imports.commands import import_
from gallery.people.commands import user
from gallery.reconciliation.commands import verify
from gallery.reconciliation.service import verify as prove
from gallery.search import commands as search_commands
from gallery.settlement.commands import settlement


@click.group(cls=FlaskGroup, create_app=create_app, add_default_commands=False, add_version_option=False)
def main() -> None:
    """Gallery Souvenir: consignment, stock, ledger, settlement and the shop."""


main.add_command(stripe_sandbox)
main.add_command(import_)
main.add_command(demo)
main.add_command(search_commands.search)
main.add_command(settlement)
main.add_command(user)
main.add_command(verify)


@main.group("db")
def database() -> None:
    """The database's schema."""


@database.command("upgrade")
@with_appcontext
def upgrade() -> None:
    """Migrate the database to the newest schema (safe to run again)."""
    migrate()
    search_commands.catch_up()
    click.echo("database: newest schema")


@database.command("check")
@with_appcontext
def check() -> None:
    """Say whether the models and the migrations agree; exit 1 if not."""
    from_alembic("check")


def alembic_config() -> Any:
    """Alembic's configuration, without a file of its own."""
    cfg = AlembicConfig()
    cfg.set_main_option("script_location", str(config.ROOT / "migrations"))
    cfg.set_main_option("path_separator", "os")
    return cfg


def migrate() -> None:
    """Upgrade to head."""
    alembic_command.upgrade(alembic_config(), "head")


def from_alembic(name: str) -> None:
    """Run one of Alembic's commands; exit 1 with its sentence when it refuses."""
    try:
        getattr(alembic_command, name)(alembic_config())
    except AlembicError as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes.")
@click.option("--threads", default=8, show_default=True, help="Threads of each process.")
@with_appcontext
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the shop with granian."""
    check_database(click.get_current_context().obj.load_app())
    Granian(
        "wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        log_access=False,
        working_dir=config.ROOT,
    ).serve()


@main.command()
@with_appcontext
def worker() -> None:
    """Do what waits: mails, Stripe, expired holds. Any number may run."""
    app = click.get_current_context().obj.load_app()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    jobs.loop(app, stop)


@main.command()
@click.option("--matrix", is_flag=True, help="Which role reaches which route, as Markdown.")
@with_appcontext
def routes(matrix: bool) -> None:
    """The address map."""
    app = click.get_current_context().obj.load_app()
    if matrix:
        sys.stdout.write(permissions.matrix(app))
        return
    for rule in sorted(app.url_map.iter_rules(), key=lambda r: r.rule):
        click.echo(f"{rule.rule:60} {rule.endpoint}")


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write database and photos into FILE, of one moment, while sales go on."""
    try:
        manifest = backups.save(file, at=clock.now())
    except (backups.BadBackup, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file}: {manifest.rows} rows, {len(manifest.photos)} photos, schema {manifest.schema}")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def restore(file: Path, yes: bool) -> None:
    """Put FILE in the place of this database and its photos, once it is checked and its books are proved."""
    settings = click.get_current_context().obj.load_app().extensions["gallery"].settings
    if not yes:
        click.confirm("What is in this database now is replaced. Go on?", abort=True)
    try:
        backups.restore(file, tools(settings), lambda words: click.echo(words))
    except (backups.BadBackup, OSError) as error:
        raise click.ClickException(f"{error} (nothing was replaced)") from error


def tools(settings: config.Settings) -> backups.Tools:
    """How the core opens, migrates and proves a database beside this one."""
    return backups.Tools(
        open_app=lambda address: create_app(replace(settings, database_url=address)),
        migrate=migrate,
        derive=search_commands.rebuild,
        verify=prove,
    )
