"""`flask worker`: one process for letters and one for long work, so that a long matching keeps no letter waiting.

Both look whenever somebody knocks and every few seconds by themselves, and do all that is due; what is due stands in the
database, so that any number of workers may run and any of them may die at any moment. The process that started the two
starts again the one that died. Asked to end, a worker finishes the letter under way and drops its long work, which the
next one takes over; they also end when the one that started them is gone.
"""

import os
import secrets
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from datetime import date, datetime
from types import FrameType

from flask import Flask

from peerreview.core import beats, clock, delivery, work
from peerreview.core.daily import begin_day
from peerreview.core.db import db
from peerreview.core.hints import LETTERS, WORK, door

LOOK_EVERY = 5.0  # seconds between two looks when nobody knocks
LISTEN_EVERY = 0.2
ASK_TO_END = (signal.SIGTERM, signal.SIGINT)
GRACE = 100.0  # seconds that a letter under way gets; the server's answer is waited for at most a minute at a time


class Worker:
    """One process that looks after one kind of thing until it is asked to end or its parent is gone."""

    def __init__(self, app: Flask, kind: str, parent: int, look_every: float) -> None:
        self.app, self.kind, self.parent, self.look_every = app, kind, parent, look_every
        self.name = f"{kind} {socket.gethostname()[:60]} {os.getpid()} {secrets.token_hex(4)}"
        self.ending = threading.Event()
        self.day: date | None = None
        self.busy_since: datetime | None = None

    def run(self) -> None:
        """Work until the end is asked for."""
        for number in ASK_TO_END:
            signal.signal(number, self._end)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ASK_TO_END)
        with self.app.app_context():
            self._tell()
            threading.Thread(target=self._beat, name="beat", daemon=True).start()
            try:
                looked = -self.look_every
                while not self.ending.wait(LISTEN_EVERY):
                    if door(self.kind).answer() or time.monotonic() - looked > self.look_every:
                        self._look()
                        looked = time.monotonic()
            finally:
                self.ending.set()
                with suppress(Exception):
                    beats.end(self.name)

    def _look(self) -> None:
        """Do all that is due. An error of the database ends the look and not the worker."""
        self.busy_since = clock.now()
        try:
            self._letters() if self.kind == LETTERS else self._work()
        except Exception:
            self.app.logger.exception("the worker for %s will look again", self.kind)
        finally:
            self.busy_since = None
            with suppress(Exception):
                db.session.remove()

    def _letters(self) -> None:
        while delivery.deliver_due(stop=self.ending.is_set) and not self.ending.is_set():
            db.session.remove()

    def _work(self) -> None:
        day = clock.today()
        if self.day != day and beats.is_eldest(self.name, self.kind):
            begin_day(day)
            self.day = day
        while not self.ending.is_set() and work.take_turns():
            pass

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self.ending.set()
        if self.kind == WORK and self.busy_since:
            raise SystemExit(0)  # its lease ends and another worker takes over

    def _beat(self) -> None:
        """Tell that this worker lives, and end it when its parent does not."""
        told = time.monotonic()
        while not self.ending.wait(LISTEN_EVERY):
            if os.getppid() != self.parent:
                os.kill(os.getpid(), signal.SIGTERM)
                return
            if time.monotonic() - told > beats.EVERY.total_seconds():
                told = time.monotonic()
                with self.app.app_context():
                    self._tell()

    def _tell(self) -> None:
        with suppress(Exception):  # a database that is away is told of by the looks
            beats.beat(self.name, self.kind, self.busy_since)


def run(app: Flask, *, parent: int | None = None, look_every: float = LOOK_EVERY) -> None:
    """Keep one worker of each kind running until asked to end, or until the process `parent` is no longer ours."""
    asked: list[int] = []
    for number in ASK_TO_END:
        signal.signal(number, lambda number, _frame: asked.append(number))
    children = {_start(app, kind, look_every): kind for kind in (LETTERS, WORK)}
    while not asked and parent in (None, os.getppid()):
        time.sleep(LISTEN_EVERY)
        for pid in _ended(children):
            kind = children.pop(pid)
            if not asked:
                app.logger.warning("the worker for %s died and is started again", kind)
                time.sleep(1)
                children[_start(app, kind, look_every)] = kind
    _end(children)


def _start(app: Flask, kind: str, look_every: float) -> int:
    """A child of this process, with all that is loaded here and connections of its own; its process id."""
    parent = os.getpid()
    with app.app_context():
        db.engine.dispose(close=False)
    sys.stdout.flush()
    sys.stderr.flush()
    signal.pthread_sigmask(signal.SIG_BLOCK, ASK_TO_END)  # until the child has its own way to hear them
    pid = os.fork()
    if pid:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ASK_TO_END)
        return pid
    code = 0
    try:
        Worker(app, kind, parent, look_every).run()
    except SystemExit:
        pass
    except BaseException:
        app.logger.exception("the worker for %s fails", kind)
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _ended(children: dict[int, str]) -> list[int]:
    return [pid for pid in children if os.waitpid(pid, os.WNOHANG)[0]]


def _end(children: dict[int, str]) -> None:
    """Ask all to end and wait for them; who does not within GRACE is ended."""
    for pid in children:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + GRACE
    while children and time.monotonic() < until:
        for pid in _ended(children):
            children.pop(pid)
        time.sleep(0.05)
    for pid in children:
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
