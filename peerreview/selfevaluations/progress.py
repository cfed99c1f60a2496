"""How far a self-evaluation is: which norms have a rating and a story, which one comes next, and who waits for whom."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

LONGEST_STORY = 100_000
DONE, BUSY, TODO = "done", "busy", "todo"


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One norm in a list: whether there is a story, how the organisation rates itself, and whose it is."""

    norm_id: int
    rating: str | None
    written: bool
    assigned_to_id: int | None = None
    assigned_to: str = ""

    @property
    def state(self) -> str:
        """Done with both a rating and a story, busy with one of them."""
        return DONE if self.rating and self.written else BUSY if self.rating or self.written else TODO


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of how many norms are done."""

    done: int
    total: int

    @property
    def complete(self) -> bool:
        return self.done == self.total > 0


def progress(lines: Iterable[AnswerLine]) -> Progress:
    """Counted over these norms."""
    states = [line.state for line in lines]
    return Progress(states.count(DONE), len(states))


def unfinished(lines: Iterable[AnswerLine]) -> list[AnswerLine]:
    """The norms that still miss a rating or a story, in their order."""
    return [line for line in lines if line.state != DONE]


def next_after(norm_id: int, lines: Sequence[AnswerLine]) -> AnswerLine | None:
    """The next norm that is not done: after this one, else from the start; None when all others are done."""
    at = next((n for n, line in enumerate(lines) if line.norm_id == norm_id), -1)
    around = [*lines[at + 1 :], *lines[: max(at, 0)]]
    return next((line for line in around if line.state != DONE), None)


@dataclass(slots=True)
class Work:
    """What was done and what is left of some norms: of a chapter, or of one person (None: of nobody yet)."""

    name: str = ""
    person_id: int | None = None
    norms: dict[str, list[int]] = field(default_factory=lambda: {DONE: [], BUSY: [], TODO: []})
    remarks: int = 0

    @property
    def total(self) -> int:
        return sum(map(len, self.norms.values()))

    @property
    def left(self) -> int:
        return self.total - len(self.norms[DONE])

    def add(self, line: AnswerLine, remarks: int) -> None:
        """Count one norm, with its remarks that are open."""
        self.norms[line.state].append(line.norm_id)
        self.remarks += remarks


def work_of(lines: Iterable[AnswerLine], remarks: Mapping[int, int], name: str = "") -> Work:
    """The work on these norms together; `remarks` counts the open ones by norm."""
    work = Work(name)
    for line in lines:
        work.add(line, remarks.get(line.norm_id, 0))
    return work


def work_by_person(lines: Iterable[AnswerLine], remarks: Mapping[int, int]) -> list[Work]:
    """The work of each person who was given norms, by name; at the end the norms that nobody was given."""
    by_person: dict[int | None, Work] = {}
    for line in lines:
        work = by_person.setdefault(line.assigned_to_id, Work(line.assigned_to, line.assigned_to_id))
        work.add(line, remarks.get(line.norm_id, 0))
    return sorted(by_person.values(), key=lambda work: (work.person_id is None, work.name.casefold()))


def norms_a_day(left: int, days: int) -> int:
    """How many norms must be finished on each of the working days that are left, today included; all when none is."""
    return ceil(left / max(1, days))


@dataclass(frozen=True, slots=True)
class OpenRemark:
    """A remark that was not dealt with: on which norm, by whom, and whose norm it is."""

    norm_id: int
    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Somebody waits for somebody else, about these norms."""

    waits: str
    for_id: int
    for_name: str
    norm_ids: tuple[int, ...]


def waits_of(lines: Iterable[AnswerLine], remarks: Collection[OpenRemark]) -> list[Wait]:
    """Who asked something about a norm that somebody else writes, and still waits; by both names."""
    given = {line.norm_id: line for line in lines}
    found: dict[tuple[str, int, str], dict[int, None]] = {}
    for remark in remarks:
        line = given.get(remark.norm_id)
        if line is None or line.assigned_to_id is None or line.assigned_to_id == remark.person_id:
            continue
        found.setdefault((remark.name, line.assigned_to_id, line.assigned_to), {})[remark.norm_id] = None
    waits = [Wait(waits, for_id, name, tuple(norms)) for (waits, for_id, name), norms in found.items()]
    return sorted(waits, key=lambda wait: (wait.waits.casefold(), wait.for_name.casefold()))
