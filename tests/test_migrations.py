"""Migrations: one head, nothing left out that the models have, and each goes up, down and up again; on both databases."""

import os
import warnings
from datetime import date, datetime
from decimal import Decimal

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import MetaData, Table, inspect, select, text

from config import ROOT, settings
from peerreview import create_app
from peerreview.core.db import db
from tests.databases import CHOSEN, CLUSTER_URL, PostgresqlDatabase, SqliteDatabase

FOLDER = str(ROOT / "migrations")


def revisions() -> list[str]:
    script = ScriptDirectory(FOLDER)
    return [revision.revision for revision in script.walk_revisions()][::-1]


def test_there_is_one_head():
    assert len(ScriptDirectory(FOLDER).get_heads()) == 1


def test_the_migrations_make_what_the_models_say(empty_app):
    upgrade(directory=FOLDER)
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        with warnings.catch_warnings():  # what they cannot compare, the next test does
            warnings.filterwarnings("ignore", message=".*expression-based index")
            assert compare_metadata(context, db.metadata) == []


def test_the_migrations_make_the_same_guards_and_indexes_as_the_models(empty_app):
    upgrade(directory=FOLDER)
    migrated = _guards_and_indexes()
    db.drop_all()
    with db.engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    db.create_all()
    assert migrated == _guards_and_indexes()


def _guards_and_indexes() -> set[tuple[str, str]]:
    if db.engine.dialect.name == "sqlite":
        asked = "SELECT type, name FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
    else:
        asked = (
            "SELECT 'trigger', tgname FROM pg_trigger WHERE NOT tgisinternal "
            "UNION SELECT 'index', indexname FROM pg_indexes WHERE schemaname = 'public'"
        )
    with db.engine.connect() as connection:
        found = {(kind, name) for kind, name in connection.execute(text(asked))}
    return {pair for pair in found if "alembic" not in pair[1]}


@pytest.mark.parametrize("revision", revisions())
def test_each_migration_goes_up_down_and_up(empty_app, revision):
    upgrade(directory=FOLDER, revision=revision)
    before = sorted(inspect(db.engine).get_table_names())
    downgrade(directory=FOLDER)
    upgrade(directory=FOLDER, revision=revision)
    assert sorted(inspect(db.engine).get_table_names()) == before


def test_votings_become_motions_and_back(empty_app):
    """Of a closed voting nothing is lost; one that was open starts anew; conditions become rows."""
    upgrade(directory=FOLDER, revision="0005")
    with db.engine.begin() as connection:
        _votings(connection)
    upgrade(directory=FOLDER, revision="0006")
    with db.engine.begin() as connection:
        motions = _rows(connection, "SELECT id, dossier_id, meeting_id, number, outcome, state FROM motion ORDER BY id")
        votes = _rows(connection, "SELECT motion_id, person_id, choice FROM vote ORDER BY id")
        conditions = _rows(connection, "SELECT decision_id, norm, what, state FROM award_condition")
        tallies = [row.tally for row in connection.execute(select(_table(connection, "decision").c.tally))]
        connection.execute(_table(connection, "vote").insert(), [_filled(connection, "vote", motion_id=2, person_id=4)])
    assert motions == [
        (1, 1, 1, 1, "granted_with_conditions", "carried"),
        (2, 2, 1, 1, "refused", "lost"),
        (3, 3, 1, 1, "granted", "void"),
    ]
    assert votes == [
        (1, 1, "for"),
        (1, 2, "against"),
        (1, 3, "abstain"),
        (2, 1, "for"),
        (2, 2, "against"),
        (3, 1, "for"),
    ]
    assert (conditions, tallies) == ([(1, "V1", "Laat zien.", "open")], [{"for": 1, "against": 1, "abstain": 1}])
    downgrade(directory=FOLDER, revision="0005")
    with db.engine.begin() as connection:
        votes = _rows(connection, "SELECT dossier_id, person_id, choice FROM vote ORDER BY id")
        table = _table(connection, "dossier")
        dossiers = connection.execute(select(table).order_by(table.c.id)).mappings().all()
        [decision] = connection.execute(select(_table(connection, "decision"))).mappings()
    assert votes[:3] == [(1, 1, "granted_with_conditions"), (1, 2, "refused"), (1, 3, "abstain")]
    assert decision["conditions"] == [{"norm": "V1", "what": "Laat zien.", "by": "2027-12-01"}]
    assert [(row["voting_open"], row["result"].get("why")) for row in dossiers] == [
        (False, ""), (False, "no_majority"), (False, "no_quorum"), (False, None),
    ]  # fmt: skip


