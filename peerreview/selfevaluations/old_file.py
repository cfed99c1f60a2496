"""The paragraphs and tables of an old text: a Word document, an Excel workbook, CSV or plain text.

Nothing in it is evaluated or fetched. A file that is something else, broken, or packed to burst is refused as a whole.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import openpyxl
from docx import Document
from docx.oxml.ns import qn

from peerreview.organisations.sheet import decoded
from peerreview.organisations.wrong import Wrong

EMPTY, KIND, BROKEN, LARGE, OLD = "empty", "kind", "broken", "large", "old"
MOST_BYTES = 25 * 1024 * 1024
MOST_UNPACKED = 120 * 1024 * 1024
MOST_PARTS = 3000
MOST_LINES = 20_000
MOST_COLUMNS = 30
OLD_OFFICE, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
HEADING = re.compile(r"(?:heading|kop|überschrift) ?(\d)", re.IGNORECASE)

LISTED = re.compile(r"(?:list|lijst) (?:bullet|number|opsom|nummer)", re.IGNORECASE)


class Unreadable(ValueError):
    """Why a file cannot be read: one of EMPTY, KIND, BROKEN, LARGE, OLD."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `level` is 1 for the highest heading, 0 for running text. `close`: a line right under the last one."""

    text: str
    level: int = 0
    close: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a table or sheet, each with its cells; `name` is the sheet's."""

    rows: tuple[tuple[str, ...], ...]
    name: str = ""


Block = Paragraph | Table


def read_old_file(content: bytes, file_name: str) -> list[Block]:
    """What stands in this file, in its order. Raises Unreadable."""
    if not content.strip():
        raise Unreadable(EMPTY)
    if len(content) > MOST_BYTES:
        raise Unreadable(LARGE)
    if content.startswith(OLD_OFFICE):
        raise Unreadable(OLD)
    ending = file_name.rsplit(".", 1)[-1].lower()
    if ending in ("docx", "xlsx") and content.startswith(ZIP):
        return _packed(content, ending)
    if ending == "csv":
        return [Table(tuple(_rows(_text(content))))]
    if ending == "txt":
        return _lines(_text(content))
    raise Unreadable(BROKEN if ending in ("docx", "xlsx") else KIND)


def _packed(content: bytes, ending: str) -> list[Block]:
    _refuse_bombs(content, "word/document.xml" if ending == "docx" else "xl/workbook.xml")
    try:
        return list(_word(content) if ending == "docx" else _excel(content))
    except Unreadable:
        raise
    except Exception as error:  # both libraries fail in many ways on a broken file
        raise Unreadable(BROKEN) from error


def _refuse_bombs(content: bytes, main: str) -> None:
    """Refuse what would unpack to far more, or calls in other texts; nothing is unpacked for it but the beginnings."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if main not in packed.namelist():
                raise Unreadable(KIND)
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Unreadable(LARGE)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with packed.open(part) as opened:
                        if b"<!DOCTYPE" in opened.read(2000):
                            raise Unreadable(BROKEN)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise Unreadable(BROKEN) from error


# --- Text ------------------------------------------------------------------------------------------------------------


def _text(content: bytes) -> str:
    try:
        return decoded(content)
    except Wrong as wrong:
        raise Unreadable(KIND) from wrong


def _lines(text: str) -> list[Block]:
    lines = [_clean(line) for line in text.splitlines()]
    if len(lines) > MOST_LINES:
        raise Unreadable(LARGE)
    above = ["", *lines]
    return [Paragraph(line, close=bool(above[n])) for n, line in enumerate(lines) if line]


def _rows(text: str) -> Iterator[tuple[str, ...]]:
    if text.lower().startswith("sep="):  # Excel's own first line
        text = text.partition("\n")[2]
    first = [line for line in text.splitlines()[:10] if line.strip()]
    separator = max(";,\t", key=lambda sign: max((line.count(sign) for line in first), default=0))
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator)):
            if number >= MOST_LINES:
                raise Unreadable(LARGE)
            yield tuple(map(_clean, row[:MOST_COLUMNS]))
    except csv.Error as error:
        raise Unreadable(BROKEN) from error


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "").replace("\u00a0", " ")
    return "".join(c for c in text if c in "\n\t" or c.isprintable()).strip()


# --- Excel -----------------------------------------------------------------------------------------------------------


def _excel(content: bytes) -> Iterator[Block]:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        sheet.reset_dimensions()  # what the file says of its size is often untrue
        rows: list[tuple[str, ...]] = []
        for number, row in enumerate(sheet.iter_rows(max_row=MOST_LINES + 1, max_col=MOST_COLUMNS, values_only=True)):
            if number >= MOST_LINES:
                raise Unreadable(LARGE)
            rows.append(tuple("" if value is None else _clean(_number(value)) for value in row))
        yield Table(tuple(rows), sheet.title)


def _number(value: Any) -> str:
    """A cell as its reader sees it: the theme 1.1 may be kept as a number, and 2 as 2.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


# --- Word ------------------------------------------------------------------------------------------------------------

P, TBL, SDT, ROW, CELL, PPR = (qn(f"w:{name}") for name in ("p", "tbl", "sdt", "tr", "tc", "pPr"))
T, TAB, BR, CR, NUM, CONTENT = (qn(f"w:{name}") for name in ("t", "tab", "br", "cr", "numPr", "sdtContent"))
SPARE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # the same words for older readers
NESTED = (SDT, CONTENT, qn("w:ins"), qn("w:smartTag"), qn("w:customXml"))


def _word(content: bytes) -> Iterator[Block]:
    document = Document(io.BytesIO(content))
    levels = {style.style_id: _level(style.name or "") for style in document.styles}
    lists = {style.style_id for style in document.styles if LISTED.match(style.name or "")}
    listed = False
    for number, element in enumerate(_parts(document.element.body, P, TBL)):
        if number >= MOST_LINES:
            raise Unreadable(LARGE)
        if element.tag == TBL:
            yield Table(tuple(tuple(_clean(_words(c)) for c in _parts(row, CELL)) for row in _parts(element, ROW)))
        elif text := _clean(_words(element)):
            level = levels.get(_style(element), 0)
            item = not level and (_in_list(element) or _style(element) in lists)
            yield Paragraph(f"- {text}" if item else text, level, close=item and listed)
            listed = item


def _parts(parent: Any, *tags: str) -> Iterator[Any]:
    """The children of these kinds, also those in a content control."""
    for child in parent.iterchildren():
        if child.tag in tags:
            yield child
        elif child.tag in NESTED:
            yield from _parts(child, *tags)


def _level(name: str) -> int:
    found = HEADING.match(name)
    return int(found[1]) if found else 0


def _style(paragraph: Any) -> str:
    style = paragraph.find(f"{PPR}/{qn('w:pStyle')}")
    return style.get(qn("w:val"), "") if style is not None else ""


def _in_list(paragraph: Any) -> bool:
    return paragraph.find(f"{PPR}/{NUM}") is not None


def _words(element: Any) -> str:
    """The words of a paragraph or cell as they stand now; what was struck as a tracked change is gone."""
    parts: list[str] = []
    _gather(element, parts)
    return "".join(parts)


def _gather(element: Any, parts: list[str]) -> None:
    for child in element.iterchildren():
        if child.tag == T:
            parts.append(child.text or "")
        elif child.tag in (BR, CR):
            parts.append("\n")
        elif child.tag == TAB:
            parts.append("\t")
        elif child.tag not in (SPARE, PPR):
            _gather(child, parts)
            if child.tag == P:
                parts.append("\n")
