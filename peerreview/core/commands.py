"""`flask audit verify`, `flask worker`, `flask serve`: what an operator runs."""

import time
from datetime import date

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from peerreview.core import audit, beats, clock, outbox, work  # noqa: F401
from peerreview.core.access import SYSTEM
from peerreview.core.db import db
from peerreview.core.events import listeners_of
from peerreview.core.serve import serve

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
@click.option("--pause", default=2.0, show_default=True, help="Seconds between two looks when nothing is due.")
def worker(once: bool, pause: float) -> None:
    """Send the mail that is due, do long work and that of each new day, until stopped. Several may run at once."""
    day = None
    while True:
        if not once and day != clock.today():
            day = clock.today()
            begin_day(day)
        sent = outbox.deliver_due()
        db.session.remove()
        worked = work.take_turns()
        if sent:
            click.echo(f"worker: {sent} letters sent")
        if worked:
            click.echo(f"worker: {worked} pieces of long work done")
        if sent or worked:
            continue
        if once:
            return
        time.sleep(pause)


@click.command("daily")
def daily() -> None:
    """Do the work of this day now: close what is overdue, remind, expire. Doing it twice does no harm."""
    click.echo(f"daily: {begin_day(clock.today())} kinds of work done")


def begin_day(day: date) -> int:
    """Tell every feature that hears "day.began"; one that fails does not keep the others from their work."""
    done = 0
    for listener in listeners_of("day.began"):
        try:
            listener(day, by=SYSTEM)
            done += 1
        except Exception:
            current_app.logger.exception("the work of %s failed: %s", day, listener.__qualname__)
        db.session.remove()
    return done
