"""The register at 10,000 organisations: `python -m tests.bench_register`, and a part of `make bench`.

In a database of its own: how long a search page takes that nobody asked before, by the clock and in time of the
processor, beside the SQL question that the register asked before it was held in memory (the question alone, no page);
how long it takes to read the register anew after a change; and under granian with 2 workers how many pages a second it
gives that another visitor had, that nobody had, and that the reader has already (304 on If-None-Match).
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from config import ROOT, settings

ORGANISATIONS = 10_000
TURNS, CONNECTIONS, SECONDS = 60, 6, 3.0
SECRET = "bench-only"
TARGETS = {"search_ms": 20.0, "pages_per_second": 500.0, "etag_per_second": 2000.0}
WORDS = ("wel", "buurt", "jeugd", "wijk", "samen", "thuis", "zorg", "stad", "kracht", "brug", "linde", "kompas")


def application(url: str) -> Any:
    from peerreview import create_app

    return create_app(settings("development", database_url=url, secret_key=SECRET, ratelimit_enabled=False))


def fill(size: int = ORGANISATIONS) -> None:
    """So many organisations with a certificate each: one is made as the tests make it, the others are copies of its rows."""
    from sqlalchemy import select

    from peerreview.certificates.models import Certificate, StatusChange
    from peerreview.commission.models import Decision, Dossier
    from peerreview.core import clock
    from peerreview.core.db import db, unit_of_work
    from peerreview.core.i18n import sort_key
    from peerreview.organisations.models import Organisation, organisation_work_field
    from peerreview.organisations.places import all_places
    from peerreview.trajectories.models import Trajectory
    from tests.factories.certificates import make_certificate

    certificate = make_certificate()
    db.session.expire_all()
    field = db.session.execute(select(organisation_work_field.c.work_field_id)).scalars().first()
    tables = [model.__table__ for model in (Organisation, Trajectory, Dossier, Decision, Certificate, StatusChange)]
    ones = [dict(db.session.execute(select(table)).mappings().first() or {}) for table in tables]
    assert certificate is not None
    places, today = all_places(), clock.today()

    def row(table: int, number: int) -> dict[str, Any]:
        place, id_ = places[number % len(places)], 10 + number
        name = f"{WORDS[number % len(WORDS)].title()} {WORDS[number // 7 % len(WORDS)]} {place.name}"
        start = today - timedelta(days=1 + number % 1000)
        changed: Sequence[dict[str, Any]] = (
            {
                "id": id_, "kvk": f"{10_000_000 + number}", "name": name, "sort_name": sort_key(name),
                "slug": f"org-{number}", "place": place.name, "province": place.province, "municipality": place.name,
                "latitude": place.latitude, "longitude": place.longitude,
            },
            {"id": id_, "organisation_id": id_},
            {"id": id_, "trajectory_id": id_},
            {"id": id_, "dossier_id": id_},
            {
                "id": id_, "number": f"{start.year}-{number:06d}", "organisation_id": id_, "trajectory_id": id_,
                "decision_id": id_, "starts_on": start, "ends_on": start + timedelta(days=1096),
            },
            {"id": id_, "certificate_id": id_, "effective_on": start},
        )  # fmt: skip
        return ones[table] | changed[table]

    with unit_of_work():
        for number, table in enumerate(tables):
            db.session.execute(table.insert(), [row(number, n) for n in range(size - 1)])
            if number == 0:
                pairs = [{"organisation_id": 10 + n, "work_field_id": field} for n in range(size - 1)]
                db.session.execute(organisation_work_field.insert(), pairs)


def in_process(app: Any) -> dict[str, Any]:
    """Milliseconds of a search page that was not asked before, and of the SQL question for the same searches."""
    from peerreview.core import clock
    from peerreview.core.db import db
    from peerreview.register import queries

    searches = [f"{WORDS[n % 12]} {WORDS[(n // 12 + n) % 12][:3]}" for n in range(TURNS)]
    client = app.test_client(use_cookies=False)
    client.get("/register?q=warm")
    taken, processor = [], []
    for turn, words in enumerate(searches):
        began, used = time.perf_counter(), time.process_time()
        answer = client.get(f"/register?q={words.replace(' ', '+')}&turn={turn}")
        taken.append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - used) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"the register answered {answer.status_code}")
    with app.app_context():
        asked = [_timed(lambda words=words: by_sql(words, clock.today())) for words in searches[:12]]
        queries.forget()
        made = _timed(queries.the_register)
        whole = _timed(lambda: len(queries.the_register().on(clock.today() - timedelta(days=30))))
        db.session.remove()
    return {
        "search_ms": statistics.median(taken), "search_cpu_ms": statistics.median(processor),
        "p95_ms": sorted(taken)[int(TURNS * 0.95) - 1], "sql_ms": statistics.median(asked), "read_ms": made,
        "other_day_ms": whole,
    }  # fmt: skip


def _timed(act: Any) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def by_sql(text: str, on: date) -> Sequence[Any]:
    """The alternative: every line of the register that fits, found by the database, as it was done before."""
    from sqlalchemy import and_, bindparam, case, func, or_, select
    from sqlalchemy.orm import aliased

    from peerreview.certificates.models import Certificate, StatusChange
    from peerreview.core.db import db
    from peerreview.core.i18n import sort_key
    from peerreview.organisations.models import Organisation
    from peerreview.trajectories.models import Trajectory

    day, other, change = bindparam("on", on), aliased(Certificate), aliased(StatusChange)
    newest = (
        select(other.id)
        .where(other.organisation_id == Certificate.organisation_id, other.starts_on <= day)
        .order_by(other.starts_on.desc(), other.id.desc())
        .limit(1)
        .correlate(Certificate)
    )
    latest = (
        select(change.id)
        .where(change.certificate_id == Certificate.id, change.effective_on <= day)
        .order_by(change.effective_on.desc(), change.id.desc())
        .limit(1)
        .correlate(Certificate)
    )
    over = and_(Certificate.ends_on < day, StatusChange.status.in_(("active", "suspended")))
    held = (
        select(
            Certificate.number, Certificate.organisation_id, Certificate.trajectory_id, Certificate.starts_on,
            Certificate.ends_on, case((over, "expired"), else_=StatusChange.status).label("status"),
        )
        .join(StatusChange, StatusChange.id == latest.scalar_subquery())
        .where(Certificate.id == newest.scalar_subquery())
        .subquery()
    )  # fmt: skip
    fits = [
        or_(
            Organisation.sort_name.contains(word, autoescape=True),
            func.lower(Organisation.place).contains(word, autoescape=True),
            func.lower(Organisation.municipality).contains(word, autoescape=True),
            func.lower(Organisation.province).contains(word, autoescape=True),
            Organisation.kvk.startswith(word, autoescape=True),
            held.c.number.startswith(word, autoescape=True),
        )
        for word in sort_key(text).split()
    ]
    return db.session.execute(
        select(
            Organisation.slug, Organisation.name, Organisation.place, Organisation.latitude, Organisation.longitude,
            held.c.number, held.c.starts_on, held.c.ends_on, held.c.status, Trajectory.scope_kind, Trajectory.route,
        )
        .join(held, held.c.organisation_id == Organisation.id)
        .join(Trajectory, Trajectory.id == held.c.trajectory_id)
        .where(*fits)
        .order_by(Organisation.sort_name, Organisation.id)
    ).all()  # fmt: skip


@contextmanager
def server(url: str) -> Iterator[int]:
    """The port of granian with 2 workers on this database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "PEERREVIEW_ENV": "development", "DATABASE_URL": url, "SECRET_KEY": SECRET, "RATELIMIT_ENABLED": "false",
    }  # fmt: skip
    words = (
        f"--host 127.0.0.1 --port {port} --workers 2 --interface wsgi --no-ws --blocking-threads 2 --log-level error"
    )
    program = subprocess.Popen([sys.executable, "-m", "granian", *words.split(), "wsgi:app"], cwd=ROOT, env=environment)
    try:
        _wait_for(port)
        yield port
    finally:
        program.terminate()
        program.wait(20)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
                if _ask(line, b"GET /health HTTP/1.1\r\nHost: bench\r\n\r\n")[0] == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server did not start")


