"""How fast letters are queued and leave: `python -m tests.bench_mail`, and a part of `make bench`.

A server in a process of its own takes every letter. Beside our worker, which claims and notes each letter in the database,
a bare loop of smtplib gives the very same texts to the same server over one connection: that is the speed of the server.
"""

import asyncio
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from config import settings

LETTERS = 10_000
TURNS = 4
# What the server takes for a letter, in seconds, and how many letters are sent: as fast as can be, and as real ones are.
SERVERS = {"fast server": (0.0, 4000), "5 ms server": (0.005, 800), "20 ms server": (0.02, 400)}
TARGET_S = 10.0
BODY = "Dag Renske,\n\nDe ronde is open. Kies vóór 1 maart wanneer jullie bezoek kunnen ontvangen.\n\n" * 4


class Taking:
    """Takes whatever comes, after so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:
        await asyncio.sleep(self.seconds)
        return "250 OK"


async def serve(seconds: float) -> None:
    from aiosmtpd.smtp import SMTP

    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Taking(seconds)), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # until who started us is gone


@contextmanager
def server(seconds: float) -> Iterator[int]:
    """The port of a mail server in another process, which takes so long for each letter."""
    words = [sys.executable, "-m", "tests.bench_mail", "--serve", str(seconds)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        yield int(program.stdout.readline())
        program.communicate()


def bare(port: int, texts: list[bytes]) -> float:
    """Seconds that smtplib alone needs for these texts."""
    started = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as host:
        for text in texts:
            host.sendmail("label@onderling.example", ["renske@voorbeeld.example"], text)
    return time.perf_counter() - started


def measure() -> dict[str, Any]:
    """Seconds to queue, and letters per second of ours and of the bare loop, in turns on one database."""
    from peerreview import create_app
    from peerreview.core import delivery, outbox
    from peerreview.core.db import db, unit_of_work
    from peerreview.core.smtp import content_of

    def sent_in_turns(seconds: float, letters: int) -> dict[str, float]:
        texts = [text] * (letters // TURNS)
        ours, theirs = 0.0, 0.0
        with server(seconds) as port:
            app.extensions["mail"].port = port
            for _turn in range(TURNS):
                theirs += bare(port, texts)
                started = time.perf_counter()
                if delivery.deliver_due(len(texts)) != len(texts):
                    raise SystemExit("not all letters were sent")
                ours += time.perf_counter() - started
        return {"per_second": letters / ours, "bare_per_second": letters / theirs, "ratio": theirs / ours}

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'mail.sqlite'}"
        app = create_app(settings("development", database_url=url, mail_transport="smtp", worker_file=""))
        with app.app_context():
            db.create_all()
            written = {"name": "Lid", "subject": "De ronde is open", "body": BODY}
            letters = [written | {"to": f"lid{number}@voorbeeld.example"} for number in range(LETTERS)]
            started = time.perf_counter()
            with unit_of_work():
                for letter in letters:
                    outbox.queue("round.opens", **letter)
            queued = time.perf_counter() - started
            text = content_of(db.session.get_one(outbox.Letter, 1))
            result = {"letters": LETTERS, "queue_s": queued, "missed": queued > TARGET_S}
            result |= {name: sent_in_turns(*how) for name, how in SERVERS.items()}
            db.session.remove()
            db.engine.dispose()
    return result


def show(result: dict[str, Any]) -> None:
    missed = "  misses its target" if result["missed"] else ""
    print(f"queueing {result['letters']:,} letters        {result['queue_s']:.2f} s{missed}")
    for name in SERVERS:
        one = result[name]
        beside = f"smtplib alone {one['bare_per_second']:.0f}, ratio {one['ratio']:.2f}"
        print(f"letters a second, {name:12} {one['per_second']:.0f}; {beside}")


if __name__ == "__main__":
    if "--serve" in sys.argv:
        asyncio.run(serve(float(sys.argv[-1])))
    else:
        show(measure())
