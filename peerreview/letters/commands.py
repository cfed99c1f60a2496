"""`flask letters bounced < message`: what a mail server pipes to us when a letter could not be delivered."""

import sys

import click
from flask import Flask
from flask.cli import AppGroup

from peerreview.letters import services
from peerreview.letters.bounces import LARGEST, read_bounce

letters_cli = AppGroup("letters", help="The log of letters.")


def init_app(app: Flask) -> None:
    app.cli.add_command(letters_cli)


@letters_cli.command("bounced")
def bounced() -> None:
    """Read a delivery status notification from standard input and mark its letter as come back.

    What is no such notification is ignored, with exit code 0: else the mail server would send it back once more.
    """
    bounce = read_bounce(sys.stdin.buffer.read(LARGEST + 1))
    if bounce is None:
        click.echo("letters: no failed delivery, ignored")
        return
    letter = services.note_bounce(bounce)
    click.echo(f"letters: letter {letter.id} is {letter.state}" if letter else "letters: no letter of ours, ignored")
