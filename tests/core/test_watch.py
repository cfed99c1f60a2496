"""Whether mail and long work are looked after, as a watchman from outside and the secretariat see it."""

from datetime import timedelta

import pytest
import time_machine

from peerreview.core import beats, clock, outbox
from peerreview.core.db import unit_of_work
from peerreview.core.hints import LETTERS, WORK, door
from peerreview.core.watch import LATE, Workers

WORKERS = "/health/worker"


@pytest.fixture
def both_alive(app):
    beats.beat("letters here 1 a", LETTERS)
    beats.beat("work here 2 b", WORK)


def asked(app):
    answer = app.test_client().get(WORKERS)
    return answer.status_code, answer.text


def test_it_is_well_while_both_kinds_live_and_says_no_more_than_that(app, both_alive):
    assert asked(app) == (200, "ok\n")
    with time_machine.travel(clock.now() + beats.ALIVE + timedelta(seconds=1)):
        assert asked(app) == (503, "late\n")
        beats.beat("letters here 1 a", LETTERS)
        assert Workers.now().missing == (WORK,)


def test_it_is_late_when_a_letter_waits_too_long(app, both_alive):
    moment = clock.now()
    with unit_of_work():
        outbox.queue("visit.poll", to="renske@voorbeeld.example", subject="Kies datums", body="Dag Renske.")
    assert asked(app) == (200, "ok\n")
    with time_machine.travel(moment + LATE + timedelta(minutes=1), tick=False):
        beats.beat("letters here 1 a", LETTERS)
        beats.beat("work here 2 b", WORK, busy_since=moment)
        seen = Workers.now()
        assert (seen.late, seen.well, seen.lag.letters, seen.lag.seconds > 650) == (True, False, 1, True)
        assert seen.long_work_since == moment


def test_only_the_eldest_living_worker_does_what_is_done_once(app, both_alive):
    beats.beat("work here 3 c", WORK)
    assert [beats.is_eldest(name, WORK) for name in ("work here 2 b", "work here 3 c")] == [True, False]
    beats.end("work here 2 b")
    assert beats.is_eldest("work here 3 c", WORK)


def test_a_worker_that_was_forgotten_leaves_no_row(app, both_alive):
    with time_machine.travel(clock.now() + beats.FORGOTTEN + timedelta(minutes=1)):
        beats.beat("letters here 4 d", LETTERS)
        assert [beat.name for beat in beats.alive()] == ["letters here 4 d"]
    assert len(beats.alive()) == 1


def test_a_knock_that_reaches_nobody_keeps_no_act_from_being_done(app, monkeypatch, caplog):
    here = door(LETTERS)
    monkeypatch.setattr(here, "redis", "redis://127.0.0.1:9/0")
    monkeypatch.setattr(here, "_huey", None)
    for _ in range(2):
        with unit_of_work():
            outbox.queue("visit.poll", to="renske@voorbeeld.example", subject="Kies datums", body="Dag Renske.")
    assert outbox.lag().letters == 2
    assert len(caplog.records) == 1
    monkeypatch.setattr(here, "_heard", True)


def test_one_act_knocks_once_and_one_that_failed_not_at_all(app):
    here = door(LETTERS)
    here.answer()
    letter = {"to": "renske@voorbeeld.example", "subject": "Kies datums", "body": "Dag Renske."}
    with unit_of_work():
        outbox.queue("visit.poll", **letter)
        outbox.queue("visit.poll", **letter)
    assert here._open().pending_count() == 1
    assert [here.answer(), here.answer()] == [True, False]
    with pytest.raises(ValueError, match="halfway"), unit_of_work():
        outbox.queue("visit.poll", **letter)
        raise ValueError("halfway")
    with unit_of_work():
        pass
    assert here.answer() is False