def _votings(connection):
    """Four dossiers at one meeting: decided, without a majority, without a quorum, and with a voting that is open."""

    def add(name, *rows):
        connection.execute(_table(connection, name).insert(), [_filled(connection, name, **row) for row in rows])

    add("framework", {"id": 1})
    add("framework_version", {"id": 1, "framework_id": 1, "state": "draft"})
    add("round", {"id": 1, "framework_version_id": 1, "state": "draft"})
    add("person", *({"id": n, "email": f"{n}@x", "fs_uniquifier": f"{n}", "language": "nl"} for n in range(1, 5)))
    add(
        "organisation",
        *(
            {"id": n, "name": f"Huis {n}", "slug": f"huis-{n}", "kvk": f"0000000{n}", "state": "member"}
            for n in range(1, 5)
        ),
    )
    trajectory = {
        "round_id": 1,
        "framework_version_id": 1,
        "state": "forwarded",
        "route": "peer",
        "scope_kind": "whole",
    }
    add("trajectory", *(trajectory | {"id": n, "organisation_id": n} for n in range(1, 5)))
    add("meeting", {"id": 1, "state": "open"})
    at = {"meeting_id": 1, "state": "on_agenda", "voting_open": False, "ballot": 1, "result": {}}
    lost, void = ({"outcome": None, "why": why} for why in ("no_majority", "no_quorum"))
    own = [{"state": "decided"}, {"ballot": 2, "result": lost}, {"result": void}, {"voting_open": True}]
    add("dossier", *(at | {"id": n, "trajectory_id": n} | row for n, row in enumerate(own, 1)))
    add("decision", {
        "id": 1, "dossier_id": 1, "meeting_id": 1, "outcome": "granted_with_conditions",
        "conditions": [{"norm": "V1", "what": "Laat zien.", "by": "2027-12-01"}],
        "tally": {"granted_with_conditions": 1, "refused": 1, "abstain": 1},
    })  # fmt: skip
    cast = [
        (1, 1, "granted_with_conditions", 1), (1, 2, "refused", 1), (1, 3, "abstain", 1), (2, 1, "refused", 2),
        (2, 2, "granted", 2), (2, 3, "refused", 1), (3, 1, "granted", 1), (4, 1, "refused", 1),
    ]  # fmt: skip
    add("vote", *(
        {"id": n, "dossier_id": dossier, "meeting_id": 1, "person_id": person, "choice": choice, "ballot": ballot}
        for n, (dossier, person, choice, ballot) in enumerate(cast, 1)
    ))  # fmt: skip


def _rows(connection, asked):
    return [tuple(row) for row in connection.execute(text(asked))]


def _table(connection, name):
    return Table(name, MetaData(), autoload_with=connection, resolve_fks=False)


def _filled(connection, table, **values):
    """A row of this table with something in each column that may not be empty."""
    made = {
        str: "",
        int: 1,
        float: 0.0,
        Decimal: 1,
        bool: False,
        datetime: datetime(2027, 9, 23),
        date: date(2027, 9, 23),
    }
    if table == "vote":
        values = {"choice": "for"} | values
    return {
        column.name: made.get(column.type.python_type, {})
        for column in _table(connection, table).columns
        if not column.nullable and column.name != "id"
    } | values


@pytest.fixture
def empty_app(database, tmp_path):
    """An application of its own on a database with nothing in it; `database` brings the PostgreSQL server up."""
    name = f"empty_{os.getpid()}"
    if CHOSEN == "postgresql":
        made = PostgresqlDatabase(os.environ[CLUSTER_URL], name)
    else:
        made = SqliteDatabase(tmp_path / "empty.sqlite")
    app = create_app(settings("testing", database_url=made.url, storage_folder=tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    made.close()
    if CHOSEN == "postgresql":
        with psycopg.connect(f"{os.environ[CLUSTER_URL]}&dbname=postgres", autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
