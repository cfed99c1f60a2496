"""The database and the application of the tests.

The application commits for real, so a rollback cannot undo a test. Each worker has one database, and a test finds it as
the migrations left it: on SQLite an empty copy in memory is laid over the file (2 ms, and nothing at all when nobody
wrote), on PostgreSQL the tables that hold rows are emptied and used sequences start again.

`PEERREVIEW_TEST_DATABASE=postgresql pytest` runs the same tests on a PostgreSQL server that is made for the run.
"""

import contextvars
import gc
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

import flask_migrate
import psycopg
import pytest
from flask import Flask, has_app_context

from config import ROOT, Production, settings
from peerreview import create_app
from peerreview.core.db import db
from peerreview.frameworks import queries as frameworks
from tests.page_guard import GuardedClient
from tests.postgresql import Cluster

CHOSEN = os.environ.get("PEERREVIEW_TEST_DATABASE", "sqlite")
CLUSTER_URL = "PEERREVIEW_TEST_CLUSTER"
cluster = pytest.StashKey[Cluster]()


def pytest_configure(config: pytest.Config) -> None:
    """Forget the developer's own settings; the process that starts the workers starts the one PostgreSQL server."""
    for name in Production.model_fields:
        os.environ.pop(name.upper(), None)
    os.environ.pop("PEERREVIEW_ENV", None)
    if CHOSEN not in ("sqlite", "postgresql"):
        raise pytest.UsageError(f"PEERREVIEW_TEST_DATABASE is {CHOSEN!r}; it must be sqlite or postgresql")
    if CHOSEN == "postgresql" and not hasattr(config, "workerinput"):
        config.stash[cluster] = Cluster.start()
        os.environ[CLUSTER_URL] = config.stash[cluster].url


def pytest_unconfigure(config: pytest.Config) -> None:
    if cluster in config.stash:
        config.stash[cluster].stop()


def pytest_report_header(config: pytest.Config) -> str:
    if cluster in config.stash:
        return f"database: {config.stash[cluster].version}"
    return f"database: SQLite {sqlite3.sqlite_version}"


class Database(Protocol):
    """One worker's database; `clean` makes it as it was when `keep` was called."""

    url: str

    def keep(self) -> None: ...
    def clean(self) -> None: ...
    def remember(self) -> Callable[[], None]: ...
    def close(self) -> None: ...


class SqliteDatabase:
    def __init__(self, path: Path) -> None:
        self.url = f"sqlite:///{path}"
        self.live = sqlite3.connect(path, isolation_level=None)
        self.kept = sqlite3.connect(":memory:")
        self.seen: int | None = None

    def keep(self) -> None:
        self.live.backup(self.kept)
        self.live.execute("PRAGMA synchronous=OFF")

    def clean(self) -> None:
        if self.seen == self._version():
            return
        self.kept.backup(self.live, progress=_give_up())
        self.seen = self._version()

    def remember(self) -> Callable[[], None]:
        copy = sqlite3.connect(":memory:")
        self.live.backup(copy)

        def again() -> None:
            copy.backup(self.live, progress=_give_up())
            self.seen = None  # our own writing does not raise the version that we look at

        return again

    def close(self) -> None:
        self.live.close()
        self.kept.close()

    def _version(self) -> int:
        """Rises with every commit of another connection."""
        return int(self.live.execute("PRAGMA data_version").fetchone()[0])


def _give_up() -> Callable[[int, int, int], None]:
    """SQLite's copy waits for a writer without end; a test that left its transaction open must be named instead."""
    left = iter(range(20))

    def step(status: int, remaining: int, total: int) -> None:
        if remaining and next(left, None) is None:
            raise RuntimeError("the test before this one left a writing transaction open")

    return step


