"""The guard of the network was seen to stop what it should stop."""

import smtplib
import socket
import urllib.request

import pytest


def stopped_with(words: str):
    return pytest.raises(pytest.fail.Exception, match=words)


def test_a_far_machine_cannot_be_reached():
    with stopped_with("wanted to reach 192.0.2.1"), socket.socket() as far:
        far.connect(("192.0.2.1", 80))


def test_a_far_name_is_not_even_looked_up():
    with stopped_with("wanted to reach mail.example"):
        urllib.request.urlopen("http://mail.example/")


def test_the_mail_server_of_this_machine_is_not_ours():
    with stopped_with("a server that it did not start"):
        smtplib.SMTP("127.0.0.1", 25)


def test_this_machine_itself_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
