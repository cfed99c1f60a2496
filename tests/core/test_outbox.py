"""Mail: written with the act, sent once after it, again after a failure, by a real server."""

import socket
from datetime import timedelta

import pytest
import time_machine

from peerreview.core import clock, delivery, outbox, smtp
from peerreview.core.db import db, unit_of_work
from peerreview.core.outbox import Letter, LetterState
from tests.mailbox import open_mailbox, sending_to


@pytest.fixture
def mailbox(app):
    with open_mailbox() as box, sending_to(app, box.port):
        yield box


def one_letter(**fields):
    values = {"to": "renske@voorbeeld.example", "name": "Renske Vos", "subject": "Kies datums", "body": "Dag Renske."}
    with unit_of_work():
        return outbox.queue("visit.poll", **(values | fields))


def test_a_letter_of_an_act_that_failed_does_not_exist(app):
    with pytest.raises(ValueError, match="halfway"), unit_of_work():
        outbox.queue("x", to="a@voorbeeld.example", subject="x", body="x")
        raise ValueError("halfway")
    assert db.session.query(Letter).count() == 0


def test_a_letter_arrives_as_it_was_written(app, mailbox):
    letter = one_letter(language="nl", subject="Kies datums\nvóór vrijdag")
    assert delivery.deliver_due() == 1
    [received] = mailbox.letters
    assert received["Subject"] == "Kies datums vóór vrijdag"
    assert received["Message-ID"] == letter.message_id
    assert received["To"] == "Renske Vos <renske@voorbeeld.example>"
    assert received["Content-Language"] == "nl"
    assert received.get_content().strip() == "Dag Renske."


def test_a_letter_is_sent_once(app, mailbox):
    one_letter()
    assert [delivery.deliver_due(), delivery.deliver_due()] == [1, 0]
    assert len(mailbox.letters) == 1


def test_a_letter_that_another_worker_holds_is_passed_by(app, mailbox):
    letter = one_letter()
    assert delivery._turn(None, letter.id) is not None
    assert delivery._turn(None, letter.id) is None
    assert delivery.deliver_due() == 0


def test_a_letter_whose_worker_died_is_free_after_its_lease_with_the_same_message_id(app, mailbox):
    letter = one_letter()
    delivery._turn(None, letter.id)
    with time_machine.travel(clock.now() + delivery.CLAIM + timedelta(seconds=1)):
        assert delivery.deliver_due() == 1
    assert mailbox.letters[0]["Message-ID"] == letter.message_id


def test_a_refused_letter_is_tried_again_later_and_then_given_up(app, mailbox):
    letter = one_letter()
    mailbox.answers["DATA"] = "451 Later"
    moment = clock.now()
    for minutes in (0, *delivery.RETRY_MINUTES):
        moment += timedelta(minutes=minutes, seconds=1)
        with time_machine.travel(moment):
            assert delivery.deliver_due() == 0
    db.session.refresh(letter)
    assert (letter.state, letter.attempts) == (LetterState.FAILED, 6)
    assert letter.last_error == "451 Later"


def test_a_server_that_is_down_loses_nothing(app):
    letter = one_letter()
    with sending_to(app, 9):
        assert delivery.deliver_due() == 0
    db.session.refresh(letter)
    assert (letter.state, letter.attempts) == (LetterState.QUEUED, 0)
    assert letter.last_error.startswith("ConnectionRefusedError")


