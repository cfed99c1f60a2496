"""`kill -9` wherever it hurts: no letter is lost, and only one that nobody could know of goes out twice, as the same."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, text

from config import ROOT
from peerreview.core import beats, clock, delivery, outbox
from peerreview.core.beats import Beat
from peerreview.core.db import db, unit_of_work, writing
from peerreview.core.hints import LETTERS, WORK, door
from peerreview.core.outbox import Letter
from tests.core.stable import LETTER
from tests.mailbox import SECONDS, open_mailbox, sending_to


class Stable:
    """Forks children of one loaded application."""

    def __init__(self, database_url: str, folder) -> None:
        self.worker_file = folder / "worker.sqlite"
        words = [sys.executable, "-m", "tests.core.stable", database_url, str(self.worker_file)]
        self.program = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self, act: str, port: int = 9) -> int:
        """The process id of a child that has begun."""
        self.program.stdin.write(f"{port} {act}\n")
        self.program.stdin.flush()
        return int(self.program.stdout.readline().split()[0])


@pytest.fixture(scope="module")
def stable(database, application, tmp_path_factory):
    made = Stable(database.url, tmp_path_factory.mktemp("stable"))
    yield made
    made.program.communicate(timeout=SECONDS)


@pytest.fixture
def child(app, stable):
    """Start a child for this test; whatever it left alive is ended."""
    started = []

    def start(act, port=9):
        started.append(stable.start(act, port))
        return started[-1]

    yield start
    for pid in started:
        kill(pid)


@pytest.fixture
def mailbox(app):
    with open_mailbox() as box, sending_to(app, box.port):
        yield box


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(happens, what: str) -> None:
    """Wait for a condition, and fail when it does not come."""
    end = time.monotonic() + SECONDS
    while not happens():
        assert time.monotonic() < end, f"waited for {what}"
        db.session.rollback()
        time.sleep(0.02)


def kill(pid: int, number: int = signal.SIGKILL) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
    if number == signal.SIGKILL:
        until(lambda: not lives(pid), f"the end of {pid}")


def letters(count: int = 1) -> list[str]:
    with unit_of_work():
        return [outbox.queue("visit.poll", **LETTER).message_id for _ in range(count)]


def states() -> list[tuple[str, int]]:
    db.session.rollback()
    return [tuple(row) for row in db.session.execute(select(Letter.state, Letter.attempts).order_by(Letter.id))]


def after_restart() -> None:
    """A new worker, at once and again when the claims of the dead one have ended."""
    delivery.deliver_due()
    with time_machine.travel(clock.now() + delivery.CLAIM + timedelta(seconds=1)):
        delivery.deliver_due()


@contextmanager
def database_locked():
    """Nobody else can write to the letters."""
    token = writing.set(True)
    with db.engine.connect() as connection:
        connection.execute(text("UPDATE letter SET kind = kind"))
        yield
        connection.rollback()
    writing.reset(token)


def test_killed_before_the_commit_there_is_no_letter(child, mailbox):
    kill(child("before the commit"))
    after_restart()
    assert (states(), mailbox.ids) == ([], [])


def test_killed_after_the_commit_and_before_any_worker_heard_of_it_the_letter_goes_out_once(child, mailbox):
    kill(child("before the knock"))
    after_restart()
    assert (states(), len(mailbox.ids)) == ([("sent", 1)], 1)


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_killed_while_it_talks_to_the_server_the_letter_goes_out_once_and_the_others_do_not_wait(child, mailbox, step):
    first, second, third = letters(3)
    mailbox.waits_at = step
    pid = child("deliver", mailbox.port)
    assert mailbox.reached.wait(SECONDS)
    kill(pid)
    mailbox.waits_at = ""
    delivery.deliver_due()
    assert mailbox.ids == [second, third]
    after_restart()
    assert mailbox.ids == [second, third, first]
    assert states() == [("sent", 2), ("sent", 1), ("sent", 1)]


def test_killed_between_acceptance_and_our_note_the_letter_goes_out_again_with_the_same_message_id(child, mailbox):
    first, second = letters(2)
    mailbox.waits_at = "DATA"
    pid = child("deliver", mailbox.port)
    assert mailbox.reached.wait(SECONDS)
    with database_locked():
        mailbox.go_on.set()
        until(lambda: mailbox.ids, "the server's acceptance")
        kill(pid)
    after_restart()
    assert mailbox.ids == [first, second, first]
    assert states() == [("sent", 2), ("sent", 1)]


def test_of_two_workers_at_once_each_letter_is_sent_by_one(child, mailbox):
    queued = letters(60)
    for pid in [child("deliver", mailbox.port), child("deliver", mailbox.port)]:
        until(lambda pid=pid: not lives(pid), "the end of both")
    assert sorted(mailbox.ids) == sorted(queued)
    assert states() == [("sent", 1)] * 60


def test_a_database_that_is_busy_when_a_letter_was_accepted_gets_to_know_it_later(app, mailbox):
    [letter] = letters()
    mailbox.waits_at = "DATA"
    with app.app_context():
        db.session.execute(text("SELECT 1"))
    sending = threading.Thread(target=in_app(app, delivery.deliver_due))
    sending.start()
    assert mailbox.reached.wait(SECONDS)
    with database_locked():
        mailbox.go_on.set()
        until(lambda: mailbox.ids, "the server's acceptance")
    sending.join(SECONDS)
    assert (mailbox.ids, states()) == ([letter], [("sent", 1)])


def in_app(app, act):
    def run():
        with app.app_context():
            act()

    return run


def workers() -> dict[str, int]:
    """The living worker processes by kind, by what they tell of themselves."""
    return {beat.kind: int(beat.name.split()[-2]) for beat in beats.alive() if lives(int(beat.name.split()[-2]))}


def all_there() -> bool:
    return set(workers()) == {LETTERS, WORK}


def test_asked_to_end_it_finishes_the_letter_under_way_and_leaves_nothing_running(child, mailbox):
    first, second = letters(2)
    mailbox.waits_at = "DATA"
    pid = child("work", mailbox.port)
    assert mailbox.reached.wait(SECONDS)
    until(all_there, "both workers")
    running = workers()
    kill(pid, signal.SIGTERM)
    until(lambda: not lives(running[WORK]), "the end of the idle one")
    assert lives(running[LETTERS])
    mailbox.go_on.set()
    until(lambda: not lives(pid) and not lives(running[LETTERS]), "the end")
    assert (mailbox.ids, states()) == ([first], [("sent", 1), ("queued", 0)])
    assert db.session.scalars(select(Beat)).all() == []
    delivery.deliver_due()
    assert mailbox.ids == [first, second]


def test_one_that_is_killed_is_started_again_and_without_its_parent_it_ends(child, mailbox):
    pid = child("work", mailbox.port)
    until(all_there, "both workers")
    before = workers()
    kill(before[LETTERS])
    [letter] = letters()
    until(lambda: mailbox.ids == [letter], "the letter")
    until(all_there, "both workers")
    after = workers()
    assert after[LETTERS] != before[LETTERS]
    kill(pid)
    until(lambda: not any(lives(one) for one in after.values()), "the end of its children")


def test_long_work_keeps_no_letter_waiting_and_gives_way_when_asked_to_end(child, mailbox):
    pid = child("work long", mailbox.port)
    until(all_there, "both workers")
    [letter] = letters()
    until(lambda: mailbox.ids == [letter], "the letter")
    running = workers()
    kill(pid, signal.SIGTERM)
    until(lambda: not any(lives(one) for one in (pid, *running.values())), "the end")


def test_a_knock_is_heard_at_once_and_without_its_file_letters_go_out_all_the_same(app, child, stable, mailbox):
    app.extensions["doors"][LETTERS].file = str(stable.worker_file)
    child("work", mailbox.port)
    until(all_there, "both workers")
    try:
        for turn in (1, 2):
            letters()
            until(lambda turn=turn: len(mailbox.ids) == turn, "the letter")
            stable.worker_file.unlink(missing_ok=True)
    finally:
        door(LETTERS).file, door(LETTERS)._huey = "", None
    # The server has a letter a moment before the worker, which nobody ends here, has noted that.
    until(lambda: states() == [("sent", 1), ("sent", 1)], "the note of both")
    assert len(mailbox.ids) == 2
