"""A first programme for a visit: by its hours, its team, and what the framework advises.

The first day opens with whoever directs the host, the last one closes with what stood out. Between these lie lunch,
time for the team at the end of each day, and slots of about three quarters of an hour. In the first slot half of the
team goes along with people at work, while the others walk round the site and read documents; the other slots are
interviews in duos, as many at once as there are duos. Visits of more than one day walk round again, and read, in the
first slot of each next day.

Who is spoken with: when there are fewer conversations than functions, those whom the framework advises for the same
norms sit together (single-link clustering by the Jaccard index of their norms), as far as can be with their own kind:
clients speak more freely without those who help them. Three at most; who is left out is wanted least. Who speaks about
what: each
norm gets a conversation with a function advised for it, as many norms as can be (augmenting paths, after Kuhn 1955), the
emptiest conversation first so that norms are spread; what room is left goes to a second voice for essential norms.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, combinations, cycle, islice, repeat

from peerreview.frameworks.outline import NormView
from peerreview.programmes.items import Item, Window
from peerreview.programmes.lifecycle import ItemKind

K = ItemKind
SLOT, LONGEST_SLOT, STEP = 45, 60, 5  # minutes
PER_NORM = 5  # a conversation of 45 minutes has room for nine norms
SHORT, LONG = 30, 45  # opening, team time and closing of half a day and of a whole one
LUNCH = (timedelta(hours=12, minutes=30), 45)
# Codes by which frameworks call functions; one that is not known here is of no side.
DIRECTING = ("director", "board", "executive", "management", "supervisory_board")
AT_WORK = ("social_worker", "professional", "worker", "employee", "volunteer")  # with whom one can go along
SIDES = {code: n for n, side in enumerate((
    DIRECTING, ("social_worker", "professional", "worker", "employee", "team_leader", "manager"),
    ("client", "client_council", "resident", "volunteer", "family"), ("partner", "municipality", "funder"),
)) for code in side}  # fmt: skip
TOGETHER = 3  # at most so many functions in one conversation


@dataclass(frozen=True, slots=True)
class Slot:
    """Time of one day that has no purpose yet."""

    starts_at: datetime
    minutes: int
    first_of_day: bool

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


def example(
    windows: Sequence[Window], team: Sequence[int], norms: Sequence[NormView], functions: Sequence[str]
) -> list[Item]:
    """A whole programme for these days. `team` names the lead reviewer first; `functions` are the framework's codes."""
    fixed, slots = _frame(windows, frozenset(team))
    talks, others = _fill(slots, duos(team))
    wanted = {code: {norm.id for norm in norms if code in norm.interlocutors} for code in functions}
    wanted = {code: ids for code, ids in wanted.items() if ids}
    directing = [code for code in DIRECTING if code in wanted]
    opening = directing if len(wanted) > len(talks) + 1 else directing[:1]
    talks = _with_functions(talks, {code: ids for code, ids in wanted.items() if code not in opening} or wanted)
    heads = {K.OPENING: tuple(opening), K.CLOSING: tuple(directing[:1])}
    items = [replace(item, interlocutors=heads.get(item.kind, ())) for item in fixed]
    return sorted(_with_norms(items + talks + others, norms), key=lambda item: (item.starts_at, item.ends_at))


