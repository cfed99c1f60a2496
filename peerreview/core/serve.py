"""`flask serve`: the web server and the worker side by side. What ends one ends both; nothing is started again.

Static files go through the application too: the server's own static mount sends no ETag and none of our headers, and
thanks to the version in their addresses a browser asks for each of them once.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from types import FrameType

import click
from flask import current_app

from config import ROOT, Settings

# Threads wait for the database and for files; more of them only wait for each other's turn in Python.
THREADS = 4
SECONDS_TO_START = 60
SECONDS_TO_END = 15


def commands(settings: Settings) -> dict[str, list[str]]:
    """The programs that make up a running site, by name."""
    web = f"--host {settings.listen_on} --port {settings.port} --workers {settings.web_processes}"
    web += f" --interface wsgi --no-ws --blocking-threads {THREADS} --log-level warning"
    return {
        "web server": [sys.executable, "-m", "granian", *web.split(), "wsgi:app"],
        "worker": [sys.executable, "-m", "flask", "--app", "wsgi", "worker", "--parent", str(os.getpid())],
    }


@click.command("serve")
def serve() -> None:
    """Run the web server and the worker until Ctrl-C; when one of them ends, the other is ended with its exit code."""
    settings: Settings = current_app.config["SETTINGS"]
    _refuse_taken(settings)
    # Each in a group of its own: Ctrl-C in a terminal reaches only us, and we end them in order.
    running = {
        name: subprocess.Popen(words, cwd=ROOT, process_group=0, stdin=subprocess.DEVNULL)
        for name, words in commands(settings).items()
    }
    asked_to_end = _listen_for_the_end()
    try:
        _wait_until_ready(settings, lambda: asked_to_end() or _ended(running) is not None)
        if not asked_to_end() and _ended(running) is None:
            _welcome(settings)
        while not asked_to_end() and _ended(running) is None:
            time.sleep(0.2)
        ended = _ended(running)
    finally:
        _end(running)
        _wait_until_free(settings)
    if ended is not None:
        code = running[ended].returncode
        click.echo(f"The {ended} ended with code {code}, so everything has.", err=True)
        raise SystemExit(code if code >= 0 else 128 - code)


def _refuse_taken(settings: Settings) -> None:
    if taken := _taken(settings):
        raise click.ClickException(
            f"Port {settings.port} of {settings.listen_on} cannot be had ({taken.strerror}). "
            f"Choose another: PORT={settings.port + 1} make run"
        )


def _taken(settings: Settings) -> OSError | None:
    """Why nobody can listen there now, if so."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((settings.listen_on, settings.port))
        except OSError as error:
            return error
    return None


def _wait_until_free(settings: Settings) -> None:
    """A process that was killed still answers for the blink of an eye in which it ends."""
    until = time.monotonic() + 2
    while _taken(settings) and time.monotonic() < until:
        time.sleep(0.01)


def _listen_for_the_end() -> Callable[[], bool]:
    asked: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    signal.signal(signal.SIGINT, note)
    signal.signal(signal.SIGTERM, note)
    return lambda: bool(asked)


def _ended(running: dict[str, subprocess.Popen[bytes]]) -> str | None:
    """The name of one that is no longer running, or None."""
    return next((name for name, program in running.items() if program.poll() is not None), None)


def _wait_until_ready(settings: Settings, given_up: Callable[[], bool]) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while not given_up() and time.monotonic() < until:
        connection = http.client.HTTPConnection(settings.listen_on, settings.port, timeout=2)
        with suppress(OSError), closing(connection):
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)


def _welcome(settings: Settings) -> None:
    """Where it is and, where there is a demo, with which accounts to try it."""
    click.echo(f"{settings.product_name} is at {settings.base_url}  (Ctrl-C ends it)")
    demo = current_app.cli.commands.get("demo")
    if demo is not None and settings.environment != "production":
        demo.main(["--accounts"], prog_name="flask demo", standalone_mode=False)


def _end(running: dict[str, subprocess.Popen[bytes]]) -> None:
    """Ask all to end, and after that each second all that they have started: who is still starting does not hear it."""
    for program in running.values():
        if program.poll() is None:
            program.terminate()
    until = time.monotonic() + SECONDS_TO_END
    while _left(running, within=1) and time.monotonic() < until:
        for program in _left(running):
            _signal_group(program, signal.SIGTERM)
    for program in running.values():
        # A server that is told to end while it starts leaves its processes behind; they are still in its group.
        _signal_group(program, signal.SIGKILL)
        program.wait()


def _left(running: dict[str, subprocess.Popen[bytes]], within: float = 0) -> list[subprocess.Popen[bytes]]:
    """Those that still run after so many seconds, or sooner when none does."""
    until = time.monotonic() + within
    while (left := [program for program in running.values() if program.poll() is None]) and time.monotonic() < until:
        time.sleep(0.02)
    return left


def _signal_group(program: subprocess.Popen[bytes], number: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(program.pid, number)
