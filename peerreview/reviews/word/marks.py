"""By what a Word file of a report is read back: bookmarks, labels in both languages, and the mark of the file.

Word and LibreOffice keep bookmarks, but a writer can delete one unseen. So whatever a bookmark says, visible words say
too: the code of the norm in its heading, and the label above each text. The mark tells of which review the file is, and
which version of each finding stood in it. It stands in the properties of the file and, for who lost these, in its last
line.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from peerreview.core.documents import clean

# What may be changed in Word, in its order there. `rating` is a word of the framework; the rest is text.
FIELDS = ("rating", "not_assessed_reason", "story", "strength", "improvement", "diverging_opinion")
SUMMARY = "summary"
# The labels are read back whatever language their reader speaks, so they are no messages of the interface.
LABELS: Mapping[str, Mapping[str, str]] = {
    "rating": {"nl": "Oordeel", "en": "Rating"},
    "not_assessed_reason": {"nl": "Waarom niet beoordeeld", "en": "Why not assessed"},
    "story": {"nl": "Verhaal", "en": "Story"},
    "strength": {"nl": "Sterk", "en": "Strong"},
    "improvement": {"nl": "Om te verbeteren", "en": "To improve"},
    "diverging_opinion": {"nl": "Afwijkende mening", "en": "Diverging opinion"},
    SUMMARY: {"nl": "Samenvatting", "en": "Summary"},
}
FIXED = "Alleen lezen"  # the style of what stands there to be read only
SHORT = {name: name.split("_")[0] for name in (*FIELDS, SUMMARY)}
STAMP = re.compile(r"\bR(\d{1,9})\.(\d{1,9})/((?:\d{1,9}\.)*\d{0,9})-([0-9a-f]{6})\b")


def mark_of(code: str) -> str:
    """The bookmark of the heading of a norm: letters, figures and underscores, as Word wants them."""
    return "pr_" + re.sub(r"[^A-Za-z0-9]", lambda found: f"_{ord(found[0]):x}_", code)


def mark_of_field(code: str, field: str, text: str) -> str:
    """The bookmark of a text, with a hash of what it reads now, so that later one sees who changed it."""
    return f"{mark_of(code) if code else 'pr'}_{SHORT[field]}_{hash_of(text)}"


def hash_of(text: str) -> str:
    return hashlib.sha256(plain(text).encode()).hexdigest()[:8]


def plain(text: str | None) -> str:
    """A text as it comes back from Word when nobody changed it: paragraphs and lines, without the white space around."""
    lines = [line.strip() for line in clean((text or "").replace("\N{NO-BREAK SPACE}", " ")).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


@dataclass(frozen=True, slots=True)
class Stamp:
    """Of which review a file is, and the versions that stood in it: of the review, and of each finding in norm order."""

    review_id: int
    version: int
    versions: tuple[int, ...]

    def __str__(self) -> str:
        head = f"R{self.review_id}.{self.version}/{'.'.join(map(str, self.versions))}"
        return f"{head}-{_proof(head)}"


def _proof(head: str) -> str:
    return hashlib.sha256(head.encode()).hexdigest()[:6]


def stamp_in(texts: Sequence[str]) -> Stamp | None:
    """The mark of the file in the first of these texts that holds a whole one."""
    for text in texts:
        for found in STAMP.finditer(text):
            head, _dash, proof = found[0].rpartition("-")
            if proof == _proof(head):
                return Stamp(int(found[1]), int(found[2]), tuple(int(one) for one in found[3].split(".") if one))
    return None
