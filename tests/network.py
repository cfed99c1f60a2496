"""No test reaches another machine, and mail goes only to a server that the test itself started."""

import ipaddress
import smtplib
import socket
from typing import Any

import pytest

DISCARD = 9  # the customary port of a server that is not there
HERE = ("localhost", "0.0.0.0", "::")  # the last two are asked for when a server binds


def refuse_far(host: Any) -> None:
    """Fail the test, by an exception that neither `except Exception` nor `except OSError` swallows."""
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    try:
        near = ipaddress.ip_address(name.split("%")[0]).is_loopback
    except ValueError:
        near = False
    if not near and name not in HERE:
        pytest.fail(f"this test wanted to reach {name}; tests stay on this machine")


@pytest.fixture(autouse=True)
def _network_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    own_ports = {DISCARD}

    bind, connect, connect_ex = socket.socket.bind, socket.socket.connect, socket.socket.connect_ex
    look_up, greet = socket.getaddrinfo, smtplib.SMTP.connect

    def guarded_bind(self: socket.socket, address: Any) -> None:
        bind(self, address)
        if self.family in (socket.AF_INET, socket.AF_INET6):
            own_ports.add(self.getsockname()[1])

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            refuse_far(address[0])
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            refuse_far(address[0])
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        refuse_far(host)
        return look_up(host, *args, **kwargs)

    def guarded_greet(self: smtplib.SMTP, host: str = "localhost", port: int = 0, source_address: Any = None) -> Any:
        if port not in own_ports:
            pytest.fail(f"this test wanted to send mail to {host}:{port}, a server that it did not start")
        return greet(self, host, port, source_address)

    monkeypatch.setattr(socket.socket, "bind", guarded_bind)
    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)
    monkeypatch.setattr(smtplib.SMTP, "connect", guarded_greet)
