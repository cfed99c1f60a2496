"""`make bench-reviews`: how long saving a finding takes while 40 reviewers write at once, and whether anything is lost.

On SQLite and on a PostgreSQL that writes each commit to the disk, behind granian with 2 workers as production runs it: 20
teams of two, on a report of 52 norms with 200 observations each, every reviewer over a connection of their own. Each
save adds a sentence to a story of some 900 characters, mostly of a finding of one's own, one in five times of one that
both are writing; who is told that a colleague was first makes one text of both, as the page does. First at the pace of a
page that saves by itself one second after somebody stops typing, then without any pause. Afterwards every sentence that
was accepted is looked for in the database, and every text in its history.

Beside it, from the same run: how many of these saves a report with one version for the whole of it would have refused,
and how long writing all 52 findings takes in place of one. The result also goes to build/bench-reviews.json.
"""

import asyncio
import json
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests import bench_report
from tests.bench import BUILD, ROOT, SECRET, session_cookie

TEAMS, NORMS, OBSERVATIONS = 20, 52, 200
SHARED, OWN = 0.2, 8  # how often a save is of the finding that both write, and how many each writes alone
SENTENCE = "De vrijwilligers vertellen dat zij elke week iemand kunnen bellen, en dat die dan ook terugbelt. "
BEGINNING = SENTENCE * 9
TARGET = 25.0
PACED, FLOOD, PAUSE = 15.0, 5.0, 1.0
FIGURES: list[Callable[[], Iterator[tuple[str, float, str]]]] = [
    bench_report.figures
]  # more to measure: (what, figure, unit)


# --- The world -------------------------------------------------------------------------------------------------------


@dataclass
class Writer:
    """A reviewer with a browser: the findings that they write, with what their page shows of each."""

    number: int
    review_id: int
    person_id: int
    cookie: str
    own: list[str]
    shared: str
    token: str = ""
    pages: dict[str, tuple[int, str]] = field(default_factory=dict)  # version and story by norm


@dataclass
class Save:
    """An answer to one save."""

    at: float
    review_id: int
    norm: str
    writer: int
    sentence: str
    status: int
    ms: float
    version: int = 0


def application(url: str) -> Any:
    from config import settings
    from peerreview import create_app

    return create_app(settings("development", database_url=url, secret_key=SECRET, ratelimit_enabled=False))


