"""`flask framework import FILE [--publish]`: what an operator runs."""

from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from peerreview.core import i18n
from peerreview.core.access import SYSTEM
from peerreview.core.errors import Refused
from peerreview.frameworks import services

framework_cli = AppGroup("framework", help="The norm frameworks.")


def init_app(app: Flask) -> None:
    app.cli.add_command(framework_cli)


@framework_cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--publish", is_flag=True, help="Publish the version at once; it never changes after that.")
def import_file(file: Path, publish: bool) -> None:
    """Check FILE as a whole and keep it as a draft version; exit 1 with every problem when it is wrong."""
    with i18n.speaking("en"):
        try:
            version = services.import_framework(file.read_bytes(), by=SYSTEM)
            if publish:
                services.publish(version, by=SYSTEM)
        except Refused as refused:
            click.echo(refused.message, err=True)
            for problem in getattr(refused, "problems", []):
                click.echo(f"  {problem}", err=True)
            raise SystemExit(1) from None
    click.echo(f"framework: version {version.label} is {version.state.value}")
