"""Which part of an old text belongs to which norm: norms are found by their id (V4, O8) or theme (1.1), in headings, in
the first cells of rows and at the beginning of lines. What belongs to no norm is told, never thrown away in silence.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from peerreview.frameworks.outline import NormView
from peerreview.selfevaluations.old_file import Block, Paragraph, Table

CODE = re.compile(r"(?:norm\s+)?([A-Za-z]{1,3})([ .-]?)0*(\d{1,3})(?=[\s:.)|–—-]|$)", re.IGNORECASE)
THEME = re.compile(r"(?:(?:norm|thema|theme)\s+)?(\d{1,2}\.\d{1,2})\.?(?=[\s:)|–—-]|$)", re.IGNORECASE)
ANOTHER = re.compile(r"(?:en|and|&|,|\+|t/m|/|-|–)\s*(?:[A-Za-z]{1,3}\d{1,3}|\d{1,2}\.\d{1,2})(?![\w.])", re.IGNORECASE)
OWN_RATING = re.compile(r"(?:eigen |own )?(?:oordeel|beoordeling|score|rating|judgement)\s*:\s*(.+)", re.IGNORECASE)
BETWEEN = " \t\n.:)|–—-"
UNKNOWN, SEVERAL, LOOSE = "unknown", "several", "loose"  # why a text has no norm
LONGEST_TITLE = 150
MOST_STRANGE, LONGEST_STRANGE = 100, 2000
RATINGS = {
    "voldoet": "complies", "voldoet volledig": "complies", "complies": "complies",
    "voldoet deels": "partly", "voldoet gedeeltelijk": "partly", "deels": "partly", "partly": "partly",
    "partly complies": "partly", "voldoet nog niet": "not", "voldoet niet": "not", "nog niet": "not",
    "does not comply yet": "not", "does not comply": "not",
}  # fmt: skip


@dataclass(slots=True)
class Piece:
    """What an old text says about one norm."""

    norm_id: int
    text: str = ""
    rating: str | None = None

    def add(self, text: str, *, close: bool) -> None:
        """One more paragraph, or a line right under the last."""
        self.text = f"{self.text}{chr(10) if close else chr(10) * 2}{text}".strip()


@dataclass(frozen=True, slots=True)
class Strange:
    """A text that belongs to no norm, under which heading it stood, and why."""

    where: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Placement:
    """Each norm that was found, in the framework's order, and what belongs to none."""

    pieces: list[Piece]
    strange: list[Strange]


def place(blocks: Iterable[Block], norms: Iterable[NormView]) -> Placement:
    """Divide an old text over these norms."""
    reader = _Reader(list(norms))
    for block in blocks:
        if isinstance(block, Table):
            reader.table(block)
        else:
            reader.paragraph(block)
    return reader.placement()


