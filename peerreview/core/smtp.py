"""The conversation with a mail server, over one connection for many letters, and what came of each letter."""

import smtplib
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr
from enum import StrEnum
from typing import Any, Self

from flask import Flask
from flask_mail import Mail, Message, sanitize_address

from peerreview.core.parts import carry

TIMEOUT = 60.0  # seconds for each answer of the server
SECONDS_TO_PART = 2.0
HANGS_UP = 421


class Verdict(StrEnum):
    SENT = "sent"
    LATER = "later"  # refused for now, or nobody knows
    REFUSED = "refused"  # for good
    AGAIN = "again"  # not begun: the server ended a line that had carried letters, as some do after so many


@dataclass(frozen=True)
class Outcome:
    """What came of a letter, in the words of the server."""

    verdict: Verdict
    said: str = ""


class Broken(Exception):
    """The connection ended; `before` the letter's text was given, so that surely nobody has it."""

    def __init__(self, said: str, *, before: bool) -> None:
        super().__init__(said)
        self.before = before


class Line:
    """The line to the mail server: opened for the first letter, kept for the next, closed at the end.

    Where letters go nowhere (MAIL_TRANSPORT in development, tests) every letter counts as sent.
    """

    def __init__(self, app: Flask) -> None:
        self.mail: Mail = app.extensions["mail"]
        self.used = app.config["MAIL_TRANSPORT"] == "smtp" and not self.mail.suppress
        self.sender = parseaddr(self.mail.default_sender)[1]
        self.host: smtplib.SMTP | None = None
        self.well, self.letters = True, 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self.host is not None and self.host.sock is not None:
            self.host.sock.settimeout(SECONDS_TO_PART)
            with suppress(OSError, smtplib.SMTPException):
                self.host.quit()
        self._drop()

    def open(self) -> None:
        """Connect unless that is done. Raises OSError or SMTPException when there is no server to be had."""
        if self.host is not None or not self.used:
            return
        make = smtplib.SMTP_SSL if self.mail.use_ssl else smtplib.SMTP
        host = make(self.mail.server, self.mail.port, timeout=TIMEOUT)
        try:
            if self.mail.use_tls:
                host.starttls()
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
            host.ehlo_or_helo_if_needed()
        except BaseException:
            host.close()
            raise
        self.host, self.letters = host, 0

    def _drop(self) -> None:
        if self.host is not None:
            self.host.close()
            self.host = None

    def send(self, letter: Any) -> Outcome:
        """Give the server one letter. After a line that broke for no good reason, the server is not `well`."""
        content = content_of(letter)
        if not self.used:
            return Outcome(Verdict.SENT)
        try:
            return self._give(letter, content)
        except Broken as broken:
            self._drop()
            if broken.before and self.letters:
                return Outcome(Verdict.AGAIN)
            self.well = False
            return Outcome(Verdict.LATER, str(broken))

    def _give(self, letter: Any, content: bytes) -> Outcome:
        """MAIL, RCPT and DATA. A 5xx is for good where it speaks of this recipient or text; of the sender it is not."""
        before = True
        try:
            for step in (self._sender, self._recipient):
                code, said = step(letter)
                if code // 100 != 2:
                    return self._refused(code, said, for_good=step == self._recipient)
            before = False
            code, said = self._host.data(content)
        except smtplib.SMTPDataError as error:  # the server did not want to hear the text
            return self._refused(error.smtp_code, _bytes(error.smtp_error), for_good=True)
        except (OSError, smtplib.SMTPException) as error:
            raise Broken(f"{type(error).__name__}: {error}", before=before) from error
        if code // 100 != 2:
            return self._refused(code, said, for_good=True)
        self.letters += 1
        return Outcome(Verdict.SENT)

    @property
    def _host(self) -> smtplib.SMTP:
        assert self.host is not None  # noqa: S101 - open() was called
        return self.host

    def _sender(self, letter: Any) -> tuple[int, bytes]:
        options = ["BODY=8BITMIME"] if self._host.has_extn("8bitmime") else []
        return self._host.mail(self.sender, options)

    def _recipient(self, letter: Any) -> tuple[int, bytes]:
        return self._host.rcpt(parseaddr(sanitize_address(letter.recipient))[1])

    def _refused(self, code: int, said: bytes, *, for_good: bool) -> Outcome:
        words = f"{code} {said.decode(errors='replace')}"
        if code == HANGS_UP:
            raise Broken(words, before=True)
        try:
            self._host.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()  # some servers refuse and hang up; the next letter gets a new line
        return Outcome(Verdict.REFUSED if for_good and code // 100 == 5 else Verdict.LATER, words)


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()


def content_of(letter: Any) -> bytes:
    """A letter as it travels, with the Message-ID that it got when it was queued."""
    message = Message(letter.subject, recipients=[(letter.recipient_name, letter.recipient)], body=letter.body)
    message.msgId = letter.message_id
    message.extra_headers = {"Content-Language": letter.language, "Auto-Submitted": "auto-generated"}
    carry(message, letter.attachments)
    if message.has_bad_headers():
        raise ValueError("a header of this letter has a line break")
    content: bytes = message.as_bytes()
    return content
