"""Rotation: who met whom over the rounds, how often the same met again, and which few met only each other.

Two organisations met when they were in one exchange that took place. Rounds are numbered in their order from 0, so that
"again" and "before" are plain comparisons.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

LARGEST_CLUB = 4
CLUB_ROUNDS = 2

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Meeting:
    """One exchange: in which round and year it was, and the organisations in it."""

    exchange: int
    round: int
    year: int
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tie:
    """Two that met, the smaller key first, with each meeting from the oldest on."""

    pair: Pair
    rounds: tuple[int, ...]
    years: tuple[int, ...]

    @property
    def times(self) -> int:
        return len(self.rounds)

    def other(self, key: int) -> int:
        """The one of the two that is not `key`."""
        return self.pair[0] if self.pair[1] == key else self.pair[1]


@dataclass(frozen=True, slots=True)
class Walk:
    """How one organisation went round: its exchanges, and its ties from the one met last."""

    key: int
    exchanges: int
    ties: tuple[Tie, ...]

    @property
    def partners(self) -> int:
        return len(self.ties)

    @property
    def again(self) -> int:
        """How many partners it met more than once."""
        return sum(tie.times > 1 for tie in self.ties)


@dataclass(frozen=True, slots=True)
class Club:
    """A closed club: a few that met only each other (`alone`), or two that met again while others were there to meet."""

    members: tuple[int, ...]
    years: tuple[int, ...]
    alone: bool


@dataclass(frozen=True, slots=True)
class Rotation:
    """The whole: every tie, walk and club, and the groups that hang together through their partners, largest first.

    `exchanges` counts those after the first round, in which nothing could be a repeat; `repeats` those of them in which
    two met who had met before.
    """

    ties: tuple[Tie, ...]
    walks: Mapping[int, Walk]
    groups: tuple[tuple[int, ...], ...]
    clubs: tuple[Club, ...]
    exchanges: int
    repeats: int

    @property
    def repeat_percent(self) -> int | None:
        """How many in a hundred exchanges were a repeat, rounded; None while none could be."""
        return round(100 * self.repeats / self.exchanges) if self.exchanges else None

    @property
    def most(self) -> Tie | None:
        """The two that met most often, if any did so more than once."""
        return max((tie for tie in self.ties if tie.times > 1), key=lambda tie: tie.times, default=None)


def rotation_of(meetings: Iterable[Meeting]) -> Rotation:
    """What these meetings come to; the same for the same meetings in whatever order."""
    ordered = sorted(meetings, key=lambda each: (each.round, each.exchange))
    ties = _ties(ordered)
    walks = _walks(ordered, ties)
    groups = _groups(walks)
    exchanges, repeats = _repeats(ordered)
    return Rotation(ties, walks, groups, _clubs(groups, walks, ordered), exchanges, repeats)


def _ties(ordered: Sequence[Meeting]) -> tuple[Tie, ...]:
    met: dict[Pair, list[Meeting]] = defaultdict(list)
    for meeting in ordered:
        for here, there in combinations(sorted(meeting.members), 2):
            met[here, there].append(meeting)
    return tuple(
        Tie(pair, tuple(each.round for each in found), tuple(each.year for each in found))
        for pair, found in sorted(met.items())
    )


def _walks(ordered: Sequence[Meeting], ties: Sequence[Tie]) -> dict[int, Walk]:
    exchanges = Counter(key for meeting in ordered for key in meeting.members)
    mine: dict[int, list[Tie]] = {key: [] for key in exchanges}
    for tie in ties:
        for key in tie.pair:
            mine[key].append(tie)
    latest = {key: sorted(found, key=lambda tie: (-tie.rounds[-1], tie.pair)) for key, found in mine.items()}
    return {key: Walk(key, exchanges[key], tuple(latest[key])) for key in sorted(exchanges)}


def _groups(walks: Mapping[int, Walk]) -> tuple[tuple[int, ...], ...]:
    """Who hangs together, each group in ascending order of key; the largest first, then the lowest key."""
    seen: set[int] = set()
    found: list[tuple[int, ...]] = []
    for start in walks:
        if start not in seen:
            group = reached(walks, start)
            seen |= group
            found.append(tuple(sorted(group)))
    return tuple(sorted(found, key=lambda group: (-len(group), group)))


def reached(walks: Mapping[int, Walk], start: int, steps: int | None = None) -> set[int]:
    """Everybody that one comes to from `start` through partners, in at most so many steps; itself included."""
    seen, edge = {start}, [start]
    while edge and steps != 0:
        edge = sorted({tie.other(key) for key in edge for tie in walks[key].ties} - seen)
        seen.update(edge)
        steps = None if steps is None else steps - 1
    return seen


def _repeats(ordered: Sequence[Meeting]) -> tuple[int, int]:
    first: dict[Pair, int] = {}
    exchanges = repeats = 0
    start = ordered[0].round if ordered else 0
    for meeting in ordered:
        pairs = list(combinations(sorted(meeting.members), 2))
        exchanges += meeting.round > start
        repeats += any(first.get(pair, meeting.round) < meeting.round for pair in pairs)
        for pair in pairs:
            first.setdefault(pair, meeting.round)
    return exchanges, repeats


def _clubs(
    groups: Iterable[tuple[int, ...]], walks: Mapping[int, Walk], ordered: Sequence[Meeting]
) -> tuple[Club, ...]:
    """Small groups of which each member met only the others in two rounds or more, and else pairs that met again."""
    went: dict[int, set[int]] = defaultdict(set)
    for meeting in ordered:
        for key in meeting.members:
            went[key].add(meeting.round)
    alone, again = [], []
    for group in groups:
        ties = {tie for key in group for tie in walks[key].ties}
        if len(group) <= LARGEST_CLUB and all(len(went[key]) >= CLUB_ROUNDS for key in group):
            alone.append(Club(group, tuple(sorted({year for tie in ties for year in tie.years})), alone=True))
        else:
            again += [Club(tie.pair, tie.years, alone=False) for tie in ties if tie.times >= CLUB_ROUNDS]
    return (*sorted(alone, key=lambda club: club.members), *sorted(again, key=lambda club: club.members))
