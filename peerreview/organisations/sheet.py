"""A file with rows, as people have it: CSV in any usual coding and with any usual separator, or an Excel workbook.

What comes out is a Sheet of plain cells. Nothing is evaluated: a formula is handed on as a Formula, to be refused with
its row. A file that is something else, too large, or packed to burst is refused as a whole (Wrong).
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import openpyxl

from peerreview.organisations.wrong import Wrong
from peerreview.organisations.wrong import mark as _l

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 120 * 1024 * 1024
MAX_PARTS = 500
MAX_COLUMNS = 60
MAX_LINES = 20_000  # looked at, empty ones too
MAX_CELL = 5_000  # characters
OLD_CODINGS = ("cp1252", "mac_roman", "cp850")  # of Windows, of Excel on a Mac, of DOS; the first wins a tie
SEPARATORS = (";", ",", "\t")
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell that holds a formula or an error of the spreadsheet instead of a value."""

    text: str


@dataclass(slots=True)
class Sheet:
    """The rows of a file with their numbers as the reader counts them (from 1), and remarks on reading it."""

    rows: list[tuple[int, list[Any]]]
    of_spreadsheet: bool
    notices: list[Wrong] = field(default_factory=list)


def read_sheet(content: bytes) -> Sheet:
    """The rows in these bytes, empty ones left out. Raises Wrong when they are no CSV or Excel workbook."""
    if not content.strip():
        raise Wrong(_l("This file is empty."))
    if len(content) > MAX_BYTES:
        raise Wrong(_l("This file is larger than %(size)s MB."), size=MAX_BYTES // 1024**2)
    if content.startswith(OLD_EXCEL):
        raise Wrong(_l("This is an old or protected Excel file. Save it as .xlsx without a password, or as CSV."))
    return _workbook(content) if content.startswith(ZIP) else _csv(content)


# --- CSV -------------------------------------------------------------------------------------------------------------


def _csv(content: bytes) -> Sheet:
    text = decoded(content)
    if text.lower().startswith("sep="):  # Excel's own first line
        text = text.partition("\n")[2]
        first = 2
    else:
        first = 1
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows: list[tuple[int, list[Any]]] = []
    try:
        for cells in reader:
            number, first = first, first + 1
            if number > MAX_LINES:
                raise Wrong(_l("This file has more than %(most)s lines."), most=MAX_LINES)
            _add(rows, number, cells)
    except csv.Error:
        raise Wrong(_l("This file cannot be read as CSV from row %(row)s on."), row=first) from None
    return Sheet(rows, of_spreadsheet=False)


def decoded(content: bytes) -> str:
    """The text in these bytes: UTF-8 or UTF-16 with or without a mark, else an older coding. Raises Wrong."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _as(content, "utf-16")
    if content.startswith(b"\xef\xbb\xbf"):
        return _as(content, "utf-8-sig")
    if b"\x00" in content[:4000]:
        # Every second byte empty: UTF-16 without its mark, which some exports write.
        return _as(content, "utf-16-le" if content[1:2] == b"\x00" else "utf-16-be")
    try:
        return _printable(content.decode("utf-8"))
    except UnicodeDecodeError:
        return _as(content, max(OLD_CODINGS, key=lambda coding: _dutch_letters(content, coding)))


def _dutch_letters(content: bytes, coding: str) -> int:
    """How Dutch this text looks in this coding: letters that Dutch names have, less any other sign beyond ASCII."""
    beyond = [c for c in content.decode(coding, "replace") if ord(c) > 127]
    return sum(1 if c in "éèëêïíîóòöôüúûáàäâçñÉËÈÏÖÜ€’‘“”–\u00a0" else -1 for c in beyond)


def _as(content: bytes, encoding: str) -> str:
    try:
        return _printable(content.decode(encoding, "replace" if encoding in OLD_CODINGS else "strict"))
    except UnicodeError:
        raise Wrong(_l("This is not a CSV or Excel file that we can read. Save it as CSV UTF-8 or as .xlsx.")) from None


def _printable(text: str) -> str:
    """Text of a file for people; control characters show that it is another kind of file."""
    strange = sum(not c.isprintable() and not c.isspace() for c in text[:4000])
    if "\x00" in text or strange > 4:
        raise Wrong(_l("This is not a CSV or Excel file that we can read. Save it as CSV UTF-8 or as .xlsx."))
    return text


def _separator(text: str) -> str:
    """The separator that cuts the first lines in most pieces."""
    lines = [line for line in text.splitlines()[:10] if line.strip()]
    return max(SEPARATORS, key=lambda sign: max((line.count(sign) for line in lines), default=0))


# --- Excel -----------------------------------------------------------------------------------------------------------


def _workbook(content: bytes) -> Sheet:
    _refuse_bombs(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
        sheet = sheets[0]
        sheet.reset_dimensions()  # what the file says of its size is often untrue
        rows: list[tuple[int, list[Any]]] = []
        for number, cells in enumerate(sheet.iter_rows(max_row=MAX_LINES + 1, max_col=MAX_COLUMNS), 1):
            _add(rows, number, (_value(cell) for cell in cells))
    except Wrong:
        raise
    except Exception as error:  # openpyxl fails in many ways on a broken workbook
        raise Wrong(_l("This Excel file cannot be read. Save it again as .xlsx, or as CSV.")) from error
    if rows and rows[-1][0] > MAX_LINES:
        raise Wrong(_l("This file has more than %(most)s lines."), most=MAX_LINES)
    notices = [Wrong(_l("Only the first sheet was read: “%(title)s”."), title=sheet.title)] if len(sheets) > 1 else []
    return Sheet(rows, of_spreadsheet=True, notices=notices)


def _refuse_bombs(content: bytes) -> None:
    """A workbook is a zip of XML: refuse what would unpack to far more, or calls in other texts."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if "xl/workbook.xml" not in packed.namelist():
                raise Wrong(_l("This is not a CSV or Excel file that we can read. Save it as CSV UTF-8 or as .xlsx."))
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise Wrong(_l("This Excel file is far too large once unpacked."))
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with packed.open(part) as opened:
                        if b"<!DOCTYPE" in opened.read(2000):
                            raise Wrong(_l("This Excel file cannot be read. Save it again as .xlsx, or as CSV."))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise Wrong(_l("This Excel file cannot be read. Save it again as .xlsx, or as CSV.")) from error


def _value(cell: Any) -> Any:
    value, kind = cell.value, getattr(cell, "data_type", "n")
    if value is None or kind == "s":
        return value
    if kind in ("f", "e") or (isinstance(value, str) and value.startswith("=")):
        return Formula(str(value)[:100])
    if isinstance(value, bool | datetime | date):
        return str(value)
    return value if isinstance(value, int | float) else str(value)


# --- Both ------------------------------------------------------------------------------------------------------------


def _add(rows: list[tuple[int, list[Any]]], number: int, cells: Iterable[Any]) -> None:
    """Keep a row that says something, its texts clean."""
    row = list(_cleaned(cells))
    while row and row[-1] in (None, ""):
        row.pop()
    if row:
        rows.append((number, row[:MAX_COLUMNS]))


def _cleaned(cells: Iterable[Any]) -> Iterator[Any]:
    for cell in cells:
        if isinstance(cell, str):
            text = cell.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")
            yield "".join(c for c in text if c == "\n" or c.isprintable() or c in "\t\u00a0").strip()[:MAX_CELL]
        else:
            yield cell
