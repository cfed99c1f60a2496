"""`flask keys rotate`, `flask keys list`: the keys that credentials are signed with."""

import click
from flask import Flask
from flask.cli import AppGroup

from peerreview.core import clock
from peerreview.credentials import queries, services

keys_cli = AppGroup("keys", help="The keys that credentials are signed with.")


def init_app(app: Flask) -> None:
    app.cli.add_command(keys_cli)


@keys_cli.command("rotate")
def rotate() -> None:
    """From now on a new key signs; what the old ones signed still verifies."""
    key = services.rotate()
    click.echo(f"keys: {key.kid} signs from now on; {len(queries.known_keys()) - 1} older ones stay published")


@keys_cli.command("list")
def list_keys() -> None:
    """Each key, the newest first, and since when it signs no more."""
    for key in queries.known_keys():
        ended = f"retired {clock.local(key.retired_at):%Y-%m-%d %H:%M}" if key.retired_at else "signs"
        click.echo(f"{key.kid}  made {clock.local(key.made_at):%Y-%m-%d %H:%M}  {ended}")
