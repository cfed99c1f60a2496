"""The dots on the map of the register: one for each organisation, or one for many where they would hide each other."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from peerreview.register.snapshot import Row

MOST = 400  # beyond it the dots are put together on a grid
CELL = 9.0  # units of the map, which is 372 wide
SMALL, LARGEST = 4.5, 11.0


class Dot(NamedTuple):
    """Where it stands in the units of the map, how large, and 'here' when one of its organisations has a valid label."""

    x: float
    y: float
    r: float
    kind: str


def dots_of(rows: "Iterable[Row]") -> Sequence[Dot]:
    """The dots of these lines; organisations of which we know no coordinates have none."""
    placed = [
        (*at(row.entry.latitude, row.entry.longitude), row.status == "active")
        for row in rows
        if row.entry.latitude is not None and row.entry.longitude is not None
    ]
    if len(placed) <= MOST:
        return [Dot(x, y, SMALL, "here" if valid else "other") for x, y, valid in placed]
    return _together(placed)


def at(latitude: float, longitude: float) -> tuple[float, float]:
    """The place on the map of the Netherlands, as `ui.map` draws it."""
    return (longitude - 3.28) * 91.936, (53.56 - latitude) * 150


def _together(placed: Sequence[tuple[float, float, bool]]) -> Sequence[Dot]:
    """One dot for each cell of a grid, in the middle of those in it; its surface grows with their number."""
    cells: dict[tuple[int, int], list[float]] = {}
    for x, y, valid in placed:
        sums = cells.setdefault((int(x // CELL), int(y // CELL)), [0.0, 0.0, 0, 0])
        sums[0] += x
        sums[1] += y
        sums[2] += 1
        sums[3] += valid
    return [
        Dot(x / count, y / count, min(LARGEST, SMALL * 0.7 * count**0.4 + 1), "here" if valid else "other")
        for _cell, (x, y, count, valid) in sorted(cells.items())
    ]


def drawn(dots: Iterable[Dot]) -> str:
    """The dots as elements of an SVG; the open ones lie on top, for they are few."""
    order = sorted(dots, key=lambda dot: dot.kind == "other")
    return "".join(f'<circle class="{dot.kind}" cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="{dot.r:.3g}"/>' for dot in order)
