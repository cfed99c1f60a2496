"""`make bench`: how long the main pages, the matching and the report take at the size of a whole association.

It builds a database with 550 organisations, three rounds and over 30,000 findings in build/bench-*.sqlite (kept for the
next run of the same day and code), then measures each page in this process (queries, median and 95th percentile of 100
requests, by the clock and in time of the processor) and under granian with 2 workers (requests per second over 8
connections), and how fast letters are queued and leave. Where there is an alternative it runs beside ours in the same
run. Machines differ and are shared: the processor's time says most about our code, and between runs compare ratios. What
misses its target is marked; the result also goes to build/bench.json. docs/performance.md tells how to read it.
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

from tests import bench_mail, bench_register, bench_visits

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build"
SECRET = "bench-only"
ROUNDS, WARM_UP, CONNECTIONS, SECONDS = 100, 10, 8, 3.0
QUERIES, QUICK, LONG, SPREAD = 12, 8.0, 15.0, 2.0  # at most: queries, median ms of a main page, of a list, p95 / median


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
        db.engine.dispose()
    half.rename(path)
    print(f"built {', '.join(f'{n} {what}' for what, n in counts.items())} in {time.monotonic() - started:.0f} s")


def application(path: Path) -> Any:
    """The application on this database, as production runs it but without mail, limits and a second factor."""
    from config import settings
    from peerreview import create_app

    values: dict[str, Any] = {"database_url": f"sqlite:///{path}", "secret_key": SECRET, "ratelimit_enabled": False}
    return create_app(settings("development", **values))


def sizes() -> dict[str, int]:
    """How many rows the database holds of what the lists show."""
    from sqlalchemy import func, select

    from peerreview.core.db import db

    wanted = ("organisation", "round", "trajectory", "visit", "finding", "certificate", "dossier", "audit_entry")
    tables = db.metadata.tables
    return {name: db.session.scalar(select(func.count()).select_from(tables[name])) or 0 for name in wanted}


def people_and_pages() -> list[tuple[str, int | None, str, float | None]]:
    """(name, person, address, target in ms) of each page that is measured, with ids that this database has."""
    from sqlalchemy import select

    from peerreview.accounts.models import Affiliation
    from peerreview.commission.models import Dossier, Meeting
    from peerreview.core.db import db
    from peerreview.marketplace.models import Offer
    from peerreview.matching.models import Exchange, MatchingRun
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
    meeting = db.session.scalars(select(Meeting.id).where(Meeting.state == "planned").order_by(Meeting.id)).first()
    dossier = db.session.scalars(
        select(Dossier.id).where(Dossier.meeting_id == meeting).order_by(Dossier.position)
    ).first()
    asker, offer = db.session.execute(
        select(Trajectory.organisation_id, Offer.id)
        .join(Offer, Offer.trajectory_id == Trajectory.id)
        .where(Offer.state == "published")
        .order_by(Offer.id)
    ).first()
    buyer, run = holder("coordinator", asker), db.session.scalars(select(MatchingRun.id)).first()
    visit = db.session.scalars(select(Review.visit_id).where(Review.id == writing)).one()
    looking = select(Trajectory.round_id).join(Visit, Visit.host_id == Trajectory.id).where(Visit.state == "polling")
    round_id, rows = db.session.scalars(looking).first(), sizes()
    return [
        ("first page of a visitor", None, "/", QUICK),
        ("register", None, "/register", QUICK),
        ("register, searched", None, "/register?q=wel&status=active", QUICK),
        ("norms", None, "/norms", None),
        ("home of a coordinator", writer, "/", QUICK),
        ("home of a reviewer", lead, "/", QUICK),
        ("home of a commission member", chair, "/", QUICK),
        ("review page", lead, f"/reviews/{writing}", QUICK),
        ("findings", lead, f"/reviews/{writing}/findings", QUICK),
        ("one finding", lead, f"/reviews/{writing}/findings/V4", None),
        ("visit workspace", lead, f"/reviews/{writing}/workspace", None),
        ("five questions", writer, f"/trajectories/{trajectory}/self-evaluation/reflections", None),
        ("questionnaires", writer, f"/trajectories/{trajectory}/questionnaires", None),
        ("how alike reviewers rate", office, "/fair-play", None),
        ("report with fact check", holder("coordinator", host), f"/reviews/{released}/report", None),
        ("self-evaluation", writer, f"/trajectories/{trajectory}/self-evaluation", None),
        ("dates of an exchange", writer, f"/exchanges/{exchange}/dates", None),
        ("meeting", chair, f"/meetings/{meeting}", None),
        ("dossier", chair, f"/dossiers/{dossier}", None),
        ("marketplace", buyer, "/marketplace", LONG),
        ("one offer", buyer, f"/marketplace/offers/{offer + 1}", None),
        ("wishes and blocks", buyer, "/marketplace/wishes", None),
        ("matching of a round", office, "/matching", None),
        ("a rehearsal", office, f"/matching/runs/{run}", None),
        ("who met whom", office, "/matching/rotation", None),
        ("register of impartiality", office, "/impartiality", LONG),
        ("cockpit", office, "/", LONG),
        ("what must be done when", office, "/deadlines", None),
        ("log of letters", office, "/letters", LONG),
        ("days of a whole round", office, f"/rounds/{round_id}/visit-days?plan=1", None),
        ("programme", lead, f"/visits/{visit}/programme", None),
        (f"list of {rows['organisation']} members", office, "/organisations", LONG),
        (f"list of {rows['trajectory']} trajectories", office, "/trajectories", LONG),
        (f"list of {rows['visit']} visits", office, "/visits", LONG),
        (f"list of {rows['dossier']} dossiers", chair, "/dossiers", LONG),
        (f"audit trail of {rows['audit_entry']:,} acts", holder("oversight"), "/log", LONG),
    ]


def session_cookie(app: Any, person_id: int | None) -> str:
    """What a browser of this person sends, who signed in some pages ago."""
    from flask.sessions import SecureCookieSessionInterface

    from peerreview.accounts.models import Person
    from peerreview.core import forms
    from peerreview.core.db import db

    if person_id is None:
        return ""
    person = db.session.get_one(Person, person_id)
    content = {"_user_id": person.fs_uniquifier, "_fresh": True, "fs_cc": "set", "fs_paa": time.time()}
    content["identity.id"] = person.fs_uniquifier
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    with app.test_request_context():
        writer = forms._signer().dumps(person_id)
    return f"session={serializer.dumps(content)}; {forms.WRITER}={writer}"


def in_process(app: Any, pages: list[tuple[str, int | None, str, float | None]]) -> list[dict[str, Any]]:
    """Queries, and milliseconds by the clock and of the processor, of each page, asked of the application itself."""
    from sqlalchemy import event

    from peerreview.core.db import db

    with app.app_context():
        cookies = {person: session_cookie(app, person) for _name, person, _path, _target in pages}
        engine = db.engine
    seen: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda c, cu, statement, *rest: seen.append(statement))
    client = app.test_client(use_cookies=False)

    def ask(path: str, cookie: str) -> tuple[float, float]:
        seen.clear()
        clock, processor = time.perf_counter(), time.process_time()
        answer = client.get(path, headers={"Cookie": cookie, "Accept-Language": "nl"})
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}")
        return (time.perf_counter() - clock) * 1000, (time.process_time() - processor) * 1000

    for _name, person, path, _target in pages:
        for _turn in range(WARM_UP):
            ask(path, cookies[person])
    as_in_production()
    measured = []
    for name, person, path, target in pages:
        taken = [ask(path, cookies[person]) for _turn in range(ROUNDS)]
        queries = sum(not re.match("BEGIN|COMMIT|ROLLBACK|PRAGMA|SAVEPOINT", statement) for statement in seen)
        (median, p95), (cpu_median, cpu_p95) = (_middle_and_tail(times) for times in zip(*taken, strict=True))
        measured.append(
            {
                "page": name, "path": path, "target_ms": target, "queries": queries, "median_ms": median, "p95_ms": p95,
                "cpu_median_ms": cpu_median, "cpu_p95_ms": cpu_p95, "cookie": cookies[person],
            }
        )  # fmt: skip
    return measured


def as_in_production() -> None:
    """The garbage collector as wsgi.py sets it, after the caches are warm."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _middle_and_tail(times: tuple[float, ...]) -> tuple[float, float]:
    return round(statistics.median(times), 2), round(sorted(times)[int(len(times) * 0.95) - 1], 2)


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
    """The median seconds of so many runs, after one that does not count (unless there is only one)."""
    if turns > 1:
        act()
    times = []
    for _ in range(turns):
        started = time.perf_counter()
        act()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def matching() -> dict[str, Any]:
    """Solving for 550 organisations in pairs: ours, and networkx on the very same graph beside it."""
    import networkx

    from peerreview.marketplace.fit import Weights
    from peerreview.matching import engine
    from peerreview.matching.board import Terms, prepare
    from tests.matching.instances import make_candidates

    candidates = make_candidates(550, seed=1)
    board = prepare(candidates, Weights(), terms=Terms(rings=frozenset()))
    graph = networkx.Graph()
    graph.add_weighted_edges_from(_edges(board))
    ours = timed(lambda: engine.solve(board.problem(), bound=False), 7)
    scoring = timed(lambda: prepare(candidates, Weights()), 5)
    theirs = timed(lambda: networkx.max_weight_matching(graph, maxcardinality=True), 1)
    return {
        "organisations": 550, "edges": graph.number_of_edges(), "scoring_s": scoring,
        "matching_s": ours, "networkx_s": theirs, "ratio": theirs / ours,
    }  # fmt: skip


