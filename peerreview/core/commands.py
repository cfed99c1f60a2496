"""`flask audit verify`, `flask worker`, `flask serve`: what an operator runs."""

import time

import click
from flask import Flask
from flask.cli import AppGroup

from peerreview.core import audit, outbox
from peerreview.core.db import db
from peerreview.core.serve import serve

audit_cli = AppGroup("audit", help="The audit trail.")


def init_app(app: Flask) -> None:
    app.cli.add_command(audit_cli)
    app.cli.add_command(worker)
    app.cli.add_command(serve)


@audit_cli.command("verify")
def verify() -> None:
    """Find a changed or missing row of the audit trail; exit 1 when there is one."""
    faults = list(audit.verify())
    for fault in faults:
        click.echo(f"audit: {fault}")
    if faults:
        raise SystemExit(1)
    click.echo("audit: whole")


@click.command("worker")
@click.option("--once", is_flag=True, help="Send what is due now and stop.")
@click.option("--pause", default=2.0, show_default=True, help="Seconds between two looks when nothing is due.")
def worker(once: bool, pause: float) -> None:
    """Send the mail that is due, until stopped. Several may run at once; each letter goes out once."""
    while True:
        sent = outbox.deliver_due()
        db.session.remove()
        if sent:
            click.echo(f"worker: {sent} letters sent")
        elif once:
            return
        else:
            time.sleep(pause)
