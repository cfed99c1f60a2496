"""How Alembic finds our models and database; run it as `flask db upgrade`."""

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
    with db.engine.connect() as connection:
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
