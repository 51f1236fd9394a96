"""`gallery verify`."""

import sys

import click
from flask.cli import with_appcontext

from gallery.core import clock
from gallery.reconciliation import service
from gallery.reconciliation.queries import months, orders


@click.command()
@with_appcontext
def verify() -> None:
    """Prove from the rows alone that the books add up; exit 1 with the rows' names if not."""
    findings = service.verify(lambda truth, found: click.echo(f"{'FAILS' if found else 'holds'}  {truth}"))
    trust = months.trust()
    click.echo(
        f"trust money: held {trust.assets}, for groups {trust.groups}, for shoppers {trust.shoppers}, "
        f"taxes {trust.taxes}, the gallery's own {trust.own}"
    )
    if trust.own < 0:
        click.echo("RED: other people's money was spent", err=True)
    for case, amount, days in orders.open_cases(clock.today()):
        click.echo(f"open case {case}: {amount}, {days} days")
    for finding in findings:
        click.echo(str(finding), err=True)
    if findings:
        click.echo(f"{len(findings)} rows do not add up", err=True)
        sys.exit(1)
