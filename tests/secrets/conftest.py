"""The same world made with several things that could leak, one after the other, and what is seen in each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from peerreview.frameworks.queries import outline_of
from tests import factories
from tests.secrets.asking import TRAIL, Reader, asked_in, feature_of, letters_to, seen_by
from tests.secrets.sending import answers_to, sent_in
from tests.twin_worlds import from_an_empty_database

COUNTED = (
    factories.accounts, factories.organisations, factories.rounds, factories.visits, factories.reviews,
    factories.certificates,
)  # fmt: skip


Names = tuple[str, ...]


@pytest.fixture
def a_world(database: Any, monkeypatch: pytest.MonkeyPatch, at: Any) -> Callable[..., Any]:
    """A world of this kind from an empty database, with the same names and numbers each time, two hours later."""

    @contextmanager
    def made(kind: Any, keep: Callable[[Any], None]) -> Iterator[Any]:
        from_an_empty_database(database, monkeypatch, COUNTED)
        with at("2027-01-11 10:00"):
            world = kind()
        with at("2027-01-11 11:00"):
            keep(world)
        for version_id in world.frameworks():
            outline_of(version_id)  # kept in memory from here on, in either world
        with at("2027-01-11 12:00"):
            yield world

    return made


@pytest.fixture
def worlds(app, database, a_world, as_, queries, outbox) -> Callable[..., list[dict[Any, Any]]]:
    """What these readers see in this world with each of these, and what is answered to those who send."""

    def look(
        kind: Any, names: Names, *keeps: Any, senders: Names = (), leave: Any = (), trail: bool = False
    ) -> list[Any]:
        def left(who: str, endpoint: str) -> bool:
            own = (who, endpoint) in leave or feature_of(endpoint) in leave
            return (endpoint == TRAIL) != trail or own

        def seen_in(world: Any) -> dict[Any, Any]:
            seen, again = {}, database.remember()
            asked, sent = asked_in(world, app), sent_in(world, app)
            for who in names:
                reader = Reader(who, as_(world.readers[who]), app, left)
                seen |= answers_to(reader, sent, again) if who in senders else {}
                seen |= seen_by(reader, asked, queries)
            return seen | {"letters": letters_to(names, world, outbox)}

        seen = []
        for keep in keeps:
            with a_world(kind, keep) as world:
                seen.append(seen_in(world))
        return seen

    return look
