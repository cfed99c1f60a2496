"""`flask people add`: how an operator makes the first account."""

import sys

import click
from flask import Flask
from flask.cli import AppGroup

from peerreview.accounts import queries, services
from peerreview.accounts.lifecycle import Role
from peerreview.core.errors import Refused

people_cli = AppGroup("people", help="Accounts and roles.")


def init_app(app: Flask) -> None:
    app.cli.add_command(people_cli)


@people_cli.command("add")
@click.argument("email")
@click.argument("name")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--organisation", metavar="KVK", help="The KvK number of the organisation that the role belongs to.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of sending a link.")
def add(email: str, name: str, role: str, organisation: str | None, password_stdin: bool) -> None:
    """Give EMAIL this role; a new address gets an account, with a letter to choose a password."""
    organisation_id = queries.organisation_by_kvk(organisation) if organisation else None
    if organisation and organisation_id is None:
        raise click.ClickException(f"there is no organisation with KvK number {organisation}")
    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
    if password is not None and len(password) < services.PASSWORD_LENGTH:
        raise click.ClickException(f"the password needs at least {services.PASSWORD_LENGTH} characters")
    try:
        person = services.make_first_account(
            email, name=name, role=Role(role), organisation_id=organisation_id, password=password
        )
    except Refused as no:
        raise click.ClickException(no.message) from None
    chosen = "" if person.password else "; they choose a password with the link in their letter"
    click.echo(f"people: {person.email} is {role}{chosen}")
