"""One text of two that were made from the same one: sentence by sentence, so that nobody's words are lost.

A sentence that only one of both changed is taken as that one left it. Where both wrote something new in the same place
both stand, one after the other. Where both changed the same sentence, or one changed what the other took away, both
stand between marks: that is for a person to decide. It is the three-way comparison that programs like diff3 make (Khanna,
Kunal and Pierce, "A formal investigation of diff3", 2007), on sentences in place of lines.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SENTENCE = re.compile(r"\S.*?(?:[.!?…]+[”’\"')\]]*(?=\s)|(?=\n)|\Z)\s*", re.DOTALL)
MOST = 2000  # sentences; comparing takes time with the product of both


@dataclass(frozen=True, slots=True)
class Merged:
    """The text, and in how many places somebody must choose."""

    text: str
    choices: int


def sentences(text: str) -> list[str]:
    """The sentences of a text, each with the white space after it; a new line ends one too."""
    return SENTENCE.findall(text.strip())


def merge(base: str, mine: str, theirs: str, *, me: str = "1", them: str = "2") -> Merged:
    """Make one text of `mine` and `theirs`, both made from `base`; `me` and `them` name the writers in the marks."""
    if mine == theirs or theirs == base:
        return Merged(mine, 0)
    if mine == base:
        return Merged(theirs, 0)
    old, one, two = sentences(base), sentences(mine), sentences(theirs)
    if max(len(old), len(one), len(two)) > MOST:
        return Merged(_marked([mine], [theirs], me, them), 1)
    made: list[str] = []
    choices = 0
    for a, b, c in _regions(old, one, two):
        part = _one_of(a, b, c)
        if part is None:
            choices += 1
            part = [_marked(b, c, me, them)]
        made += part
    return Merged(_joined(made), choices)


def _one_of(base: list[str], mine: list[str], theirs: list[str]) -> list[str] | None:
    """What a place becomes; None when somebody must choose."""
    if _same(mine, theirs) or _same(theirs, base):
        return mine
    if _same(mine, base):
        return theirs
    return None if base else mine + theirs


def _same(one: list[str], other: list[str]) -> bool:
    return [sentence.strip() for sentence in one] == [sentence.strip() for sentence in other]


def _marked(mine: list[str], theirs: list[str], me: str, them: str) -> str:
    both = ((me, "".join(mine).strip()), (them, "".join(theirs).strip()))
    return " ".join(f"[{who}: {text}]" for who, text in both if text)


def _joined(parts: Sequence[str]) -> str:
    spaced = [part if part[-1].isspace() else part + " " for part in parts if part]
    return "".join(spaced).strip()


def _matches(old: list[str], new: list[str]) -> dict[int, int]:
    """Which sentence of `new` each unchanged sentence of `old` is."""
    before, after = [text.strip() for text in old], [text.strip() for text in new]
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return {a + n: b + n for a, b, size in blocks for n in range(size)}


def _regions(old: list[str], one: list[str], two: list[str]) -> list[tuple[list[str], list[str], list[str]]]:
    """The three texts cut at each sentence that stands in all of them: (base, mine, theirs) of every piece."""
    in_one, in_two = _matches(old, one), _matches(old, two)
    found = []
    a = b = c = 0
    for kept in [n for n in range(len(old)) if n in in_one and n in in_two] + [len(old)]:
        to_b, to_c = in_one.get(kept, len(one)), in_two.get(kept, len(two))
        if kept < len(old) or a < kept or b < to_b or c < to_c:
            found.append((old[a:kept], one[b:to_b], two[c:to_c]))
        if kept < len(old):
            found.append(([old[kept]], [one[to_b]], [two[to_c]]))
        a, b, c = kept + 1, to_b + 1, to_c + 1
    return found
