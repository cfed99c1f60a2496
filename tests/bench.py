"""`make bench`: how long the main pages, the matching and the report take at the size of a whole association.

It builds a database with 550 organisations, three rounds and over 30,000 findings in build/bench.sqlite (kept for the
next run of the same day and code), then measures each page in this process (queries, median and 95th percentile of 60
requests) and under granian with 2 workers (requests per second over 8 connections). Where there is an alternative it
runs beside ours in the same run. Machines differ and are shared: compare ratios, not milliseconds. The result also
goes to build/bench.json.
"""

import gc
import hashlib
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build"
SECRET = "bench-only"
ROUNDS, WARM_UP, CONNECTIONS, SECONDS = 60, 8, 8, 3.0


def database() -> Path:
    """The database of this day and this code; built when it is not there."""
    models = sorted((ROOT / "peerreview").rglob("models.py")) + sorted((ROOT / "peerreview" / "demo").rglob("*.py"))
    stamp = hashlib.sha256(b"".join(path.read_bytes() for path in models)).hexdigest()[:12]
    path = BUILD / f"bench-{time.strftime('%Y%m%d')}-{stamp}.sqlite"
    if not path.exists():
        for old in BUILD.glob("bench-*.sqlite*"):
            old.unlink()
        _build(path)
    return path


def _build(path: Path) -> None:
    half = path.with_suffix(".part")
    half.unlink(missing_ok=True)
    app = application(half)
    with app.app_context():
        import flask_migrate

        from peerreview.core import clock
        from peerreview.core.db import db
        from peerreview.demo import scenario
        from peerreview.demo.services import build_demo

        started = time.monotonic()
        flask_migrate.upgrade(directory=str(ROOT / "migrations"))
        counts = build_demo(scenario.large(clock.today().year + 1))
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("ANALYZE")
        db.engine.dispose()
    half.rename(path)
    print(f"built {', '.join(f'{n} {what}' for what, n in counts.items())} in {time.monotonic() - started:.0f} s")


def application(path: Path) -> Any:
    """The application on this database, as production runs it but without mail, limits and a second factor."""
    from config import settings
    from peerreview import create_app

    values: dict[str, Any] = {"database_url": f"sqlite:///{path}", "secret_key": SECRET, "ratelimit_enabled": False}
    return create_app(settings("development", **values))


def people_and_pages() -> list[tuple[str, int | None, str]]:
    """(name, person, address) of each page that is measured, with ids that this database has."""
    from sqlalchemy import select

    from peerreview.accounts.models import Affiliation
    from peerreview.core.db import db
    from peerreview.matching.models import Exchange
    from peerreview.reviews.models import Review
    from peerreview.trajectories.models import Trajectory
    from peerreview.visits.models import TeamMember, Visit

    def holder(role: str, organisation_id: int | None = None) -> int:
        held = select(Affiliation.person_id).where(Affiliation.role == role, Affiliation.ended_at.is_(None))
        if organisation_id:
            held = held.where(Affiliation.organisation_id == organisation_id)
        return db.session.scalars(held.order_by(Affiliation.id)).first() or 0

    def review(state: str) -> tuple[int, int, int]:
        """(review, lead reviewer, the host's organisation)"""
        found = (
            select(Review.id, TeamMember.person_id, Trajectory.organisation_id)
            .join(Visit, Visit.id == Review.visit_id)
            .join(TeamMember, TeamMember.visit_id == Visit.id)
            .join(Trajectory, Trajectory.id == Visit.host_id)
            .where(Review.state == state, TeamMember.lead)
        )
        return tuple(db.session.execute(found.order_by(Review.id)).first())

    office, chair = holder("secretariat"), holder("commission_chair")
    writing, lead, _host = review("consensus")
    released, _lead, host = review("released")
    exchange = db.session.scalars(
        select(Exchange.id).join(Visit, Visit.exchange_id == Exchange.id).where(Visit.state == "polling")
    ).first()
    polling_host = db.session.scalars(
        select(Trajectory.organisation_id)
        .join(Visit, Visit.host_id == Trajectory.id)
        .where(Visit.exchange_id == exchange)
    ).first()
    writer = holder("coordinator", polling_host)
    trajectory = db.session.scalars(
        select(Trajectory.id).where(Trajectory.organisation_id == polling_host).order_by(Trajectory.id.desc())
    ).first()
    return [
        ("first page (visitor)", None, "/"),
        ("register", None, "/register"),
        ("register, searched", None, "/register?q=wel&status=active"),
        ("norms", None, "/norms"),
        ("home of a coordinator", writer, "/"),
        ("home of a reviewer", lead, "/"),
        ("cockpit", office, "/"),
        ("members (list)", office, "/organisations"),
        ("trajectories (list)", office, "/trajectories"),
        ("review page", lead, f"/reviews/{writing}"),
        ("findings", lead, f"/reviews/{writing}/findings"),
        ("one finding", lead, f"/reviews/{writing}/findings/V4"),
        ("report with fact check", holder("coordinator", host), f"/reviews/{released}/report"),
        ("self-evaluation", writer, f"/trajectories/{trajectory}/self-evaluation"),
        ("dates of an exchange", writer, f"/exchanges/{exchange}/dates"),
        ("dossiers", chair, "/dossiers"),
        ("matching", office, "/matching"),
        ("audit trail (a list of over 1,000)", holder("oversight"), "/log"),
    ]


def session_cookie(app: Any, person_id: int | None) -> str:
    """What a signed-in browser of this person sends."""
    from flask.sessions import SecureCookieSessionInterface

    from peerreview.accounts.models import Person
    from peerreview.core.db import db

    if person_id is None:
        return ""
    person = db.session.get_one(Person, person_id)
    content = {"_user_id": person.fs_uniquifier, "_fresh": True, "fs_cc": "set", "fs_paa": time.time()}
    content["identity.id"] = person.fs_uniquifier
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    return f"session={serializer.dumps(content)}"


