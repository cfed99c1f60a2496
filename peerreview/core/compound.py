"""Many questions put to the database as one: on a page that asks every feature, each way there and back counts.

The selects become one UNION ALL. A compound takes the types of its values from its first member, so columns of one type
share a place, a member has an empty value in the places that it does not use, and its number tells whose a row is.
"""

import sys
from collections import Counter, namedtuple
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Enum, Integer, Select, String, TypeDecorator, cast, literal_column, null, select, union_all
from sqlalchemy.types import TypeEngine

from peerreview.core.db import db

Question = Select[*tuple[Any, ...]]
Place = tuple[object, int]  # a sort of column, and which one of that sort


class Compound:
    """Selects that are asked in one query; made once and kept, for making the statement takes longer than asking it.

    Each column has a name of its own within its select, and no select has an order. What differs from time to time is a
    `bindparam`.
    """

    def __init__(self, selects: Sequence[Question]) -> None:
        members = [_laid(one) for one in selects]
        types = {place: column.type for member in members for place, column in member.items()}
        labels = {place: f"place_{number}" for number, place in enumerate(types)}

        def part(number: int, member: dict[Place, Any]) -> Question:
            filled = [member.get(place, cast(null(), of)).label(labels[place]) for place, of in types.items()]
            return select(literal_column(str(number), Integer).label("part"), *filled)

        parts = [part(number, member) for number, member in enumerate(members)]
        self._statement = union_all(*parts) if parts else None
        where = {place: number for number, place in enumerate(types, 1)}  # the part stands before them
        self._readers = [
            _reader(_names(one), [where[place] for place in member])
            for one, member in zip(selects, members, strict=True)
        ]
        self._orders = [_order([n for n, (sort, _nth) in enumerate(member) if sort is Integer]) for member in members]

    def ask(self, **values: Any) -> list[list[Any]]:
        """For each select its rows as named tuples, in ascending order of its integer columns, the first named first.

        Where one is empty it comes before all others. Values for parameters that no select has are left aside. One
        query; none when there is no select.
        """
        found: list[list[Any]] = [[] for _reader in self._readers]
        if self._statement is not None:
            for row in db.session.execute(self._statement, values).all():
                found[row[0]].append(self._readers[row[0]](row))
        for rows, order in zip(found, self._orders, strict=True):
            rows.sort(key=order)  # here: in SQL, SQLite would sort the whole compound
        return found


def _laid(one: Question) -> dict[Place, Any]:
    """Each column in its place: the first of its sort, the second of its sort and so on."""
    if len(set(_names(one))) < len(_names(one)):
        raise ValueError(f"two columns have one name: {', '.join(_names(one))}")
    taken: Counter[object] = Counter()
    laid = {}
    for column in one.subquery().c:
        sort = _sort_of(column.type)
        laid[sort, taken[sort]] = column
        taken[sort] += 1
    return laid


def _names(one: Question) -> list[str]:
    return [str(column.key) for column in one.inner_columns]


def _sort_of(of: TypeEngine[Any]) -> object:
    """Equal for two types whose values are read in the same way."""
    if isinstance(of, Enum):
        return of.enum_class
    if isinstance(of, TypeDecorator):
        return type(of)
    return next((wide for wide in (Integer, String) if isinstance(of, wide)), type(of))


def _reader(names: Sequence[str], numbers: Sequence[int]) -> Callable[[Sequence[Any]], Any]:
    """Makes a row of one select from a row of all."""
    make = namedtuple("Row", names)  # type: ignore[misc]
    return lambda row: make._make([row[number] for number in numbers])


def _order(numbers: Sequence[int]) -> Callable[[Sequence[Any]], tuple[int, ...]]:
    return lambda row: tuple([-sys.maxsize if row[number] is None else row[number] for number in numbers])
