"""`flask serve` as an operator knows it: one command that starts everything and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from sqlalchemy import create_engine

from config import ROOT
from peerreview.core.db import db

STATIC = "/static/theme.css?v=1"


@pytest.fixture
def serving(tmp_path, application):
    """The program, its address and what it says, with an empty database of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {
        "PEERREVIEW_ENV": "testing", "PORT": str(port), "DATABASE_URL": f"sqlite:///{tmp_path / 'serve.sqlite'}",
    }  # fmt: skip
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    db.metadata.create_all(create_engine(environment["DATABASE_URL"]))
    with subprocess.Popen([*flask, "serve"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as program:
        yield program, f"http://127.0.0.1:{port}"
        if program.poll() is None:
            program.terminate()


def test_it_says_where_it_is_and_leaves_nothing_behind(serving):
    program, address = serving
    assert address in program.stdout.readline()
    with urllib.request.urlopen(address + STATIC) as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    program.send_signal(signal.SIGTERM)
    assert program.wait(timeout=30) == 0
    with pytest.raises(urllib.error.URLError, match="refused"):
        urllib.request.urlopen(address + STATIC)


def test_when_the_worker_dies_the_site_ends_with_its_code(serving):
    program, address = serving
    program.stdout.readline()
    os.kill(worker_of(program.pid), signal.SIGKILL)
    assert program.wait(timeout=30) == 128 + signal.SIGKILL
    with pytest.raises(urllib.error.URLError, match="refused"):
        urllib.request.urlopen(address + STATIC)


def worker_of(parent: int) -> int:
    for _ in range(100):
        found = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(parent)], capture_output=True, text=True)
        for line in found.stdout.splitlines():
            if " wsgi worker " in line:
                return int(line.split()[0])
        time.sleep(0.1)
    raise AssertionError("no worker")
