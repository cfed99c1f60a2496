"""Find norms by a word: in their code, title, statement, explanation, indicators, questions and examples."""

from collections.abc import Iterator
from dataclasses import dataclass

from peerreview.core.i18n import sort_key
from peerreview.frameworks.outline import NormView

SHORTEST, LONGEST = 2, 100
AROUND = 70  # characters shown at either side of what was found


@dataclass(frozen=True, slots=True)
class Found:
    """A norm in which every word stands, with the first sentence in which one does."""

    norm: NormView
    excerpt: str


def find(norms: tuple[NormView, ...], text: str, language: str) -> list[Found]:
    """The norms in which every word of `text` stands, whatever the capitals and accents; first where a title has it."""
    words = sort_key(text[:LONGEST]).split()
    if not words or max(map(len, words)) < SHORTEST:
        return []
    found = []
    for norm in norms:
        lines = list(_lines(norm, language))
        keys = [sort_key(line) for line in lines]
        if all(any(word in key for key in keys) for word in words):
            place = next(n for n, key in enumerate(keys) if any(word in key for word in words))
            shown = lines[2] if place < 2 else lines[place]
            found.append((place >= 2, Found(norm, _around(shown, words))))
    return [one for _later, one in sorted(found, key=lambda pair: pair[0])]


def _lines(norm: NormView, language: str) -> Iterator[str]:
    """The texts of a norm in this language, code and title first."""
    yield norm.code
    yield norm.title.get(language) or norm.title.get("nl", "")
    yield norm.statement.get(language) or norm.statement.get("nl", "")
    yield norm.explanation.get(language, "")
    yield from (text.get(language, "") for text in norm.indicators.values())
    yield from norm.questions.get(language, ())
    yield from norm.evidence_examples.get(language, ())


def _around(line: str, words: list[str]) -> str:
    """The part of the line around the first word that was found."""
    plain = line.casefold()
    at = min((plain.find(word) for word in words if word in plain), default=0)
    start, end = max(0, at - AROUND), min(len(line), at + AROUND)
    start = 0 if start < AROUND // 2 else line.rfind(" ", 0, start) + 1
    end = len(line) if len(line) - end < AROUND else (line.find(" ", end) if line.find(" ", end) > 0 else len(line))
    return ("… " if start else "") + line[start:end] + (" …" if end < len(line) else "")
