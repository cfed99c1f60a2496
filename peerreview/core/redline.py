"""What changed in a text, word by word, so that a reader sees what stood there and what stands now."""

import re
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

WORD = re.compile(r"\S+\s*|\s+")
# Comparing takes time with the product of both lengths; beyond this the middle is shown as replaced in one go.
MOST = 3000


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text; `change` is '', 'removed' or 'added'."""

    text: str
    change: str = ""


def redline(before: str, after: str) -> list[Part]:
    """The parts of both texts in reading order; but for white space, all without the added ones make `before`, and all
    without the removed ones `after`."""
    old, new = WORD.findall(before), WORD.findall(after)
    start = _same(old, new)
    end = _same(old[start:][::-1], new[start:][::-1])
    middle_old, middle_new = old[start : len(old) - end], new[start : len(new) - end]
    parts = [Part("".join(new[:start]))]
    if len(middle_old) + len(middle_new) > MOST:
        parts += _replaced(middle_old, middle_new)
    else:
        parts += _compared(middle_old, middle_new)
    parts.append(Part("".join(new[len(new) - end :])))
    return _spaced([part for part in parts if part.text])


def _spaced(parts: list[Part]) -> list[Part]:
    """The last word of a text has no space after it; where another part follows, it gets one."""
    spaced = [replace(part, text=part.text if part.text[-1].isspace() else part.text + " ") for part in parts[:-1]]
    return spaced + parts[-1:]


def _same(one: list[str], other: list[str]) -> int:
    """How many words at the beginning are equal."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a.strip() != b.strip():
            break
        count += 1
    return count


def _compared(old: list[str], new: list[str]) -> list[Part]:
    parts = []
    plain_old, plain_new = (
        [word.strip() for word in old],
        [word.strip() for word in new],
    )
    for kind, a, b, c, d in SequenceMatcher(None, plain_old, plain_new, autojunk=False).get_opcodes():
        parts += [Part("".join(new[c:d]))] if kind == "equal" else _replaced(old[a:b], new[c:d])
    return parts


def _replaced(old: list[str], new: list[str]) -> list[Part]:
    return [Part("".join(old), "removed"), Part("".join(new), "added")]