def in_process(app: Any, pages: list[tuple[str, int | None, str]]) -> list[dict[str, Any]]:
    """Queries, median and 95th percentile in milliseconds of each page, asked of the application itself."""
    from sqlalchemy import event

    from peerreview.core.db import db

    with app.app_context():
        cookies = {person: session_cookie(app, person) for _name, person, _path in pages}
        engine = db.engine
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda c, cu, statement, *rest: seen.append(statement))
    client = app.test_client(use_cookies=False)
    measured = []
    for name, person, path in pages:
        headers = {"Cookie": cookies[person], "Accept-Language": "nl"}
        times = []
        for turn in range(WARM_UP + ROUNDS):
            if turn == WARM_UP:
                gc.collect()
                gc.freeze()
                gc.set_threshold(50_000, 20, 100)
            seen.clear()
            started = time.perf_counter()
            answer = client.get(path, headers=headers)
            elapsed = (time.perf_counter() - started) * 1000
            if turn >= WARM_UP:
                times.append(elapsed)
        if answer.status_code != 200:
            raise SystemExit(f"{name} ({path}) answered {answer.status_code}")
        queries = sum(not re.match("BEGIN|COMMIT|ROLLBACK|PRAGMA|SAVEPOINT", statement) for statement in seen)
        times.sort()
        measured.append(
            {
                "page": name, "path": path, "queries": queries, "median_ms": round(statistics.median(times), 2),
                "p95_ms": round(times[int(len(times) * 0.95) - 1], 2), "bytes": len(answer.data), "cookie": cookies[person],
            }
        )  # fmt: skip
    return measured


def under_granian(path: Path, measured: list[dict[str, Any]]) -> None:
    """Add the requests per second of each page under granian with 2 workers, over 8 connections of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ, "PEERREVIEW_ENV": "development", "DATABASE_URL": f"sqlite:///{path}", "SECRET_KEY": SECRET,
        "RATELIMIT_ENABLED": "false",
    }  # fmt: skip
    words = (
        f"--host 127.0.0.1 --port {port} --workers 2 --interface wsgi --no-ws --blocking-threads 2 --log-level error"
    )
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", *words.split(), "wsgi:app"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(port)
        for one in measured:
            one["requests_per_second"] = round(_load(port, one["path"], one["cookie"]), 1)
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server did not start")


def _load(port: int, path: str, cookie: str) -> float:
    counts = [0] * CONNECTIONS
    started, end = time.monotonic(), time.monotonic() + SECONDS

    def ask(number: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        while time.monotonic() < end:
            connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
            connection.getresponse().read()
            counts[number] += 1

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - started)


def timed(act: Callable[[], Any], turns: int) -> float:
    """The median seconds of so many runs, after one that does not count."""
    act()
    times = []
    for _ in range(turns):
        started = time.perf_counter()
        act()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def matching() -> dict[str, Any]:
    """Solving for 550 organisations: ours, and networkx on the very same graph beside it."""
    import networkx

    from peerreview.matching import solver
    from peerreview.matching.scoring import Weights
    from tests.matching.instances import make_candidates

    candidates = make_candidates(550, seed=1)
    board = solver.prepare(candidates, Weights())
    graph = networkx.Graph()
    graph.add_weighted_edges_from(_edges(board))
    ours = timed(lambda: solver.match(board), 7)
    scoring = timed(lambda: solver.prepare(candidates, Weights()), 5)
    theirs = timed(lambda: networkx.max_weight_matching(graph, maxcardinality=True), 1)
    return {
        "organisations": 550, "edges": graph.number_of_edges(), "scoring_s": scoring,
        "matching_s": ours, "networkx_s": theirs, "ratio": theirs / ours,
    }  # fmt: skip


def _edges(board: Any) -> list[tuple[int, int, int]]:
    size = len(board.candidates)
    allowed = [(i, j) for i in range(size) for j in range(i + 1, size) if board.allowed[i, j]]
    return [(i, j, int(board.totals[i, j])) for i, j in allowed]


def report() -> dict[str, Any]:
    """The PDF of a report on 52 norms, child process and all."""
    from peerreview.core import documents

    data = json.loads((ROOT / "tests" / "documents" / "examples" / "report.json").read_text())
    pages = documents.render("report", data, language="nl")
    return {"report_pdf_s": timed(lambda: documents.render("report", data, language="nl"), 7), "bytes": len(pages)}


def main() -> None:
    BUILD.mkdir(exist_ok=True)
    path = database()
    app = application(path)
    with app.app_context():
        pages = people_and_pages()
    measured = in_process(app, pages)
    under_granian(path, measured)
    result = {"pages": measured, "matching": matching(), "report": report()}
    print(f"{'page':36} {'queries':>7} {'median':>9} {'p95':>9} {'p95/median':>11} {'requests/s':>11}")
    for one in measured:
        one.pop("cookie")
        ratio = one["p95_ms"] / one["median_ms"]
        print(
            f"{one['page']:36} {one['queries']:7} {one['median_ms']:6.1f} ms {one['p95_ms']:6.1f} ms {ratio:11.1f} "
            f"{one['requests_per_second']:11.1f}"
        )
    solved, printed = result["matching"], result["report"]
    print(f"scoring 550 organisations            {solved['scoring_s']:.3f} s")
    print(f"matching 550 organisations           {solved['matching_s']:.3f} s; networkx {solved['networkx_s']:.2f} s")
    print(f"a report on 52 norms as PDF          {printed['report_pdf_s']:.3f} s")
    (BUILD / "bench.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
