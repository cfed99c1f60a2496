"""How Alembic finds our models and database; run it as `flask db upgrade`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from flask import current_app

from peerreview.core.db import UtcDateTime


def render(kind: str, item: Any, autogenerate: Any) -> str | bool:
    """Our own column types as what they are to a database, so that a migration needs no code of today."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and type(item).__name__ == "AsaList":
        return "sa.UnicodeText()"
    if kind == "type" and type(item).__name__ == "JSON":
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


@contextmanager
def unreferenced(connection: Any) -> Iterator[None]:
    """Let SQLite make a table anew while rows of others name it, which it refuses as long as it keeps foreign keys.

    Whether each still names a row is asked at the end; the setting holds outside a transaction only.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if lost := driver.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"rows that name a row which is not there: {lost[:5]}")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


db = current_app.extensions["migrate"].db
options = {
    "target_metadata": db.metadata,
    "render_as_batch": True,  # SQLite changes a table by making it anew
    "compare_type": True,
    "compare_server_default": True,
    "render_item": render,
}

if context.is_offline_mode():
    context.configure(url=db.engine.url, literal_binds=True, **options)
    with context.begin_transaction():
        context.run_migrations()
else:
    with db.engine.connect() as connection, unreferenced(connection):
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
