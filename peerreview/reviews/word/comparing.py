"""What a Word file that came back would change: text by text, with what stands there now and whether a colleague was
here meanwhile."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from peerreview.core.redline import Part, redline
from peerreview.reviews.lifecycle import Rating
from peerreview.reviews.word.marks import FIELDS, SUMMARY, hash_of, plain
from peerreview.reviews.word.reading import LONGEST, Returned


@dataclass(frozen=True, slots=True)
class Change:
    """One text that differs. `code` is '' for the summary; `value` is what would be kept, for a rating its code.

    `version` is that of the finding (or review) as it stands now; `clash`: a colleague changed this text after the file was
    made, so that one of both must give way.
    """

    code: str
    field: str
    before: str
    value: str
    version: int
    clash: bool

    @property
    def name(self) -> str:
        return f"{self.code}:{self.field}"

    @property
    def parts(self) -> list[Part]:
        """Both texts as a redline."""
        return redline(self.before, self.value)


@dataclass(frozen=True, slots=True)
class Odd:
    """Something in the file that cannot be taken: 'rating' (no word of the scale) or 'long'."""

    code: str
    kind: str
    text: str


def changes(
    returned: Returned,
    findings: Mapping[str, Any],
    *,
    summary: str,
    summary_version: int,
    versions: Mapping[str, int],
    ratings: Mapping[str, Rating],
) -> tuple[list[Change], list[Odd]]:
    """What the file would change, in the order of `findings` (by code, as they stand now), and what cannot be taken.

    `versions` are those that stood in the file, `ratings` every word for a rating, in small letters.
    """
    made: list[Change] = []
    odd: list[Odd] = []
    if returned.summary is not None:
        stale = summary_version != returned.stamp.version
        made += _change(returned, "", SUMMARY, summary, returned.summary, summary_version, stale, odd)
    for code, row in findings.items():
        texts = returned.findings.get(code, {})
        stale = row.version != versions.get(code)
        for name in (name for name in FIELDS if name in texts):
            if name == "rating":
                made += _rating(returned, code, row, stale, ratings, odd)
            else:
                made += _change(returned, code, name, getattr(row, name), texts[name], row.version, stale, odd)
    return made, odd


def _change(
    returned: Returned, code: str, name: str, now: str, text: str, version: int, stale: bool, odd: list[Odd]
) -> Iterable[Change]:
    base = returned.hashes.get((code, name))
    if plain(text) == plain(now) or (base and hash_of(text) == base):
        return ()  # nothing was written in Word; what a colleague wrote meanwhile stays
    if len(text) > LONGEST:
        odd.append(Odd(code, "long", text))
        return ()
    clash = stale and (base is None or hash_of(now) != base)
    return (Change(code, name, now, text, version, clash),)


def _rating(
    returned: Returned, code: str, row: Any, stale: bool, ratings: Mapping[str, Rating], odd: list[Odd]
) -> Iterable[Change]:
    text = returned.findings[code]["rating"]
    word = " ".join(text.split()).casefold().rstrip(".")
    if not word or hash_of(text) == returned.hashes.get((code, "rating")):
        return ()
    if word not in ratings:
        odd.append(Odd(code, "rating", text))
        return ()
    now = row.rating.value if row.rating else ""
    return () if ratings[word] == now else (Change(code, "rating", now, ratings[word].value, row.version, stale),)
