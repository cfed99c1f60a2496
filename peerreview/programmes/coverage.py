"""Which norm is spoken about with whom: in the programme, advised by the framework, heard already."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from peerreview.frameworks.outline import NormView, Outline, PartView
from peerreview.programmes.items import Item

MOST_QUESTIONS = 2  # for each norm of an item
Pair = tuple[int, str]  # a norm's id and a function's code; '' when it was heard without a function


class Cell(StrEnum):
    HEARD = "heard"
    PLANNED = "planned"
    ADVISED = "advised"
    EMPTY = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One norm of the matrix: a cell for each function, in the framework's order."""

    norm: NormView
    cells: tuple[Cell, ...]
    spoken: bool  # somebody speaks about it, in the programme or already


@dataclass(frozen=True, slots=True)
class Tally:
    """Of how many norms of a chapter somebody speaks."""

    chapter: PartView
    spoken: int
    of: int


@dataclass(frozen=True)
class Coverage:
    """The whole matrix."""

    functions: tuple[str, ...]
    rows: tuple[Row, ...]
    tallies: tuple[Tally, ...]

    @property
    def unspoken(self) -> list[NormView]:
        """The norms about which nobody speaks yet."""
        return [row.norm for row in self.rows if not row.spoken]

    def of_chapter(self, code: str) -> list[Row]:
        return [row for row in self.rows if row.norm.chapter_code == code]


def planned_pairs(items: Iterable[Item], outline: Outline) -> set[Pair]:
    """Who speaks about which norm: of an item's functions those whom the framework advises, or all if it advises none."""
    pairs: set[Pair] = set()
    for item in items:
        for norm in (outline.by_id[id] for id in item.norms if id in outline.by_id):
            advised = [code for code in item.interlocutors if code in norm.interlocutors]
            pairs |= {(norm.id, code) for code in (advised or item.interlocutors)} if item.is_talk else set()
    return pairs


def coverage(items: Iterable[Item], outline: Outline, heard: Collection[Pair] = ()) -> Coverage:
    """The matrix of norms and functions; what was heard counts as spoken about, with or without a function."""
    planned, functions = planned_pairs(items, outline), tuple(outline.interlocutor_labels)
    spoken = {norm_id for norm_id, _code in (*planned, *heard)}
    rows = tuple(
        Row(norm, tuple(_cell(norm, code, planned, heard) for code in functions), norm.id in spoken)
        for norm in outline.norms
    )
    tallies = tuple(Tally(part, sum(n.id in spoken for n in part.norms), len(part.norms)) for part in outline.chapters)
    return Coverage(functions, rows, tallies)


def _cell(norm: NormView, code: str, planned: Collection[Pair], heard: Collection[Pair]) -> Cell:
    if (norm.id, code) in heard:
        return Cell.HEARD
    if (norm.id, code) in planned:
        return Cell.PLANNED
    return Cell.ADVISED if code in norm.interlocutors else Cell.EMPTY


def not_yet_heard(outline: Outline, heard: Collection[Pair]) -> list[NormView]:
    """The norms of which nothing was heard yet, in the framework's order."""
    known = {norm_id for norm_id, _code in heard}
    return [norm for norm in outline.norms if norm.id not in known]


@dataclass(frozen=True, slots=True)
class Questions:
    """What one may ask about a norm; `advised` tells whether the framework advises to ask these functions."""

    norm: NormView
    questions: Sequence[str]
    advised: bool


def questions(norms: Iterable[int], functions: Collection[str], outline: Outline, language: str) -> list[Questions]:
    """Questions of the framework for these norms, first those that these functions can best answer."""
    found = []
    for norm in (outline.by_id[id] for id in norms if id in outline.by_id):
        asked = list(norm.questions.get(language) or norm.questions.get("nl") or ())[:MOST_QUESTIONS]
        found.append(Questions(norm, asked, bool(set(functions) & set(norm.interlocutors))))
    return sorted(found, key=lambda one: (not one.advised, one.norm.position))
