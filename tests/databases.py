"""A database of its own for every test (first version: SQLite, a template file copied per test)."""

import shutil
from pathlib import Path

import pytest
from flask import Flask

from config import settings
from peerreview import create_app
from peerreview.core.db import db
from tests.page_guard import GuardedClient


@pytest.fixture(scope="session")
def _template(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("database") / "template.sqlite"
    app = create_app(settings("testing", database_url=f"sqlite:///{path}"))
    with app.app_context():
        db.create_all()
        db.session.remove()
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine.dispose()
    return path


@pytest.fixture(scope="session")
def _application(tmp_path_factory, _template) -> Flask:
    folder = tmp_path_factory.mktemp("application")
    app = create_app(
        settings("testing", database_url=f"sqlite:///{folder / 'test.sqlite'}", storage_folder=folder / "files")
    )
    app.test_client_class = GuardedClient
    return app


@pytest.fixture
def app(_application, _template):
    path = Path(_application.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///"))
    for old in path.parent.glob("test.sqlite*"):
        old.unlink()
    shutil.copy(_template, path)
    with _application.app_context():
        yield _application
        db.session.remove()
        db.engine.dispose()
