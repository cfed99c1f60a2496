"""`flask visits hold-past`: what an operator runs once a day."""

import click
from flask import Flask
from flask.cli import AppGroup

from peerreview.visits import services

visits_cli = AppGroup("visits", help="The visits.")


def init_app(app: Flask) -> None:
    app.cli.add_command(visits_cli)


@visits_cli.command("hold-past")
def hold_past() -> None:
    """Mark each visit whose day is past as held."""
    click.echo(f"visits: {services.hold_past_visits()} held")