class PostgresqlDatabase:
    # Triggers and foreign keys sleep for this connection only: the audit trail refuses to be emptied otherwise.
    CLEAN = """
        DO $$ DECLARE name text; used boolean; off record; BEGIN
          FOREACH name IN ARRAY '{%s}'::text[] LOOP
            EXECUTE format('SELECT EXISTS (SELECT 1 FROM %%I)', name) INTO used;
            IF used THEN EXECUTE format('DELETE FROM %%I', name); END IF;
          END LOOP;
          PERFORM setval(format('%%I.%%I', schemaname, sequencename)::regclass, start_value, false)
            FROM pg_sequences WHERE last_value IS NOT NULL;
          FOR off IN SELECT tgrelid::regclass AS of, tgname FROM pg_trigger WHERE tgenabled = 'D' LOOP
            EXECUTE format('ALTER TABLE %%s ENABLE TRIGGER %%I', off.of, off.tgname);
          END LOOP;
        END $$"""

    def __init__(self, server: str, name: str) -> None:
        with psycopg.connect(f"{server}&dbname=postgres", autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name}")
        base, question = server.split("?")
        self.url = f"{base}{name}?{question}"
        self.live = psycopg.connect(self.url, autocommit=True)

    def keep(self) -> None:
        tables = [row[0] for row in self.live.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        self.emptied = sorted(set(tables) - {"alembic_version"})
        for name in self.emptied:
            assert self.live.execute(f'SELECT count(*) FROM "{name}"').fetchone() == (0,), f"migrations filled {name}"
        self.clean_sql = self.CLEAN % ",".join(self.emptied)
        self.live.execute("SET session_replication_role = replica")
        self.live.execute("SET lock_timeout = '5s'")

    def clean(self) -> None:
        self.live.execute(self.clean_sql)

    def remember(self) -> Callable[[], None]:
        rows = {}
        for name in self.emptied:
            # Columns by name: tables that a test made straight from the models have them in another order.
            columns = ",".join(
                f'"{column.name}"' for column in self.live.execute(f'TABLE "{name}" LIMIT 0').description or ()
            )
            of = f'"{name}" ({columns})'
            with self.live.cursor().copy(f"COPY {of} TO STDOUT (FORMAT binary)") as copy:
                rows[of] = b"".join(bytes(part) for part in copy)
        used = "SELECT format('%I', sequencename)::regclass::text, last_value FROM pg_sequences WHERE last_value IS NOT NULL"
        sequences = self.live.execute(used).fetchall()

        def again() -> None:
            for of, written in rows.items():
                with self.live.cursor().copy(f"COPY {of} FROM STDIN (FORMAT binary)") as copy:
                    copy.write(written)
            for name, last in sequences:
                self.live.execute("SELECT setval(%s::regclass, %s)", (name, last))

        return again

    def close(self) -> None:
        self.live.close()


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Database]:
    """This worker's database, still without tables."""
    if CHOSEN == "postgresql":
        made: Database = PostgresqlDatabase(os.environ[CLUSTER_URL], f"tests_{worker_id}")
    else:
        made = SqliteDatabase(tmp_path_factory.mktemp("database") / "tests.sqlite")
    yield made
    made.close()


@pytest.fixture(scope="session")
def application(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """This worker's application, with all tables; tests ask for `app`."""
    folder = tmp_path_factory.mktemp("files")
    application = create_app(settings("testing", database_url=database.url, storage_folder=folder))
    application.test_client_class = GuardedClient
    application.wsgi_app = on_its_own(application.wsgi_app)  # type: ignore[method-assign]
    with application.app_context():
        make_tables()
        db.engine.dispose()
    database.keep()
    # The application lives as long as the process: to look through it for rubbish again and again is a tenth of the time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    yield application
    with application.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def _remembered() -> dict[str, Callable[[], None]]:
    return {}


@pytest.fixture
def made_once(
    app: Flask, database: Database, _remembered: dict[str, Callable[[], None]]
) -> Callable[[str, Callable[[], object]], None]:
    """`made_once("demo", build)`: what `build` makes, in an empty database; the second time in a worker, a copy of it."""

    def make(name: str, build: Callable[[], object]) -> None:
        if name in _remembered:
            _remembered[name]()
        else:
            build()
            db.session.remove()
            _remembered[name] = database.remember()

    return make


def make_tables() -> None:
    """All tables, made as in production: by the migrations (straight from the models while there are none)."""
    if any((ROOT / "migrations" / "versions").glob("*.py")):
        flask_migrate.upgrade()
    else:
        db.create_all()


def on_its_own(wsgi_app: Any) -> Callable[..., Iterable[bytes]]:
    """A request knows nothing of the test that sends it.

    Flask would use the test's application context for the request too, and with it `g` (who is signed in) and the
    database session (objects that the page never loaded). In an empty context a request is as alone as on a server.
    """

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if has_app_context():
            waiting = [*db.session.new, *db.session.dirty, *db.session.deleted]
            assert waiting == [], f"the test changed {waiting} and sent a request before `with unit_of_work()`"
            db.session.rollback()  # what the test reads next is what the request has left
        body: Iterable[bytes] = contextvars.Context().run(wsgi_app, environ, start_response)
        return body

    return answer


@pytest.fixture
def app(application: Flask, database: Database) -> Iterator[Flask]:
    """The application with an empty database; the test itself may use `db.session`, queries and services."""
    database.clean()
    frameworks.forget()
    with application.app_context():
        yield application
        db.session.remove()
