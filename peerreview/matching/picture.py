"""The network of who met whom as figures: where each dot and line stands, worked out here and the same each time.

Every group that hangs together is a figure of its own, so that on a phone they stand below each other at full size. Its
organisations stand under each other with their names, next to whom they met where that is possible, joined by arcs at
the left. A group too large for that spreads like a tree from its best connected member, too dense for names. Lengths are
CSS pixels.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from peerreview.matching.rotation import Club, Rotation, Tie, reached

IN_A_ROW = 40
STYLES = 5  # of lines: the newest years each have their own, all that is older shares the last
LETTER, LINE, MARGIN = 7.7, 28, 14
LONGEST_NAME = 32
APART = 46  # between two rings of the tree

Spot = tuple[float, float]
Draw = Callable[[Spot, Spot, int], str]


@dataclass(frozen=True, slots=True)
class Dot:
    """One organisation; `marked` when it belongs to a closed club. Without a label where there is no room."""

    key: int
    x: float
    y: float
    label: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One group: its size, dots, and for each style of line one path. `clubs` are the closed clubs in it.

    `again` is a path over the lines of who met more than once, for a group so dense that they do not stand out.
    """

    members: tuple[int, ...]
    width: int
    height: int
    dots: tuple[Dot, ...]
    lines: tuple[tuple[int, str], ...]
    again: str
    ties: tuple[Tie, ...]
    clubs: tuple[Club, ...]

    @property
    def dense(self) -> bool:
        """Whether the dots have no names."""
        return len(self.members) > IN_A_ROW

    @property
    def closed(self) -> bool:
        """Whether the group as a whole is a closed club."""
        return any(club.alone and set(club.members) == set(self.members) for club in self.clubs)


def styles_of(years: Iterable[int]) -> dict[int, int]:
    """The style of line of each year: 0 is the newest."""
    newest = sorted(set(years), reverse=True)
    return {year: min(place, STYLES - 1) for place, year in enumerate(newest)}


def figures_of(
    rotation: Rotation, names: Mapping[int, str], *, around: int | None = None
) -> tuple[tuple[Figure, ...], int]:
    """The groups in which something can be seen: closed clubs first, then the largest. And how many groups are left out.

    Left out are those who met once and nobody else. With `around` it is one figure: this organisation, whom it met, and
    whom those met.
    """
    styles = styles_of(year for tie in rotation.ties for year in tie.years)
    if around is not None:
        near = reached(rotation.walks, around, 2) if around in rotation.walks else set()
        return ((_figure(rotation, tuple(sorted(near)), names, styles),) if near else ()), 0
    told = [group for group in rotation.groups if any(rotation.walks[key].exchanges > 1 for key in group)]
    figures = [_figure(rotation, group, names, styles) for group in told]
    return tuple(sorted(figures, key=lambda each: not each.closed)), len(rotation.groups) - len(told)


def _figure(rotation: Rotation, group: tuple[int, ...], names: Mapping[int, str], styles: Mapping[int, int]) -> Figure:
    inside = set(group)
    ties = tuple(
        tie for key in group for tie in rotation.walks[key].ties if tie.pair[0] == key and tie.pair[1] in inside
    )
    clubs = tuple(club for club in rotation.clubs if inside.issuperset(club.members))
    marked = {key for club in clubs for key in club.members}
    named = len(group) <= IN_A_ROW
    spots = _row(group, ties) if named else _tree(group, ties)
    texts = {key: _short(names[key]) if named else "" for key in group}
    bulge = max(
        _reach(abs(spots[here][1] - spots[there][1]), tie.times - 1) for tie in ties for here, there in [tie.pair]
    )
    moved, width, height = _fitted(spots, texts, bulge if named else 0)
    dots = tuple(Dot(key, *moved[key], texts[key], key in marked) for key in group)
    lines = _lines(ties, moved, styles, _arc if named else _straight)
    again = "" if named else "".join(_straight(moved[a], moved[b], 0) for a, b in (t.pair for t in ties if t.times > 1))
    return Figure(group, width, height, dots, lines, again, ties, clubs)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"


