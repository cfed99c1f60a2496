"""Mail: written with the act, sent once after it, again after a failure, by a real server."""

import socket
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import time_machine
from aiosmtpd.controller import Controller

from peerreview.core import clock, delivery, outbox
from peerreview.core.db import db, unit_of_work
from peerreview.core.outbox import Letter, LetterState


class Mailbox:
    """A real SMTP server on this machine that keeps what it accepts, and can refuse."""

    def __init__(self) -> None:
        self.letters: list = []
        self.refuse = False

    async def handle_DATA(self, server, session, envelope):
        if self.refuse:
            return "451 Later"
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def mailbox(app):
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    with sending_to(app, port):
        yield box
    controller.stop()


@contextmanager
def sending_to(app, port):
    mail, config = app.extensions["mail"], app.config
    before = config["MAIL_TRANSPORT"], mail.server, mail.port, mail.suppress
    config["MAIL_TRANSPORT"], mail.server, mail.port, mail.suppress = "smtp", "127.0.0.1", port, False
    yield
    config["MAIL_TRANSPORT"], mail.server, mail.port, mail.suppress = before


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
    mailbox.refuse = True
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


def test_a_calendar_invitation_travels_as_such(app, mailbox):
    ics = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    one_letter(attachments=[{"name": "bezoek.ics", "type": "text/calendar; method=REQUEST", "content": ics}])
    delivery.deliver_due()
    [part] = [part for part in mailbox.letters[0].walk() if part.get_content_type() == "text/calendar"]
    assert (part.get_param("method"), part.get_filename()) == ("REQUEST", "bezoek.ics")
    assert part.get_payload(decode=True).decode() == ics


def test_a_name_cannot_add_a_header(app, mailbox):
    one_letter(name="Renske\r\nBcc: iedereen@voorbeeld.example", subject="Dag\r\nX-Evil: 1")
    delivery.deliver_due()
    [received] = mailbox.letters
    assert (received["Bcc"], received["X-Evil"]) == (None, None)
