"""Reading a row anew while nobody else may write it, so that a version is compared with what really stands there."""

from typing import Any

from sqlalchemy import inspect

from peerreview.core.db import db


def locked(row: Any) -> None:
    """Refresh the columns of `row` and keep it for this unit of work; what was loaded beside it stays loaded."""
    columns = [attribute.key for attribute in inspect(type(row)).column_attrs]
    db.session.refresh(row, columns, with_for_update=True)
