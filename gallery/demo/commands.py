"""`gallery demo fill` and `gallery demo logins`."""

import sys

import click
from flask.cli import with_appcontext

from gallery.core import clock
from gallery.demo import fill as play
from gallery.demo import shoppers, stripe_past
from gallery.demo.people import LEADERS, TREASURERS
from gallery.demo.scene import SMALL, Size, phone
from gallery.demo.words import PASSWORD, STAFF


@click.group()
def demo() -> None:
    """A gallery to try things on: made-up groups, goods and half a year of trade."""


@demo.command("fill")
@click.option("--small", is_flag=True, help="A few of everything, in seconds.")
@click.option("--if-empty", is_flag=True, help="Leave a database that is not empty alone, without complaint.")
@click.option("--stripe-state", metavar="FILE", help="The stand-in's file: it learns of the payments of the past.")
@with_appcontext
def fill(small: bool, if_empty: bool, stripe_state: str | None) -> None:
    """Fill an empty database with the demo. Refused in production, and where somebody is already."""
    settings = click.get_current_context().obj.load_app().extensions["gallery"].settings
    if settings.production:
        raise click.ClickException("the demo is never put into production (GALLERY_ENV=development)")
    if not play.empty():
        if if_empty:
            click.echo("demo: the database is not empty, left as it is")
            return
        raise click.ClickException("the database is not empty: the demo fills only a fresh one")
    size = SMALL if small else Size()
    with click.progressbar(length=play.steps(size), label="demo", file=sys.stderr, item_show_func=str) as bar:
        counts = play.fill(size, clock.now(), lambda what, n: bar.update(n, what))
    if stripe_state:
        stripe_past.remember(stripe_state)
    click.echo("demo: " + ", ".join(f"{n} {what}" for what, n in counts.items()))


@demo.command("logins")
def logins() -> None:
    """Who may log in to the demo, and how."""
    click.echo(f"Password of everybody: {PASSWORD}")
    for name, roles, last in STAFF:
        click.echo(f"  {phone(int(last))}  {name} ({', '.join(roles)})")
    click.echo(f"  {phone(LEADERS + 1)}  leader of the first group, and so on to {phone(LEADERS + 53)}")
    click.echo(f"  {phone(TREASURERS + 1)}  treasurer of the first group")
    click.echo(f"  {', '.join(shoppers.log_ins())}  shoppers")
