"""What every test may ask for: the application, a client that is signed in, mail, time and counted queries."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from sqlalchemy import event, select

from peerreview.accounts.models import Person
from peerreview.core.access import Actor
from peerreview.core.clock import AMSTERDAM
from peerreview.core.db import db
from peerreview.core.outbox import Letter
from tests.factories.accounts import affiliation_of

pytest_plugins = ["tests.network", "tests.databases", "tests.browser"]

# No test fails by the clock: a machine may be busy.
settings.register_profile("calm", deadline=None)
settings.load_profile("calm")


LONGEST_NAME = 300


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse tests that are named by their data: long ones, and ones that differ between two processes by the clock."""
    long = [item.nodeid[:120] for item in items if len(item.nodeid) > LONGEST_NAME]
    if long:
        raise pytest.UsageError(f"give these tests short names (ids=): {long}")


@pytest.fixture
def as_(app: Flask) -> Callable[[Actor | Person | None], FlaskClient]:
    """A client signed in as this actor (in that role); None gives a visitor."""

    def sign_in(who: Actor | Person | None) -> FlaskClient:
        client = app.test_client()
        if who is not None:
            person_id = who.person_id if isinstance(who, Actor) else who.id
            with client.session_transaction() as session:
                person = db.session.get_one(Person, person_id)
                session["_user_id"], session["_fresh"] = person.fs_uniquifier, True
                session["fs_cc"], session["fs_paa"] = "set", datetime.now().timestamp()
                session["identity.id"] = person.fs_uniquifier
                if isinstance(who, Actor) and who.affiliation_id:
                    session["affiliation_id"] = who.affiliation_id
        return client

    return sign_in


@pytest.fixture
def get(as_: Callable[..., FlaskClient]) -> Callable[..., str]:
    """The text of a page for this actor; fails unless it answers 200."""

    def read(who: Actor | None, path: str, **kwargs: Any) -> str:
        answer = as_(who).get(path, **kwargs)
        assert answer.status_code == 200, (answer.status_code, answer.headers.get("Location"))
        return answer.get_data(as_text=True)

    return read


class Queries(list[str]):
    """The SQL statements that ran inside the block; printed when their number is not the expected one."""

    def expect(self, count: int) -> None:
        assert len(self) == count, "\n\n".join(f"{n}. {sql}" for n, sql in enumerate(self, 1))


@pytest.fixture
def queries(app: Flask) -> Callable[[], Any]:
    """`with queries() as seen: ...; seen.expect(4)`; transaction control does not count."""

    @contextmanager
    def counted() -> Iterator[Queries]:
        seen = Queries()

        def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")):
                seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return counted


@pytest.fixture
def outbox(app: Flask) -> Callable[[], list[Letter]]:
    """The letters queued so far, oldest first."""
    return lambda: list(db.session.scalars(select(Letter).order_by(Letter.id)))


@pytest.fixture
def at() -> Callable[[str], Any]:
    """`with at("2027-02-15 10:00"): ...` stops the clock at that Amsterdam time."""

    def stop(moment: str) -> Any:
        return time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=AMSTERDAM), tick=False)

    return stop


__all__ = ["affiliation_of"]
