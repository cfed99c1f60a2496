"""Migrations: one head, nothing left out that the models have, and each goes up, down and up again; on both databases."""

import os
import warnings

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

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