def _edges(board: Any) -> list[tuple[int, int, int]]:
    size = len(board.candidates)
    allowed = [(i, j) for i in range(size) for j in range(i + 1, size) if board.allowed[i, j]]
    return [(i, j, int(board.totals[i, j] + board.totals[j, i])) for i, j in allowed]


def report() -> dict[str, Any]:
    """The PDF of a report on 52 norms, child process and all."""
    from peerreview.core import documents

    data = json.loads((ROOT / "tests" / "documents" / "examples" / "report.json").read_text())
    pages = documents.render("report", data, language="nl")
    return {"report_pdf_s": timed(lambda: documents.render("report", data, language="nl"), 7), "bytes": len(pages)}


def missed(one: dict[str, Any]) -> list[str]:
    """Which targets this page misses, by the processor's time: the clock also counts what others do here."""
    median, p95 = one["cpu_median_ms"], one["cpu_p95_ms"]
    return [
        what
        for what, wrong in (
            ("queries", one["queries"] > QUERIES),
            ("median", one["target_ms"] is not None and median >= one["target_ms"]),
            ("p95", p95 >= SPREAD * median),
        )
        if wrong
    ]


def main() -> None:
    BUILD.mkdir(exist_ok=True)
    path = database()
    app = application(path)
    with app.app_context():
        rows, pages = sizes(), people_and_pages()
    print("in the database: " + ", ".join(f"{count:,} of {name}" for name, count in rows.items()))
    load = [round(value, 1) for value in os.getloadavg()]
    print(f"load of this machine ({os.cpu_count()} processors) over 1, 5 and 15 minutes: {load}")
    measured = in_process(app, pages)
    under_granian(path, measured)
    result = {"load": load, "rows": rows, "pages": measured, "matching": matching(), "report": report()}
    result["mail"] = bench_mail.measure()
    result["register"] = bench_register.measure()
    result["visits"] = [bench_visits.planning(), bench_visits.planning(**bench_visits.SHORT_OF_DAYS)]
    _show(result)
    (BUILD / "bench.json").write_text(json.dumps(result, indent=1) + "\n")


def _show(result: dict[str, Any]) -> None:
    print(f"{'':30} {'':7} {'by the clock, ms':>17} {'processor, ms':>17}   {'under granian':>13}")
    print(f"{'page':30} {'queries':>7} {'median':>8} {'p95':>8} {'median':>8} {'p95':>8}   {'requests/s':>13}  misses")
    for one in result["pages"]:
        one.pop("cookie")
        one["misses"] = missed(one)
        times = " ".join(f"{one[key]:8.1f}" for key in ("median_ms", "p95_ms", "cpu_median_ms", "cpu_p95_ms"))
        asked = f"{one['requests_per_second']:13.1f}"
        print(f"{one['page']:30} {one['queries']:7} {times}   {asked}  {', '.join(one['misses'])}")
    solved, printed = result["matching"], result["report"]
    print(f"scoring 550 organisations      {solved['scoring_s']:.3f} s")
    print(f"matching 550 organisations     {solved['matching_s']:.3f} s; networkx {solved['networkx_s']:.2f} s")
    print(f"a report on 52 norms as PDF    {printed['report_pdf_s']:.3f} s")
    bench_mail.show(result["mail"])
    bench_register.show(result["register"])
    bench_visits.show(result["visits"])


if __name__ == "__main__":
    main()
