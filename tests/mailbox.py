"""A real SMTP server on this machine that keeps what it accepts, and can refuse, wait and hang up."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask

SECONDS = 30


class Mailbox:
    """`answers` refuses by step ("MAIL", "RCPT", "DATA"); at the step `waits_at` it waits until it may go on."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.answers: dict[str, str] = {}
        self.waits_at = ""
        self.connections = 0
        self.port = 0
        self.reached, self.go_on = threading.Event(), threading.Event()

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        envelope.mail_from = address
        return await self._answer("MAIL")

    async def handle_RCPT(self, server, session, envelope, address, options):
        envelope.rcpt_tos.append(address)
        return await self._answer("RCPT")

    async def handle_DATA(self, server, session, envelope):
        answer = await self._answer("DATA")
        if answer.startswith("250"):
            self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return answer

    async def _answer(self, step: str) -> str:
        if step == self.waits_at and not self.go_on.is_set():
            self.reached.set()
            while not self.go_on.is_set():
                await asyncio.sleep(0.01)
        return self.answers.get(step, "250 OK")

    @property
    def ids(self) -> list[str]:
        """The Message-IDs of what was accepted, in its order."""
        return [letter["Message-ID"] for letter in self.letters]


@contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        box.port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        box.go_on.set()
        controller.stop()


@contextmanager
def sending_to(app: Flask, port: int) -> Iterator[None]:
    """Letters of this application go to the server on this port."""
    mail, config = app.extensions["mail"], app.config
    before = config["MAIL_TRANSPORT"], mail.server, mail.port, mail.suppress
    config["MAIL_TRANSPORT"], mail.server, mail.port, mail.suppress = "smtp", "127.0.0.1", port, False
    try:
        yield
    finally:
        config["MAIL_TRANSPORT"], mail.server, mail.port, mail.suppress = before
