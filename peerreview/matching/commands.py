"""`flask exchanges remind`: for a timer, once a day."""

import click
from flask import Flask
from flask.cli import AppGroup

from peerreview.matching import services

exchanges_cli = AppGroup("exchanges", help="Proposed exchanges.")


def init_app(app: Flask) -> None:
    app.cli.add_command(exchanges_cli)


@exchanges_cli.command("remind")
def remind() -> None:
    """Remind who did not answer a proposal, and tell the secretariat who is late; each once."""
    click.echo(f"exchanges: {services.remind_unanswered()} proposals written about")