def _ask(line: socket.socket, question: bytes) -> tuple[int, bytes]:
    """The status and the head of an answer whose body was read; a bare socket, for the client shares the processors."""
    line.sendall(question)
    got = b""
    while (end := got.find(b"\r\n\r\n")) < 0:
        part = line.recv(65536)
        if not part:
            raise OSError("the server hung up")
        got += part
    head = got[:end]
    at = head.lower().find(b"content-length:")
    left = int(head[at + 15 :].split(b"\r\n", 1)[0]) - (len(got) - end - 4) if at >= 0 else 0
    while left > 0:
        left -= len(line.recv(65536))
    return int(head[9:12]), head


def load(port: int, paths: Sequence[str], *, etag: bool = False, fresh: bool = False) -> float:
    """Requests per second for these pages in turn; with `etag` as who has them, with `fresh` each as nobody had it."""
    numbers, counts = count(), [0] * CONNECTIONS
    began, until = time.monotonic(), time.monotonic() + SECONDS

    def go_on(mine: int) -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
            tags = [_tag(line, path) if etag else b"" for path in paths]
            while time.monotonic() < until:
                number = next(numbers)
                path = paths[number % len(paths)] + (f"&turn={number}" if fresh else "")
                status, _head = _ask(line, _question(path, tags[number % len(paths)]))
                if status != (304 if etag else 200):
                    raise SystemExit(f"{path} answered {status}")
                counts[mine] += 1

    threads = [threading.Thread(target=go_on, args=(n,)) for n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - began)


