"""`flask audit verify`, `flask worker`, `flask serve`: what an operator runs."""

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from peerreview.core import audit, clock, delivery, work
from peerreview.core.daily import begin_day
from peerreview.core.db import db
from peerreview.core.serve import serve
from peerreview.core.worker import LOOK_EVERY, run

audit_cli = AppGroup("audit", help="The audit trail.")


def init_app(app: Flask) -> None:
    app.cli.add_command(audit_cli)
    app.cli.add_command(worker)
    app.cli.add_command(daily)
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
@click.option("--once", is_flag=True, help="Do what is due now and stop.")
@click.option("--look-every", default=LOOK_EVERY, show_default=True, help="Seconds between looks when nobody knocks.")
@click.option("--parent", type=int, hidden=True, help="End when this process, which started us, is gone.")
def worker(once: bool, look_every: float, parent: int | None) -> None:
    """Send the mail that is due, do long work and that of each new day, until stopped. Several may run at once."""
    if not once:
        run(current_app._get_current_object(), parent=parent, look_every=look_every)  # type: ignore[attr-defined]
        return
    while True:
        sent = delivery.deliver_due()
        db.session.remove()
        worked = work.take_turns()
        if sent:
            click.echo(f"worker: {sent} letters sent")
        if worked:
            click.echo(f"worker: {worked} pieces of long work done")
        if not sent and not worked:
            return


@click.command("daily")
def daily() -> None:
    """Do the work of this day now: close what is overdue, remind, expire. Doing it twice does no harm."""
    click.echo(f"daily: {begin_day(clock.today())} kinds of work done")
