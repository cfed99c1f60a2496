"""One page of a long list: how many there are, which are shown, and where the neighbours are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from peerreview.core.db import db


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of page `number` (from 1) of `total` rows, `size` to a page."""

    rows: Sequence[Any]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def numbers(self) -> list[int | None]:
        """The page numbers to show, None for a gap: first, last, and the ones around this one."""
        near = {1, self.pages, *range(max(1, self.number - 1), min(self.pages, self.number + 1) + 1)}
        shown: list[int | None] = []
        for number in sorted(near):
            if shown and shown[-1] and number - shown[-1] > 1:
                shown.append(None)
            shown.append(number)
        return shown


def paged(statement: Select[Any], number: int, *, size: int = 25, scalars: bool = False) -> Page:
    """Two queries: the count and the rows. A number beyond the end gives the last page; below 1 the first."""
    counted = statement.order_by(None).with_only_columns(func.count(), maintain_column_froms=True)
    if statement._group_by_clauses or statement._distinct:
        counted = select(func.count()).select_from(statement.order_by(None).subquery())
    total = db.session.execute(counted).scalar_one()
    number = min(max(1, number), max(1, -(-total // size)))
    result = db.session.execute(statement.limit(size).offset((number - 1) * size))
    rows = result.scalars().unique().all() if scalars else result.all()
    return Page(rows, number, size, total)