def build(app: Any) -> list[Writer]:
    """Teams that decide together, each member with a rating of every norm."""
    from peerreview.core import clock
    from peerreview.core.db import db, unit_of_work
    from peerreview.reviews.lifecycle import Rating, Source
    from peerreview.reviews.models import BlindRating, Observation
    from tests.factories.reviews import make_pair

    db.create_all()
    writers: list[Writer] = []
    for _pair in range(TEAMS // 2):
        with unit_of_work():
            pair = make_pair(norms=NORMS)
        for which in ("review", "other"):
            review = getattr(pair, which)
            people = [member.person_id for member in review.visit.team][:2]
            review_id = review.id
            norms = [(finding.norm.position, finding.norm_id, finding.norm.code) for finding in review.findings]
            ids, codes = [norm[1] for norm in sorted(norms)], [norm[2] for norm in sorted(norms)]
            with unit_of_work():
                db.session.add_all(
                    Observation(
                        review_id=review_id, norm_id=ids[n % NORMS], person_id=people[n % 2], noted_at=clock.now(),
                        client_key=f"{review_id}-{n}", text=SENTENCE, source=Source.HEARD,
                    )
                    for n in range(OBSERVATIONS)
                )  # fmt: skip
                db.session.add_all(
                    BlindRating(
                        review_id=review_id, norm_id=norm_id, person_id=person_id, rating=Rating.COMPLIES, note=SENTENCE,
                        rated_at=clock.now(),
                    )
                    for norm_id in ids
                    for person_id in people
                )  # fmt: skip
            for n, person_id in enumerate(people):
                own = codes[1 + n * OWN : 1 + (n + 1) * OWN]
                cookie = session_cookie(app, person_id)
                writers.append(Writer(len(writers), review_id, person_id, cookie, own, codes[0]))
    return writers


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """An empty database of each kind, gone afterwards."""
    import psycopg

    from tests.postgresql import Cluster, binaries

    folder = Path(tempfile.mkdtemp(prefix="bench-reviews-", dir=BUILD))
    urls = {"SQLite": f"sqlite:///{folder / 'reviews.sqlite'}"}
    cluster = Cluster.start(fast=False) if binaries() else None
    if cluster:
        with psycopg.connect(f"{cluster.url}&dbname=postgres", autocommit=True) as admin:
            admin.execute("CREATE DATABASE bench")
        base, _mark, question = cluster.url.partition("?")
        urls[cluster.version] = f"{base}bench?{question}"
    try:
        yield urls
    finally:
        if cluster:
            cluster.stop()
        shutil.rmtree(folder)


@contextmanager
def served(url: str) -> Iterator[tuple[int, int]]:
    """The port and the process of granian with 2 workers on this database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ, "PEERREVIEW_ENV": "development", "DATABASE_URL": url, "SECRET_KEY": SECRET,
        "RATELIMIT_ENABLED": "false",
    }  # fmt: skip
    words = f"--host 127.0.0.1 --port {port} --workers 2 --interface wsgi --no-ws --log-level error wsgi:app"
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", *words.split()], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        from tests.bench import _wait_for

        _wait_for(port)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(20)


def processor_seconds(pid: int) -> float:
    """What this process and its children used of the processors so far."""
    total = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, _bracket, rest = stat.read_text().rpartition(")")
            fields = rest.split()
            if int(name.split()[0]) == pid or int(fields[1]) == pid:
                total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


# --- Forty browsers --------------------------------------------------------------------------------------------------


class Connection:
    """Just enough of HTTP to post a form and read the answer, so that the clients cost little of this machine."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port, self.cookie = port, cookie
        self.reader: Any = None
        self.writer: Any = None

    async def ask(self, path: str, form: dict[str, Any] | None = None) -> tuple[int, str]:
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        body = urlencode(form).encode() if form is not None else b""
        more = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n" if form else ""
        head = f"{'POST' if form else 'GET'} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: nl\r\n"
        head += f"Cookie: {self.cookie}\r\nHX-Request: {'true' if form else 'false'}\r\n{more}\r\n"
        self.writer.write(head.encode() + body)
        await self.writer.drain()
        return await self._answer()

    async def _answer(self) -> tuple[int, str]:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        if new := re.search(r"(?i)^set-cookie: (session=[^;]+)", head, re.MULTILINE):
            self.cookie = new[1]
        if length := re.search(r"(?i)^content-length: (\d+)", head, re.MULTILINE):
            content = await self.reader.readexactly(int(length[1]))
        else:
            content = b"".join([chunk async for chunk in self._chunks()])
        return int(head.split(" ", 2)[1]), content.decode()

    async def _chunks(self) -> Any:
        while size := int((await self.reader.readline()).strip() or b"0", 16):
            yield await self.reader.readexactly(size)
            await self.reader.readexactly(2)
        await self.reader.readline()


class Bench:
    """One run against one server: everybody writes, and what was answered is kept."""

    def __init__(self, port: int, writers: list[Writer]) -> None:
        self.writers = writers
        self.connections = [Connection(port, one.cookie) for one in writers]
        self.saves: list[Save] = []

    async def open_pages(self) -> None:
        await asyncio.gather(*(self._open(one) for one in self.writers))

    async def _open(self, writer: Writer) -> None:
        status, content = await self.connections[writer.number].ask(
            f"/reviews/{writer.review_id}/findings/{writer.shared}"
        )
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', content)
        if status != 200 or found is None:
            raise SystemExit(f"the page of a finding answered {status}")
        writer.token = found[1]
        for norm in [*writer.own, writer.shared]:
            writer.pages.setdefault(norm, (1, ""))

    async def run(self, seconds: float, pause: float) -> list[Save]:
        before, self.end = len(self.saves), time.perf_counter() + seconds
        await asyncio.gather(*(self._write(one, random.Random(one.number), pause) for one in self.writers))
        return self.saves[before:]

    async def _write(self, writer: Writer, chance: random.Random, pause: float) -> None:
        if pause:
            await asyncio.sleep(chance.random() * pause)
        while time.perf_counter() < self.end:
            began = time.perf_counter()
            norm = writer.shared if chance.random() < SHARED else chance.choice(writer.own)
            await self._save(writer, norm)
            if pause:
                await asyncio.sleep(max(0.0, pause * (0.75 + chance.random() / 2) - (time.perf_counter() - began)))

    async def _save(self, writer: Writer, norm: str) -> None:
        version, story = writer.pages[norm]
        sentence = f"Zin {writer.number}-{len(self.saves)}. "
        while True:
            text = (story or BEGINNING) + sentence
            form = {
                "csrf_token": writer.token, "version": version, "autosave": 1, "rating": "complies", "story": text,
                "strength": "", "improvement": "", "not_assessed_reason": "", "diverging_opinion": "", "leaned": "",
            }  # fmt: skip
            began = time.perf_counter()
            path = f"/reviews/{writer.review_id}/findings/{norm}"
            status, content = await self.connections[writer.number].ask(path, form)
            took = (time.perf_counter() - began) * 1000
            save = Save(began, writer.review_id, norm, writer.number, sentence.strip(), status, took)
            self.saves.append(save)
            if status == 200:
                save.version = int(re.search(r'data-version="(\d+)"', content)[1])  # type: ignore[index]
                writer.pages[norm] = (save.version, text)
                return
            if status != 409:
                return
            stands = re.search(r"<template data-keep-text>(.*?)</template>", content, re.DOTALL)
            version = int(re.search(r'data-keep-version="(\d+)"', content)[1])  # type: ignore[index]
            story = (stands[1] if stands else "").strip() + " "


# --- What came of it -------------------------------------------------------------------------------------------------


def lost(saves: list[Save]) -> tuple[int, int]:
    """How many sentences that were accepted stand nowhere, and how many findings read otherwise than their history."""
    from sqlalchemy import select

    from peerreview.core import history
    from peerreview.core.db import db
    from peerreview.frameworks.models import Norm
    from peerreview.reviews.models import Finding

    rows = db.session.execute(
        select(Finding, Norm.code).join(Norm, Norm.id == Finding.norm_id).where(Finding.story != "")
    )
    stories, wrong = {}, 0
    for finding, code in rows.all():
        newest = history.latest(finding)
        wrong += newest is None or newest.texts["story"] != finding.story or newest.number != finding.version
        stories[finding.review_id, code] = finding.story
    accepted = [one for one in saves if one.status == 200]
    return sum(one.sentence not in stories.get((one.review_id, one.norm), "") for one in accepted), wrong


def refused_with_one_version(saves: list[Save]) -> float:
    """The share of these saves that would have come second, were the version that of the whole report."""
    last: dict[int, int] = {}
    accepted = sorted((one for one in saves if one.status == 200), key=lambda one: one.at)
    second = 0
    for one in accepted:
        second += last.get(one.review_id, one.writer) != one.writer
        last[one.review_id] = one.writer
    return second / max(1, len(accepted))


def whole_report(app: Any, writer: Writer) -> tuple[float, float]:
    """Milliseconds that the act itself takes, without the web: one finding, and all 52 as one text."""
    from peerreview.core.access import Actor
    from peerreview.core.db import db
    from peerreview.reviews import queries, services
    from peerreview.reviews.models import Review

    by = Actor(writer.person_id, "Bench", "reviewer")
    review = db.session.get_one(Review, writer.review_id)
    norms = [row.norm_id for row in queries.findings_of(review.id)]
    one, every = [], []
    for turn in range(6):
        began = time.perf_counter()
        services.record_findings(review, {norms[-1]: {"story": f"{BEGINNING} {turn}"}}, by=by)
        one.append(time.perf_counter() - began)
        began = time.perf_counter()
        services.record_findings(review, {norm: {"story": f"{BEGINNING} {turn}."} for norm in norms}, by=by)
        every.append(time.perf_counter() - began)
    return statistics.median(one) * 1000, statistics.median(every) * 1000


def summed(saves: list[Save], seconds: float) -> dict[str, Any]:
    times = sorted(one.ms for one in saves if one.status == 200)
    return {
        "saved": len(times),
        "per_second": round(len(times) / seconds, 1),
        "median_ms": round(statistics.median(times), 1),
        "p95_ms": round(times[int(len(times) * 0.95) - 1], 1),
        "clashes": sum(one.status == 409 for one in saves),
        "errors": sum(one.status not in (200, 409) for one in saves),
    }


def measure(url: str) -> dict[str, Any]:
    """Everything on one database."""
    app = application(url)
    with app.app_context():
        writers = build(app)
    used = []
    with served(url) as (port, pid):
        bench = Bench(port, writers)

        async def write() -> tuple[list[Save], list[Save]]:
            await bench.open_pages()
            await bench.run(2, PAUSE)  # to warm up
            used.append(processor_seconds(pid))
            calm = await bench.run(PACED, PAUSE)
            used.append(processor_seconds(pid))
            return calm, await bench.run(FLOOD, 0)

        paced, flood = asyncio.run(write())
    with app.app_context():
        sentences, histories = lost(bench.saves)
        one, every = whole_report(app, writers[0])
        from peerreview.core.db import db

        db.session.remove()
        db.engine.dispose()
    return {
        "processor_ms_per_save": round((used[1] - used[0]) * 1000 / len(paced), 1),
        "paced": summed(paced, PACED), "flood": summed(flood, FLOOD), "lost_sentences": sentences,
        "wrong_histories": histories, "refused_with_one_version": round(refused_with_one_version(paced), 3),
        "act_one_finding_ms": round(one, 1), "act_whole_report_ms": round(every, 1),
    }  # fmt: skip


def main() -> None:
    BUILD.mkdir(exist_ok=True)
    began = time.monotonic()
    load = [round(value, 1) for value in os.getloadavg()]
    print(f"{TEAMS * 2} reviewers write at once; load of this machine ({os.cpu_count()} processors): {load}")
    with databases() as urls:
        result = {name: measure(url) for name, url in urls.items()}
    for name, found in result.items():
        _show(name, found)
    figures = [one for more in FIGURES for one in more()]
    for what, figure, unit in figures:
        print(f"{what:60} {figure:9.2f} {unit}")
    kept = {"load": load, "databases": result, "figures": figures, "seconds": round(time.monotonic() - began, 1)}
    (BUILD / "bench-reviews.json").write_text(json.dumps(kept, indent=1) + "\n")


def _show(name: str, found: dict[str, Any]) -> None:
    print(f"\n{name}")
    for what, key in (("a save per second each", "paced"), ("without a pause", "flood")):
        one = found[key]
        missed = f"  misses {TARGET:.0f} ms" if key == "paced" and one["median_ms"] >= TARGET else ""
        print(
            f"  {what:24} {one['median_ms']:7.1f} ms median {one['p95_ms']:7.1f} ms p95 {one['per_second']:7.1f} saves/s "
            f"{one['clashes']:5} clashes shown {one['errors']:3} errors{missed}"
        )
    print(
        f"  lost: {found['lost_sentences']} sentences; {found['wrong_histories']} findings whose history says otherwise"
    )
    print(f"  of the web server's processors a save takes {found['processor_ms_per_save']:.1f} ms")
    share = found["refused_with_one_version"]
    print(f"  with one version for the whole report {share:.0%} of these saves would have come second")
    print(
        f"  the act alone: one finding {found['act_one_finding_ms']:.1f} ms, "
        f"all {NORMS} as one text {found['act_whole_report_ms']:.1f} ms"
    )


if __name__ == "__main__":
    main()
