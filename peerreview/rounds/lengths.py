"""How long a visit is: a table from the size of the host to half-days, for the whole organisation or for parts of it.

Each row counts up to and including so many fte; the last one, whose `up_to` is 0, for every larger organisation. A size
of 0 was not filled in: then a visit takes a day. The secretariat edits the table of a round; a round without one has
the default.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

LONGEST = 6  # half-days
A_DAY = 2
MOST_ROWS = 6
ABOVE = 0


@dataclass(frozen=True, slots=True)
class Length:
    """One row: up to how many fte, and the half-days for the whole organisation and for named parts of it."""

    up_to: int
    whole: int
    parts: int


DEFAULT = (Length(15, 1, 1), Length(75, 2, 1), Length(250, 3, 2), Length(ABOVE, 4, 3))


def half_days_for(fte: Decimal | float, *, parts: bool, table: Sequence[Length] = DEFAULT) -> int:
    """The half-days of a visit to an organisation of this size, of which only named parts are reviewed or all of it."""
    if fte <= 0:
        return A_DAY
    row = next(row for row in table if row.up_to >= fte or row.up_to == ABOVE)
    return row.parts if parts else row.whole


def read_lengths(stored: Iterable[Mapping[str, Any]] | None) -> tuple[Length, ...]:
    """The table as kept with a round; the default when none is."""
    return tuple(Length(int(row["up_to"]), int(row["whole"]), int(row["parts"])) for row in stored or ()) or DEFAULT


def stored_lengths(table: Iterable[Length]) -> list[dict[str, int]]:
    """The reverse of `read_lengths`."""
    return [asdict(row) for row in table]


def faults_of(table: Sequence[Length]) -> list[str]:
    """What is wrong with a table.

    Codes: no_last (no row for larger ones, or it is not the last), not_rising (of sizes), too_many (rows), impossible
    (a length that is not 1 to 6 half-days), shrinking (a larger host has a shorter visit), parts_longer (than all).
    """
    found = []
    if not table or table[-1].up_to != ABOVE or any(row.up_to == ABOVE for row in table[:-1]):
        found.append("no_last")
    sizes = [row.up_to for row in table[:-1]]
    if any(one >= other for one, other in pairwise(sizes)) or any(size < 0 for size in sizes):
        found.append("not_rising")
    if len(table) > MOST_ROWS:
        found.append("too_many")
    if any(not 1 <= half_days <= LONGEST for row in table for half_days in (row.whole, row.parts)):
        found.append("impossible")
    if any(b.whole < a.whole or b.parts < a.parts for a, b in pairwise(table)):
        found.append("shrinking")
    if any(row.parts > row.whole for row in table):
        found.append("parts_longer")
    return found
