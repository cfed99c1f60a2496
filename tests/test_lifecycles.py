"""Every lifecycle, the full product of its states and moves, against the table written here by hand from product.md."""

from importlib import import_module
from importlib.util import find_spec
from itertools import product
from pathlib import Path

import pytest

from peerreview import FEATURES
from peerreview.core.errors import NotNow
from peerreview.core.lifecycle import Lifecycle

WRITTEN = Path(__file__).parent / "lifecycles.txt"


def lifecycles() -> dict[str, Lifecycle]:
    found = {}
    for feature in FEATURES:
        name = f"peerreview.{feature}.lifecycle"
        if find_spec(name):
            for value in vars(import_module(name)).values():
                if isinstance(value, Lifecycle):
                    found[value.subject] = value
    return found


def written() -> dict[str, dict[tuple[str, str], str]]:
    """subject -> (state, verb) -> next state."""
    table: dict[str, dict[tuple[str, str], str]] = {}
    for line in WRITTEN.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            subject, verb, sources, target = (word.strip() for word in line.split("|"))
            for source in sources.split(","):
                table.setdefault(subject, {})[source.strip(), verb] = target
    return table


def test_the_written_table_has_every_lifecycle():
    assert sorted(written()) == sorted(lifecycles())


@pytest.mark.parametrize("subject", sorted(written()))
def test_every_move_from_every_state(subject):
    lifecycle, table, seen = lifecycles()[subject], written()[subject], {}
    assert {verb for _, verb in table} == set(lifecycle.moves)
    for state, verb in product(lifecycle.states, lifecycle.moves):
        try:
            seen[state.value, verb] = lifecycle.after(state, verb).value
        except NotNow:
            assert not lifecycle.can(state, verb)
    assert seen == table