def test_a_server_that_does_not_speak_is_left_and_no_letter_counts_as_tried(app, monkeypatch):
    letter = one_letter()
    monkeypatch.setattr(smtp, "TIMEOUT", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent, sending_to(app, silent.getsockname()[1]):
        assert delivery.deliver_due() == 0
    db.session.refresh(letter)
    assert (letter.state, letter.attempts) == (LetterState.QUEUED, 0)
    assert letter.last_error.endswith("timed out")


def test_a_server_that_falls_silent_halfway_gets_the_letter_again_later(app, mailbox, monkeypatch):
    letter, other = one_letter(), one_letter()
    monkeypatch.setattr(smtp, "TIMEOUT", 0.1)
    mailbox.waits_at = "DATA"
    assert delivery.deliver_due() == 0
    db.session.refresh(letter)
    db.session.refresh(other)
    assert [(each.state, each.attempts) for each in (letter, other)] == [("queued", 1), ("queued", 0)]
    assert letter.due_at - clock.now() > timedelta(seconds=50)
    mailbox.go_on.set()
    assert delivery.deliver_due() == 1
    assert other.message_id in mailbox.ids


@pytest.mark.parametrize(
    ("step", "answer", "state"),
    [
        ("RCPT", "550 No such user", LetterState.FAILED),
        ("DATA", "554 Not this text", LetterState.FAILED),
        ("RCPT", "450 Later", LetterState.QUEUED),
        ("MAIL", "550 Not from you", LetterState.QUEUED),
    ],
)
def test_what_is_refused_for_good_is_given_up_at_once_and_does_not_keep_the_others(app, mailbox, step, answer, state):
    letters = [one_letter(), one_letter()]
    mailbox.answers[step] = answer
    assert delivery.deliver_due() == 0
    for letter in letters:
        db.session.refresh(letter)
    told = [(letter.state, letter.attempts, letter.last_error) for letter in letters]
    assert told == [(state, 1, answer)] * 2
    assert mailbox.connections == 1


def test_a_held_letter_stays(app, mailbox):
    letter = one_letter()
    with unit_of_work():
        db.session.get_one(Letter, letter.id).state = LetterState.HELD
    assert delivery.deliver_due() == 0


def test_many_letters_are_queued_at_once_and_go_over_one_line(app, mailbox):
    with unit_of_work():
        for n in range(205):
            outbox.queue("round.opens", to=f"lid{n}@voorbeeld.example", subject=f"Brief {n}", body="Dag.")
    assert outbox.lag().letters == 205
    assert delivery.deliver_due() == 205
    assert [letter["Subject"] for letter in mailbox.letters] == [f"Brief {n}" for n in range(205)]
    assert mailbox.connections == 1
    assert outbox.lag() == outbox.Lag(0, None)


def test_a_server_that_hangs_up_after_each_letter_gets_them_all(app, mailbox):
    for _ in range(3):
        one_letter()
    accepted = mailbox.handle_MAIL

    async def one_a_line(server, session, envelope, address, options):
        if getattr(session, "carried", False):
            return "421 Enough"
        session.carried = True
        return await accepted(server, session, envelope, address, options)

    mailbox.handle_MAIL = one_a_line
    while delivery.deliver_due():
        pass
    assert (len(set(mailbox.ids)), len(mailbox.ids)) == (3, 3)
    assert {letter.attempts for letter in db.session.query(Letter)} == {1}


def test_a_letter_of_which_each_worker_dies_is_given_up(app, mailbox):
    letter = one_letter()
    moment = clock.now()
    for _ in range(len(delivery.RETRY_MINUTES) + 1):
        with time_machine.travel(moment):
            assert delivery._turn(None, letter.id)
        moment += delivery.CLAIM + timedelta(seconds=1)
    with time_machine.travel(moment):
        assert delivery.deliver_due() == 0
    db.session.refresh(letter)
    assert (letter.state, mailbox.ids) == (LetterState.FAILED, [])


def test_a_calendar_invitation_travels_as_such(app, mailbox):
    ics = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    one_letter(attachments=[{"name": "bezoek.ics", "type": "text/calendar; method=REQUEST", "content": ics}])
    delivery.deliver_due()
    [part] = [part for part in mailbox.letters[0].walk() if part.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "REQUEST"
    assert part.get_payload(decode=True).decode() == ics


def test_a_name_cannot_add_a_header(app, mailbox):
    one_letter(name="Renske\r\nBcc: iedereen@voorbeeld.example", subject="Dag\r\nX-Evil: 1")
    delivery.deliver_due()
    [received] = mailbox.letters
    assert (received["Bcc"], received["X-Evil"]) == (None, None)