# --- Where the dots stand --------------------------------------------------------------------------------------------


def _neighbours(group: Sequence[int], ties: Iterable[Tie]) -> dict[int, list[int]]:
    near: dict[int, list[int]] = {key: [] for key in group}
    for tie in ties:
        for key in tie.pair:
            near[key].append(tie.other(key))
    return {key: sorted(others) for key, others in near.items()}


def _row(group: Sequence[int], ties: Sequence[Tie]) -> dict[int, Spot]:
    """Under each other, everybody next to somebody it met as far as that goes: depth first, from one at the edge."""
    near = _neighbours(group, ties)
    todo, spots = [min(group, key=lambda key: (len(near[key]), key))], dict[int, Spot]()
    while todo:
        key = todo.pop()
        if key not in spots:
            spots[key] = (0.0, len(spots) * float(LINE))
            todo += [other for other in reversed(near[key]) if other not in spots]
    return spots


def _tree(group: Sequence[int], ties: Sequence[Tie]) -> dict[int, Spot]:
    """Rings around the one with most partners: each branch gets as much of the circle as it has ends."""
    near = _neighbours(group, ties)
    root = min(group, key=lambda key: (-len(near[key]), key))
    order, depth = [root], {root: 0}
    under: dict[int, list[int]] = defaultdict(list)
    for key in order:
        for other in near[key]:
            if other not in depth:
                depth[other] = depth[key] + 1
                under[key].append(other)
                order.append(other)
    ends: dict[int, int] = {}
    for key in reversed(order):
        ends[key] = sum(ends[other] for other in under[key]) or 1
    begins, spots = {root: 0.0}, {}
    for key in order:
        turn = 2 * pi * (begins[key] + ends[key] / 2) / ends[root]
        spots[key] = (APART * depth[key] * cos(turn), APART * depth[key] * sin(turn))
        start = begins[key]
        for other in under[key]:
            begins[other], start = start, start + ends[other]
    return spots


def _fitted(spots: Mapping[int, Spot], texts: Mapping[int, str], bulge: float) -> tuple[dict[int, Spot], int, int]:
    """Moved so that all, with names and the bulge of the arcs, begins at (0, 0); and how wide and high that is."""
    xs, ys = zip(*spots.values(), strict=True)
    named = max(len(text) for text in texts.values())
    left = min(xs) - MARGIN - bulge
    top = min(ys) - MARGIN
    moved = {key: (round(x - left, 1), round(y - top, 1)) for key, (x, y) in spots.items()}
    return moved, round(max(xs) - left + named * LETTER + MARGIN), round(max(ys) - top + MARGIN)


# --- Lines -----------------------------------------------------------------------------------------------------------


def _lines(
    ties: Iterable[Tie], spots: Mapping[int, Spot], styles: Mapping[int, int], draw: Draw
) -> tuple[tuple[int, str], ...]:
    """One path for each style of line, the oldest first; who met more than once is joined by as many lines."""
    paths: dict[int, list[str]] = defaultdict(list)
    for tie in ties:
        here, there = (spots[key] for key in tie.pair)
        for place, year in enumerate(tie.years):
            paths[styles[year]].append(draw(here, there, place))
    return tuple((style, "".join(paths[style])) for style in sorted(paths, reverse=True))


def _straight(here: Spot, there: Spot, place: int) -> str:
    """A line between two dots; two who met more than once have theirs a little aside of each other."""
    return f"M{here[0]:.0f} {here[1] + 3 * place:.0f}L{there[0]:.0f} {there[1] + 3 * place:.0f}"


def _arc(here: Spot, there: Spot, place: int) -> str:
    (x, start), (_x, end) = here, there
    out = x - _reach(abs(end - start), place) * 4 / 3
    return f"M{x:.0f} {start:.0f}C{out:.0f} {start:.0f} {out:.0f} {end:.0f} {x:.0f} {end:.0f}"


def _reach(height: float, place: int) -> float:
    """How far to the left an arc over this height comes; each next one of the same two lies around the one before."""
    return min(12 + height * 0.25, 110.0) + 10 * place
