"""Hearing what is announced, for as long as one test runs."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from peerreview.core import events


@pytest.fixture
def hear() -> Iterator[Callable[[str], list[Any]]]:
    """`heard = hear("decision.made")` is a list of the ids of what was announced under that name from then on."""
    mine: list[tuple[str, Any]] = []

    def listen(fact: str) -> list[Any]:
        heard: list[Any] = []

        def note(subject: Any, **_details: Any) -> None:
            heard.append(subject.id)

        mine.append((fact, events.on(fact)(note)))
        return heard

    yield listen
    for fact, listener in mine:
        events._listeners[fact].remove(listener)
