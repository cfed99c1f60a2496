"""`flask matching solve`: match any instance from a file, without the association's database."""

import json
from typing import IO

import click
from flask import Flask
from flask.cli import AppGroup

from peerreview.core.instances import read_file
from peerreview.matching import engine
from peerreview.matching.engine.instance import read_instance
from peerreview.matching.engine.report import as_plain

cli = AppGroup("matching", help="Who reviews whom.")


def init_app(app: Flask) -> None:
    app.cli.add_command(cli)


@cli.command("solve")
@click.argument("instance", type=click.File("rb"))
@click.option("--output", type=click.File("w", encoding="utf-8", lazy=True), default="-", help="Write the answer here.")
@click.option("--pretty", is_flag=True, help="Indent the answer.")
def solve(instance: IO[bytes], output: IO[str], pretty: bool) -> None:
    """Match the instance in a JSON file (- reads standard input) and print who reviews whom, with what it comes to.

    docs/matching-engine.md has the format and an example.
    """
    problem = read_file(instance, read_instance)
    memory = engine.Memory()
    found = as_plain(problem, engine.solve(problem, memory=memory), memory=memory)
    click.echo(json.dumps(found, ensure_ascii=False, indent=2 if pretty else None), file=output)
