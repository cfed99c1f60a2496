"""What stands in a Word file of a report, norm by norm and text by text, also after Word or LibreOffice saved it anew.

Words that were struck with "track changes" are gone, inserted ones are there. What stands where no text belongs is told,
never taken and never lost in silence.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from peerreview.reviews.word.marks import FIELDS, FIXED, LABELS, SHORT, SUMMARY, Stamp, mark_of, plain, stamp_in
from peerreview.reviews.word.package import Fault, Parts, Unreadable, attribute, local, opened

HEADING = re.compile(r"^(?:heading|kop) ?(\d)$", re.IGNORECASE)
GONE = {"del", "moveFrom", "pPr", "rPr", "txbxContent", "Fallback", "p", "sectPr", "instrText"}
LONGEST = 20_000
_FIELD = {short: name for name, short in SHORT.items()}
_LABEL = {word.casefold(): name for name, words in LABELS.items() for word in words.values()}


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the file: its words, its bookmarks, its level as a heading (0: none)."""

    text: str
    marks: tuple[str, ...] = ()
    level: int = 0
    listed: bool = False
    fixed: bool = False


@dataclass
class Returned:
    """What came back. Texts by norm and field; a field that is not there was not in the file.

    `hashes` tell how a text read when the file was made, where that is known. `missing` and `doubled` are codes of norms,
    `strays` texts that stood at no field, each with the code of the norm near which it stood.
    """

    stamp: Stamp
    summary: str | None = None
    findings: dict[str, dict[str, str]] = field(default_factory=dict)
    hashes: dict[tuple[str, str], str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    strays: list[tuple[str, str]] = field(default_factory=list)


def read_word(
    content: bytes,
    *,
    codes: Collection[str],
    chapters: Collection[str],
    after: Collection[str],
    fixed: Collection[str],
) -> Returned:
    """What this file says about the norms with these codes. `chapters` are the headings of chapters, `after` those below
    which all is to be read only, `fixed` texts of that kind among the findings. Raises Unreadable."""
    parts = opened(content)
    paragraphs = list(_paragraphs(parts))
    stamp = stamp_in([*_properties(parts), *(one.text for one in reversed(paragraphs))])
    if stamp is None:
        raise Unreadable(Fault.NO_MARK)
    reader = _Reader(Returned(stamp), codes, chapters, after, fixed)
    for paragraph in paragraphs:
        reader.take(paragraph)
    return reader.result()


class _Reader:
    """Goes through the paragraphs once and knows at which norm and which text it is."""

    def __init__(
        self,
        found: Returned,
        codes: Collection[str],
        chapters: Collection[str],
        after: Collection[str],
        fixed: Collection[str],
    ) -> None:
        self.found, self.codes = found, codes
        self.marks = {mark_of(code): code for code in codes}
        self.chapters, self.after = {_same(text) for text in chapters}, {_same(text) for text in after}
        self.over = False  # below the findings, where nothing is read
        self.fixed = {_same(text) for text in fixed}
        self.code, self.field = "", ""  # where we are; "" for the whole report, "" for no text
        self.seen: dict[str, int] = {}
        self.texts: dict[tuple[str, str], list[Paragraph]] = {}

    def take(self, one: Paragraph) -> None:
        if code := self._norm(one):
            self.seen[code] = self.seen.get(code, 0) + 1
            self.code, self.field, self.over = code, "", False
        elif _same(one.text) in self.after:
            self.code, self.field, self.over = "", "", True
        elif self.over:
            return
        elif name := self._label(one):
            if name == SUMMARY:
                self.code = ""
            self.field = name if name == SUMMARY or self.code else ""
            if self.field:
                self.texts.setdefault((self.code, self.field), [])
                if _LABEL.get(_same(one.text)) != name and one.text.strip():
                    self._add(one)  # the label was typed away, and the text stands at its bookmark
        elif _same(one.text) in self.chapters:
            self.code, self.field = "", ""
        elif one.level == 1:
            self.code, self.field = "", ""
            if one.text.strip():
                self.found.strays.append(("", one.text.strip()))
        elif one.text.strip() and not (one.fixed or _same(one.text) in self.fixed or stamp_in([one.text])):
            self._add(one)

    def _add(self, one: Paragraph) -> None:
        if self.field:
            self.texts[self.code, self.field].append(one)
        elif self.code or self.seen:
            self.found.strays.append((self.code, one.text.strip()))

    def _norm(self, one: Paragraph) -> str:
        """The norm whose heading this is: by its visible code, else by its bookmark."""
        words = one.text.split()
        if one.level and words and words[0].rstrip(".:") in self.codes:
            return words[0].rstrip(".:")
        return next((self.marks[mark] for mark in one.marks if mark in self.marks), "")

    def _label(self, one: Paragraph) -> str:
        """The text that begins here: by its bookmark when that is of this norm, else by its label."""
        for mark in one.marks:
            head, _underscore, proof = mark.rpartition("_")
            owner, _underscore, short = head.rpartition("_")
            if short in _FIELD and (owner == "pr" or self.marks.get(owner) == self.code):
                self.found.hashes[self.code if owner != "pr" else "", _FIELD[short]] = proof
                return _FIELD[short]
        name = _LABEL.get(_same(one.text).rstrip(":"), "")
        return name if name != SUMMARY or one.level else ""

    def result(self) -> Returned:
        found = self.found
        found.doubled = [code for code in self.codes if self.seen.get(code, 0) > 1]
        found.missing = [code for code in self.codes if not self.seen.get(code)]
        for (code, name), paragraphs in self.texts.items():
            text = joined(paragraphs)
            if not code:
                found.summary = text
            elif code not in found.doubled and name in FIELDS:
                found.findings.setdefault(code, {})[name] = text
        return found


def joined(paragraphs: list[Paragraph]) -> str:
    """Paragraphs with a blank line between them; the items of a list line by line."""
    text, before = "", None
    for one in paragraphs:
        words = plain(("- " if one.listed else "") + one.text)
        if words:
            text += ("" if before is None else "\n" if before.listed and one.listed else "\n\n") + words
            before = one
    return text


def _same(text: str) -> str:
    """To compare: without capitals and white space."""
    return " ".join(text.split()).casefold()


# --- The XML ----------------------------------------------------------------------------------------------------------


def _properties(parts: Parts) -> list[str]:
    return [] if parts.properties is None else [" ".join(parts.properties.itertext())]


def _paragraphs(parts: Parts) -> Iterator[Paragraph]:
    """Every paragraph in the order of reading, also in tables and content controls, but not in text boxes."""
    levels, fixed = _styles(parts.styles)
    waiting: list[str] = []  # bookmarks that stand before the paragraph they are of
    begun = ""  # of a paragraph whose end was struck: it goes on in the next one
    for element in _walk(parts.document):
        if local(element) == "bookmarkStart":
            waiting.append(attribute(element, "name"))
            continue
        text = begun + "".join(_words(element))
        begun = ""
        properties = next((child for child in element if local(child) == "pPr"), None)
        marks = tuple(waiting) + tuple(attribute(e, "name") for e in element.iter() if local(e) == "bookmarkStart")
        if properties is not None and _ends_struck(properties):
            begun, waiting = text, list(marks)
            continue
        waiting = []
        style, level, listed = _shape(properties)
        yield Paragraph(text, marks, level or levels.get(style, 0), listed, style in fixed)
    if begun:
        yield Paragraph(begun, tuple(waiting))


def _walk(element: Any) -> Iterator[Any]:
    """Paragraphs, and bookmarks outside them."""
    for child in element:
        name = local(child)
        if name in ("p", "bookmarkStart"):
            yield child
        elif name not in ("del", "moveFrom", "Fallback", "txbxContent", "sectPr"):
            yield from _walk(child)


def _words(element: Any) -> Iterator[str]:
    for child in element:
        name = local(child)
        if name == "t":
            yield child.text or ""
        elif name == "tab":
            yield "\t"
        elif name in ("br", "cr"):
            yield "" if attribute(child, "type") in ("page", "column") else "\n"
        elif name == "noBreakHyphen":
            yield "-"
        elif name and name not in GONE:
            yield from _words(child)


def _ends_struck(properties: Any) -> bool:
    """Whether the end of this paragraph was struck with track changes."""
    return any(local(mark) == "del" for run in properties if local(run) == "rPr" for mark in run)


def _shape(properties: Any) -> tuple[str, int, bool]:
    """(style, level as a heading that it has of itself, whether it is an item of a list)"""
    style, level, listed = "", 0, False
    for child in properties if properties is not None else ():
        name = local(child)
        if name == "pStyle":
            style = attribute(child, "val")
        elif name == "outlineLvl" and attribute(child, "val").isdigit():
            level = _level(attribute(child, "val"))
        elif name == "numPr":
            ids = [attribute(one, "val") for one in child if local(one) == "numId"]
            listed = bool(ids) and ids[0] != "0"
    return style, level, listed


def _level(outline: str) -> int:
    """Word counts the levels of an outline from 0, and 9 is plain text."""
    return int(outline) + 1 if int(outline) < 9 else 0


def _styles(root: Any) -> tuple[Mapping[str, int], set[str]]:
    """The level of each style that is a heading, and the styles of what is read only; both by the id of the style."""
    names: dict[str, str] = {}
    levels: dict[str, int] = {}
    based: dict[str, str] = {}
    for style in root if root is not None else ():
        if local(style) != "style":
            continue
        id = attribute(style, "styleId")
        for child in style.iter():
            kind, value = local(child), attribute(child, "val") if isinstance(child.tag, str) else ""
            if kind == "name":
                names[id] = value
                if found := HEADING.match(value):
                    levels[id] = int(found[1])
            elif kind == "basedOn":
                based[id] = value
            elif kind == "outlineLvl" and value.isdigit():
                levels.setdefault(id, _level(value))
    for id, parent in based.items():
        if id not in levels and levels.get(parent):
            levels[id] = levels[parent]
    return levels, {id for id, name in names.items() if name == FIXED}
