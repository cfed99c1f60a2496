"""A list as a file for a spreadsheet: CSV that Excel reads (UTF-8 with a mark, semicolons) and XLSX.

What people typed is never a formula: a text that starts like one gets an apostrophe before it.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(value: Any) -> Any:
    """The value of a cell; a text that a spreadsheet would run as a formula gets an apostrophe before it."""
    if isinstance(value, str):
        text = "".join(c for c in value if c in "\n\t" or c.isprintable())
        return "'" + text if text.startswith(FORMULA) else text
    return value


def csv_file(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """The list as CSV; days as 2027-03-01."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([safe(str(head)) for head in heads])
    for row in rows:
        writer.writerow([value.isoformat() if isinstance(value, date) else safe(value) for value in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def xlsx_file(title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """The list as a workbook of one sheet, its heads bold and in sight while scrolling."""
    book = Workbook(write_only=False)
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a workbook that is not write-only has one; for the type checker
    sheet.title = "".join(c for c in title if c not in r"[]:*?/\\")[:31] or "1"
    sheet.append([safe(str(head)) for head in heads])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append([value.replace(tzinfo=None) if isinstance(value, datetime) else safe(value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
