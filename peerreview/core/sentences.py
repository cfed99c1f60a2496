"""Sentences of a text in Dutch or English, a name for each by its words, and which one an edited sentence was before.

The rule is short and its own: a sentence ends at a full stop, question mark or exclamation mark before a space and a
capital, a figure or a quotation mark, and at the end of a paragraph or of an item of a list; not after an abbreviation,
an initial or the number of a list. (Of the libraries that split sentences the small ones are no longer kept up, and the
kept ones bring a language model for what two dozen abbreviations do here.)
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence

# After these a sentence goes on, even when a capital follows.
ABBREVIATIONS = frozenset(
    """
    aant afb afd art bijl bijv blz bv ca cie dhr dr drs evt excl fig gem hfst hr incl ing inz ir max mevr min mr mrs ms mw
    nl nr nrs o.a o.b.v p pag pp prof resp st tel vgl vs zgn approx dept e.g i.e viz
    """.split()
)
# After these it may end too: it does when a capital follows.
MAY_END = frozenset("a.s a.u.b d.d e.a e.d e.v etc enz i.o jl km l.l m.m n.v.t p.m plm s.v.p u.s".split())
STOP = frozenset(
    """
    aan als bij daar dan dat deze die door een elke enkele geen haar heeft hebben heel hele het hier hoe hun iedere ieder
    kan kunnen maar meer met moet naar niet nog ook onder onze over samen soms staat tegen tot uit van veel voor waar want
    wat weer wel welke wij worden wordt zich zijn zoals zonder zou zouden about after also and are because been but could
    does each every for from had has have into just many more most not only other over some than that the their them then
    there these they this those through very was were what when where which while who will with would
    """.split()
)

_END = re.compile(r"[.!?\u2026]+[\"'\u2019\u201d\u00bb)\]]*(?=\s)")
_NEXT = re.compile(r"\s+[\"'\u2018\u201c\u00ab(\[]*[A-Z\u00c0-\u00de0-9]")
_BREAK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*\u2022\u2013]|\d{1,2}[.)])\s)|(?<=[.!?:;\u2026])\n")
_BEFORE = re.compile(r"(?:[\w.]*\w)?$")
_MARK = re.compile(r"^(?:[-*\u2022\u2013]|\d{1,2}[.)])\s+")
_WORD = re.compile(r"\w+(?:['\u2019-]\w+)*")
ALIKE = 0.5  # from here on a changed sentence is still the same one


def split(text: str | None) -> list[str]:
    """The sentences in reading order, without white space around them and without the mark of a list."""
    found: list[str] = []
    for block in _BREAK.split(text or ""):
        start = 0
        for end in _END.finditer(block):
            if _ends(block, end):
                found.append(block[start : end.end()])
                start = end.end()
        found.append(block[start:])
    return [sentence for one in found if words(sentence := _MARK.sub("", " ".join(one.split())))]


def _ends(block: str, end: re.Match[str]) -> bool:
    if end[0][0] != ".":
        return bool(_NEXT.match(block, end.end()))
    before = _BEFORE.search(block[max(0, end.start() - 30) : end.start()])
    word = before[0] if before else ""
    low = word.casefold()
    if low in MAY_END:
        return bool(_NEXT.match(block, end.end()))
    dotted = "." in low and all(len(part) <= 2 for part in low.split("."))
    initial = len(word) == 1 and word.isalpha() and word.isupper()
    numbered = word.isdigit() and not block[: end.start()].strip()[: -len(word)]
    if low in ABBREVIATIONS or dotted or initial or numbered:
        return False
    return bool(_NEXT.match(block, end.end()))


def words(text: str) -> list[str]:
    """The words of a text, without capitals."""
    return _WORD.findall(text.casefold())


def key_of(sentence: str) -> str:
    """A name for a sentence: 40 hexadecimal figures of its words; capitals, points and spaces do not change it."""
    return hashlib.sha256(" ".join(words(sentence)).encode()).hexdigest()[:40]


def likeness(one: str, other: str) -> float:
    """How much two sentences share, from 0 to 1: twice the words they share by the words of both (Dice)."""
    left, right = Counter(words(one)), Counter(words(other))
    return 2 * (left & right).total() / ((left.total() + right.total()) or 1)


def followed(before: Iterable[str], after: Iterable[str]) -> dict[str, str]:
    """Where each sentence of `before` that is gone went: its key, and the key of the nearest new one that is alike.

    Two that became one both lead to it. A sentence that stands there unchanged, and one that nothing is like, is absent.
    """
    old = {key_of(sentence): sentence for sentence in before}
    new = {key_of(sentence): sentence for sentence in after}
    fresh = [key for key in new if key not in old]
    led: dict[str, str] = {}
    for key, sentence in old.items():
        if key in new or not fresh:
            continue
        near = max(fresh, key=lambda one: _alike(sentence, new[one]))
        if _alike(sentence, new[near]) >= ALIKE:
            led[key] = near
    return led


def _alike(old: str, new: str) -> float:
    """As `likeness`; a sentence that lies whole within another is alike too."""
    left, right = Counter(words(old)), Counter(words(new))
    shared = (left & right).total()
    least = min(left.total(), right.total())
    within = shared / least if least >= 4 else 0.0
    return max(likeness(old, new), within if within > 0.8 else 0.0)


def stems(text: str) -> frozenset[str]:
    """The beginnings of the words that carry meaning: 'vrijwilligers' and 'vrijwilliger' are one."""
    return frozenset(word[:6] for word in words(text) if len(word) >= 4 and word not in STOP)


def nearest(sentence: str, others: Sequence[str]) -> list[int]:
    """Which of the others, by their place, speak about the same as this sentence: two stems at least or a third of it."""
    own = stems(sentence)
    shared = [(len(own & stems(other)), n) for n, other in enumerate(others)]
    return [
        n for count, n in sorted(shared, key=lambda pair: -pair[0]) if count >= 2 or (count and count * 3 >= len(own))
    ]
