"""`flask reviews close-fact-checks`: what an operator runs every day."""

import click
from flask import Flask
from flask.cli import AppGroup

from peerreview.reviews import services

reviews_cli = AppGroup("reviews", help="Reviews and their fact checks.")


def init_app(app: Flask) -> None:
    app.cli.add_command(reviews_cli)


@reviews_cli.command("close-fact-checks")
def close_fact_checks() -> None:
    """Close every fact check whose day has passed; what was not answered counts as agreed."""
    click.echo(f"reviews: {services.close_overdue_fact_checks()} fact checks closed")
