"""`flask visits plan` plans any round from a file, without the database; `flask visits school-holidays` loads those."""

import json
from typing import IO

import click
from flask import Flask
from flask.cli import AppGroup

from peerreview.core.access import SYSTEM
from peerreview.core.instances import read_file
from peerreview.visits import services
from peerreview.visits.planning import plan_round
from peerreview.visits.planning.document import read_document
from peerreview.visits.planning.report import as_plain

cli = AppGroup("visits", help="The days of visits.")


def init_app(app: Flask) -> None:
    app.cli.add_command(cli)


@cli.command("plan")
@click.argument("instance", type=click.File("rb"))
@click.option("--output", type=click.File("w", encoding="utf-8", lazy=True), default="-", help="Write the answer here.")
@click.option("--pretty", is_flag=True, help="Indent the answer.")
@click.option("--best", type=click.IntRange(0, 20), default=0, help="Add so many plans of each exchange alone.")
def plan(instance: IO[bytes], output: IO[str], pretty: bool, best: int) -> None:
    """Plan the round in a JSON file (- reads standard input) and print the days of each visit, with the reasons.

    docs/visit-planning.md has the format and an example.
    """
    asked = read_file(instance, read_document)
    found = as_plain(asked, plan_round(asked.wanted, today=asked.today), best=best)
    click.echo(json.dumps(found, ensure_ascii=False, indent=2 if pretty else None), file=output)


@cli.command("school-holidays")
def school_holidays() -> None:
    """Add the published school holidays that are not on the list yet; what the secretariat changed stays."""
    click.echo(f"school holidays: {services.load_school_holidays(by=SYSTEM)} added")
