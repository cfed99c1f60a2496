"""Processes to be killed: the application is loaded once, and for each line of standard input a child is forked from it.

`python -m tests.core.stable DATABASE_URL PORT`; a child says on standard output where it has come to.
"""

import os
import signal
import sys
import time

from config import settings
from peerreview import create_app
from peerreview.core import delivery, events, worker
from peerreview.core.db import db, unit_of_work
from peerreview.core.outbox import queue

LETTER = {"to": "renske@voorbeeld.example", "subject": "Kies datums", "body": "Dag Renske."}


def say(what: str) -> None:
    print(f"{os.getpid()} {what}", flush=True)  # noqa: T201


def deliver() -> None:
    say("begins")
    delivery.deliver_due()


def act_and_wait_before_the_commit() -> None:
    with unit_of_work():
        queue("visit.poll", **LETTER)
        db.session.flush()
        say("waits")
        signal.pause()


def act_and_wait_before_the_knock() -> None:
    with unit_of_work():
        queue("visit.poll", **LETTER)
        db.session.info["after_commit"] = {"letters": lambda: (say("waits"), signal.pause())}


def work(busy: bool = False) -> None:
    say("begins")
    if busy:
        events._listeners["worker.turn"] = [lambda *, by: time.sleep(100)]
    worker.run(app, look_every=float(os.environ.get("LOOK_EVERY", "0.3")))


ACTS = {
    "deliver": deliver,
    "before the commit": act_and_wait_before_the_commit,
    "before the knock": act_and_wait_before_the_knock,
    "work": work,
    "work long": lambda: work(busy=True),
}

if __name__ == "__main__":
    database_url, worker_file = sys.argv[1:]
    app = create_app(settings("testing", database_url=database_url, worker_file=worker_file, mail_transport="smtp"))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    children = []
    for line in sys.stdin:
        port, act = line.strip().split(" ", 1)
        pid = os.fork()
        if pid:
            children.append(pid)
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        app.extensions["mail"].suppress, app.extensions["mail"].port = False, int(port)
        with app.app_context():
            ACTS[act]()
        os._exit(0)
    os._exit(0)  # nothing to tidy, and the application is large
