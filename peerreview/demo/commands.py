"""`flask demo`: fill an empty database with a believable association, and say with which accounts to try it."""

import time

import click
from flask import Flask, current_app

from peerreview.demo import services
from peerreview.demo.scenario import PASSWORD
from peerreview.demo.services.accounts import TO_TRY, accounts


def init_app(app: Flask) -> None:
    app.cli.add_command(demo)


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="Do nothing when there are people already.")
@click.option("--accounts", "only_accounts", is_flag=True, help="Print the demo's accounts and build nothing.")
def demo(if_empty: bool, only_accounts: bool) -> None:
    """Build the demo association: 541 fictional organisations and three rounds. Never in production."""
    if current_app.config["SETTINGS"].environment == "production":
        raise click.ClickException("the demo has a known password and is never built in production")
    if only_accounts:
        _print_accounts()
    elif services.is_empty():
        started = time.monotonic()
        counts = services.build_demo()
        click.echo(
            f"demo: {', '.join(f'{n} {what}' for what, n in counts.items())} in {time.monotonic() - started:.1f} s"
        )
    elif not if_empty:
        raise click.ClickException("there are people in this database already; the demo is only built in an empty one")


def _print_accounts() -> None:
    rows = accounts()
    if rows:
        click.echo(f"Demo accounts, all with the password  {PASSWORD}")
    for email, role, organisation, name in rows:
        click.echo(
            f"  {email:34} {role:18} {TO_TRY.get(email.split('@')[0], ''):40} {name}, {organisation or 'association'}"
        )