def duos(team: Sequence[int]) -> list[frozenset[int]]:
    """The team in twos, in order; one who is left over joins the last two."""
    count = max(1, len(team) // 2)
    groups = [list(team[2 * n : 2 * n + 2]) for n in range(count)]
    groups[-1] += team[2 * count :]
    return [frozenset(group) for group in groups if group]


# --- When ------------------------------------------------------------------------------------------------------------


def _frame(windows: Sequence[Window], team: frozenset[int]) -> tuple[list[Item], list[Slot]]:
    """What has its place by the clock, and the slots between."""
    items: list[Item] = []
    slots: list[Slot] = []
    for n, window in enumerate(windows):
        fixed_minutes = LONG if window.whole else SHORT
        start, end = window.starts_at, window.ends_at
        if n == 0:
            items.append(_item(K.OPENING, start, fixed_minutes, team))
            start = items[-1].ends_at
        if n == len(windows) - 1:
            end -= timedelta(minutes=fixed_minutes)
            items.append(_item(K.CLOSING, end, fixed_minutes, team))
        end -= timedelta(minutes=fixed_minutes)
        items.append(_item(K.TEAM_TIME, end, fixed_minutes, team))
        parts = [(start, end)]
        if window.whole:
            noon = window.starts_at.replace(hour=0, minute=0) + LUNCH[0]
            items.append(_item(K.LUNCH, noon, LUNCH[1], team))
            parts = [(start, noon), (items[-1].ends_at, end)]
        free = [slot for opens, closes in parts for slot in _slots(opens, closes)]
        slots += [replace(slot, first_of_day=not at) for at, slot in enumerate(free)]
    return items, slots


def _slots(opens: datetime, closes: datetime) -> list[Slot]:
    """This time in equal slots of about three quarters of an hour."""
    minutes = int((closes - opens).total_seconds()) // 60
    count = max(1, minutes // SLOT) if minutes >= SHORT else 0
    length = min(LONGEST_SLOT, minutes // count // STEP * STEP) if count else 0
    return [Slot(opens + timedelta(minutes=n * length), length, False) for n in range(count)]


def _item(kind: ItemKind, starts_at: datetime, minutes: int, people: Iterable[int]) -> Item:
    return Item(kind, starts_at, starts_at + timedelta(minutes=minutes), frozenset(people))


# --- What ------------------------------------------------------------------------------------------------------------


def _fill(slots: Sequence[Slot], groups: Sequence[frozenset[int]]) -> tuple[list[Item], list[Item]]:
    """The conversations, and what is done beside them. Half a day has conversations only."""
    talks: list[Item] = []
    others: list[Item] = []
    going, staying = _halves(groups)
    for n, slot in enumerate(slots):
        talking = groups
        if slot.first_of_day and len(slots) > 2:
            talking = [group for group in groups if group <= going] if n else []
            others += _walk_and_read(slot, staying if talking or n == 0 else going | staying)
            talks += [_item(K.SHADOWING, slot.starts_at, slot.minutes, going)] if n == 0 else []
            going, staying = staying, going
        talks += [_item(K.INTERVIEW, slot.starts_at, slot.minutes, group) for group in talking]
    return talks, others


def _halves(groups: Sequence[frozenset[int]]) -> tuple[frozenset[int], frozenset[int]]:
    """Whole duos on either side; one duo splits, and who is alone stays whole."""
    if len(groups) > 1:
        half = (len(groups) + 1) // 2
        return frozenset().union(*groups[:half]), frozenset().union(*groups[half:])
    team = sorted(groups[0]) if groups else []
    return frozenset(team[:1]), frozenset(team[1:])


def _walk_and_read(slot: Slot, people: frozenset[int]) -> list[Item]:
    if not people:
        return []
    walk = slot.minutes // 2 // STEP * STEP
    read_from = slot.starts_at + timedelta(minutes=walk)
    return [
        _item(K.WALK, slot.starts_at, walk, people),
        _item(K.DOCUMENTS, read_from, slot.minutes - walk, people),
    ]


# --- With whom -------------------------------------------------------------------------------------------------------


def _with_functions(talks: Sequence[Item], wanted: Mapping[str, set[int]]) -> list[Item]:
    """Give each conversation its functions; who is wanted for most norms is heard first, and again where there is room.

    One goes along with one function: of those at work whoever is wanted for most norms.
    """
    given: list[tuple[str, ...]] = []
    if talks and talks[0].kind == K.SHADOWING:
        at_work = max((code for code in wanted if code in AT_WORK), key=lambda code: len(wanted[code]), default="")
        given.append((at_work,) if at_work else ())
        wanted = {code: ids for code, ids in wanted.items() if code != at_work} or wanted
    groups = together(wanted, len(talks) - len(given))
    if groups:
        given += islice(cycle(groups), len(talks) - len(given))
    return [replace(talk, interlocutors=group) for talk, group in zip(talks, chain(given, repeat(())), strict=False)]


def together(wanted: Mapping[str, set[int]], most: int) -> list[tuple[str, ...]]:
    """The functions in at most `most` groups of three at most; the most wanted first, the least wanted left out."""
    by_demand = sorted(wanted, key=lambda code: -len(wanted[code]))
    groups: list[tuple[str, ...]] = [(code,) for code in by_demand[: max(0, most) * TOGETHER]]
    while len(groups) > most:
        pairs = [(one, other) for one, other in combinations(groups, 2) if len(one) + len(other) <= TOGETHER]
        if not pairs:  # pairs and triples that fit no better: the least wanted gives up its place
            least = min(groups, key=lambda group: _demand(group, wanted))
            groups.remove(least)
            _seat(least, groups, wanted)
            continue
        one, other = max(pairs, key=lambda pair: (_of_one_side(*pair), _alike(pair[0], pair[1], wanted)))
        groups = [group for group in groups if group not in (one, other)] + [one + other]
    return sorted(groups, key=lambda group: -_demand(group, wanted))


def _demand(group: Sequence[str], wanted: Mapping[str, set[int]]) -> int:
    return len({id for code in group for id in wanted[code]})


def _seat(codes: Sequence[str], groups: list[tuple[str, ...]], wanted: Mapping[str, set[int]]) -> None:
    """Give each of these functions a place in the group that it fits best, as long as there is one."""
    for code in codes:
        fits = [group for group in groups if len(group) < TOGETHER]
        if fits:
            best = max(fits, key=lambda group: (_of_one_side(group, (code,)), _alike(group, (code,), wanted)))
            groups[groups.index(best)] = (*best, code)


def _of_one_side(one: Sequence[str], other: Sequence[str]) -> bool:
    return len({SIDES.get(code) for code in (*one, *other)}) == 1


def _alike(one: Sequence[str], other: Sequence[str], wanted: Mapping[str, set[int]]) -> float:
    """How many of their norms two groups share, by their most alike functions (the Jaccard index)."""
    return max(len(wanted[a] & wanted[b]) / len(wanted[a] | wanted[b]) for a in one for b in other)


# --- About what ------------------------------------------------------------------------------------------------------


def _with_norms(items: Sequence[Item], norms: Sequence[NormView]) -> list[Item]:
    """Give each conversation norms that its functions are advised for."""
    talks = [n for n, item in enumerate(items) if item.is_talk]
    room = {n: items[n].minutes // PER_NORM for n in talks}
    can = {norm.id: [n for n in talks if set(items[n].interlocutors) & set(norm.interlocutors)] for norm in norms}
    given = spread(can, room)
    for norm in sorted(
        norms, key=lambda norm: (not norm.essential, norm.position)
    ):  # a second voice where there is room
        free = [n for n in can[norm.id] if len(given[n]) < room[n] and norm.id not in given[n]]
        if free:
            given[min(free, key=lambda n: (len(given[n]), n))].append(norm.id)
    order = {norm.id: norm.position for norm in norms}
    return [replace(item, norms=tuple(sorted(given[n], key=order.__getitem__))) if n in given else item
            for n, item in enumerate(items)]  # fmt: skip


def spread(can: Mapping[int, Sequence[int]], room: Mapping[int, int]) -> dict[int, list[int]]:
    """The norms of each conversation: as many norms as there is room for get one, of those that they can have.

    `can` names each norm's possible conversations, `room` how many norms each has place for. Norms with the fewest
    possibilities choose first, and take the emptiest conversation; one that finds none free moves others along a path.
    """
    given: dict[int, list[int]] = {n: [] for n in room}

    def place(norm: int, seen: set[int]) -> bool:
        choices = sorted((n for n in can[norm] if n not in seen), key=lambda n: (len(given[n]) / (room[n] or 1), n))
        for n in choices:
            if n in seen:
                continue
            seen.add(n)
            if len(given[n]) < room[n]:
                given[n].append(norm)
                return True
            for other in list(given[n]):
                given[n].remove(other)
                if place(other, seen):
                    given[n].append(norm)
                    return True
                given[n].append(other)
        return False

    for norm in sorted(can, key=lambda norm: (len(can[norm]), norm)):
        place(norm, set())
    return given