def _question(path: str, tag: bytes = b"") -> bytes:
    holds = b"If-None-Match: " + tag + b"\r\n" if tag else b""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\nAccept-Language: nl\r\n".encode() + holds + b"\r\n"


def _tag(line: socket.socket, path: str) -> bytes:
    _status, head = _ask(line, _question(path))
    return next(one.split(b":", 1)[1].strip() for one in head.split(b"\r\n") if one.lower().startswith(b"etag:"))


def measure(size: int = ORGANISATIONS) -> dict[str, Any]:
    """All figures, from a database that is made for it and thrown away."""
    from peerreview.core.db import db

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'register.sqlite'}"
        app = application(url)
        with app.app_context():
            db.create_all()
            fill(size)
            db.session.remove()
        result = {"organisations": size, **in_process(app)}
        with app.app_context():
            db.engine.dispose()
        paths = [f"/register?q={word}&status=active" for word in WORDS]
        with server(url) as port:
            load(port, paths)  # both workers have read the register
            result["pages_per_second"] = load(port, paths)
            result["fresh_per_second"] = load(port, paths, fresh=True)
            result["etag_per_second"] = load(port, paths, etag=True)
    result["missed"] = [
        name for name, target in TARGETS.items()
        if (result[name] >= target if name.endswith("_ms") else result[name] <= target)
    ]  # fmt: skip
    return result


def show(result: dict[str, Any]) -> None:
    missed = {name: "  misses its target" if name in result["missed"] else "" for name in TARGETS}
    search = f"{result['search_ms']:.1f} ms, p95 {result['p95_ms']:.1f} (processor {result['search_cpu_ms']:.1f})"
    print(f"register of {result['organisations']:,}: a search page  {search}{missed['search_ms']}")
    print(f"  beside it the SQL question alone   {result['sql_ms']:.1f} ms")
    print(
        f"  reading it anew after a change     {result['read_ms']:.0f} ms, another day {result['other_day_ms']:.0f} ms"
    )
    print(f"  pages a second, 2 workers          {result['pages_per_second']:.0f}{missed['pages_per_second']}")
    print(f"  of those that nobody had           {result['fresh_per_second']:.0f}")
    print(f"  answered by ETag alone             {result['etag_per_second']:.0f}{missed['etag_per_second']}")


if __name__ == "__main__":
    show(measure())