class _Reader:
    def __init__(self, norms: list[NormView]) -> None:
        self.norms = norms
        self.by_code = {norm.code.upper(): norm for norm in norms}
        self.by_theme = _themes(norms)
        self.letters = {re.sub(r"\d.*", "", norm.code).upper() for norm in norms}
        self.pieces: dict[int, Piece] = {}
        self.strange: dict[tuple[str, str], list[str]] = {}
        self.now: NormView | None = None
        self.level = 0  # of the heading under which we are
        self.where, self.why = "", LOOSE

    def placement(self) -> Placement:
        pieces = [self.pieces[norm.id] for norm in self.norms if norm.id in self.pieces]
        told = [Strange(where, "\n".join(texts)[:LONGEST_STRANGE], why) for (where, why), texts in self.strange.items()]
        return Placement([piece for piece in pieces if piece.text or piece.rating], told[:MOST_STRANGE])

    # --- Which norm ---

    def norm_of(self, text: str, *, sure: bool) -> tuple[NormView | None, str, str]:
        """(norm, what follows its id, why not); `sure` where an id is to be expected, as in headings and first cells."""
        found, norm = CODE.match(text), None
        if found and (sure or (found[1].isupper() and not found[2])):
            norm = self.by_code.get(found[1].upper() + found[3])
        if norm is None and (theme := THEME.match(text)):
            found, norm = theme, self.by_theme.get(theme[1])
        rest = text[found.end() :].lstrip(BETWEEN) if found else text
        if found is None:
            return None, text, ""
        if sure and ANOTHER.match(text[found.end() :].lstrip(" ")):
            return None, text, SEVERAL
        if norm is None:
            like_ours = found.re is THEME or found[1].upper() in self.letters
            return None, text, UNKNOWN if sure and like_ours else ""
        if not sure and found.re is THEME and rest and _without(rest, norm) == rest:
            return None, text, ""  # "2.2 full-time jobs" is no theme
        return norm, _without(rest, norm), ""

    def begin(self, norm: NormView | None, where: str, why: str, level: int) -> None:
        self.now, self.where, self.why, self.level = norm, where, why, level
        if norm:
            self.pieces.setdefault(norm.id, Piece(norm.id))

    # --- What is said of it ---

    def say(self, text: str, *, close: bool = False) -> None:
        text = text.strip()
        if not text:
            return
        if self.now is None:
            self.strange.setdefault((self.where, self.why), []).append(text)
        elif not _repeats(text, self.now):
            piece = self.pieces[self.now.id]
            told = OWN_RATING.fullmatch(text)
            if told and (rating := RATINGS.get(_plain(told[1]))):
                piece.rating = rating
            else:
                piece.add(text, close=close)

    def paragraph(self, paragraph: Paragraph) -> None:
        heading = paragraph.level > 0
        norm, rest, why = self.norm_of(paragraph.text, sure=heading)
        if norm:
            self.begin(norm, paragraph.text[:200], "", paragraph.level or self.level)
            self.say(rest if not heading or len(rest) > LONGEST_TITLE else "")  # a title may have had other words
        elif heading and (why or self.now is None or paragraph.level <= self.level):
            self.begin(None, paragraph.text[:200], why or LOOSE, paragraph.level)
        else:
            self.say(paragraph.text, close=paragraph.close)

    def table(self, table: Table) -> None:
        found = [self._row(row) for row in table.rows]
        first = next((n for n, (norm, _, why) in enumerate(found) if norm or why), None)
        if table.name:  # a sheet begins anew
            self.begin(None, table.name[:200], LOOSE, 0)
        heads = table.rows[first - 1] if first and all(len(cell) < 60 for cell in table.rows[first - 1]) else ()
        for n, (row, (norm, at, why)) in enumerate(zip(table.rows, found, strict=True)):
            if first is not None and n < first:
                if row is not heads and (text := _joined(row)):
                    self.strange.setdefault((table.name or self.where, LOOSE), []).append(text)
                continue
            if norm or why:
                self.begin(norm, f"{table.name} {row[at]}".strip()[:200], why, 9)
                self._cells(row, at, heads)
            else:
                self.say(_joined(row))

    def _row(self, row: tuple[str, ...]) -> tuple[NormView | None, int, str]:
        """(norm, in which cell its id stands, why not). After the first cell the id must stand alone."""
        for at, cell in enumerate(row[:3]):
            norm, rest, why = self.norm_of(cell, sure=True)
            if at == 0 and (norm or why):
                return norm, at, why
            if norm and not rest.strip():
                return norm, at, ""
        return None, 0, ""

    def _cells(self, row: tuple[str, ...], at: int, heads: tuple[str, ...]) -> None:
        if self.now is None:
            return self.say(_joined(row))
        told = 0
        for n, cell in enumerate((self.norm_of(row[at], sure=True)[1], *row[at + 1 :]), at):
            if not cell or _repeats(cell, self.now):
                continue
            if rating := RATINGS.get(_plain(cell)):
                self.pieces[self.now.id].rating = rating
                continue
            head = heads[n] if n < len(heads) else ""
            self.say(f"{head}: {cell}" if told and head else cell)
            told += 1
        return None


def _themes(norms: list[NormView]) -> dict[str, NormView]:
    """The norms by their theme, where no other has the same."""
    codes = [norm.theme_code for norm in norms]
    return {norm.theme_code: norm for norm in norms if norm.theme_code and codes.count(norm.theme_code) == 1}


def _own_words(norm: NormView) -> Iterable[Mapping[str, str]]:
    return norm.title, norm.statement, norm.explanation


def _repeats(text: str, norm: NormView) -> bool:
    """Whether the text only repeats what the framework says."""
    said = _plain(text)
    return any(said == _plain(words) for texts in _own_words(norm) for words in texts.values())


def _without(text: str, norm: NormView) -> str:
    """The text without the norm's own title and statement at its beginning."""
    for texts in (norm.title, norm.statement):
        for words in texts.values():
            if words and text.casefold().startswith(words.casefold()):
                text = text[len(words) :].lstrip(BETWEEN)
    return text


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", text.casefold()).split())


def _joined(row: tuple[str, ...]) -> str:
    cells = list(dict.fromkeys(cell for cell in row if cell))
    return ": ".join(cells) if len(cells) == 2 else " | ".join(cells)
