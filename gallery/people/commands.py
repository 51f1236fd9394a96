"""`gallery user`: the first manager of a fresh gallery, and a way in when nobody can log in."""

import click
from flask.cli import with_appcontext

from gallery.core import clock
from gallery.core.errors import Refusal
from gallery.core.permissions import STAFF_ROLES, SYSTEM
from gallery.core.transaction import transaction
from gallery.people import emails, queries, rules, service


@click.group("user")
def user() -> None:
    """People who log in."""


@user.command("add")
@click.argument("name")
@click.argument("phone")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice([*STAFF_ROLES, "office"]), help="Repeat for several roles."
)
@click.option("--email", default="", help="An e-mail address, to log in with as well.")
@click.option("--lang", type=click.Choice(list(rules.LANGUAGE_NAMES)), default="id", show_default=True)
@click.option("--new-link", is_flag=True, help="Print a link also for somebody who has a password already.")
@with_appcontext
def add(name: str, phone: str, roles: tuple[str, ...], email: str, lang: str, new_link: bool) -> None:
    """Add a person with roles and print a one-time link to set a password.

    Run again with the same phone it adds what is missing: roles, and a fresh link as long as there is no password.
    """
    at = clock.now()
    try:
        with transaction():
            person = queries.known_by(rules.phone(phone))
            known = person is not None
            if person is None:
                person = service.add_person(name, phone=phone, email=email, lang=lang, by=SYSTEM, at=at)
            for role in roles:
                service.give_role(person.id, role, by=SYSTEM, at=at)
            handed = None
            if person.password_hash is None or new_link:
                token, link = service.invite(person.id, by=SYSTEM, at=at)
                handed = emails.handed(person, token, link.expires_at, queries.invited_as(person.id))
            said, held = person.name, sorted(queries.roles_of(person.id))
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{'known' if known else 'added'}: {said} ({', '.join(held) or 'no roles'})")
    if handed is None:
        click.echo("has a password: no link made (--new-link makes one)")
    else:
        click.echo(f"one-time link, until {handed.until:%Y-%m-%d %H:%M} UTC:\n{handed.address}")
