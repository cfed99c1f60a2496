"""Whether a Word or Excel file is only that: no programme in it, nothing fetched, and no more once unpacked than it should.

Nothing is unpacked but the small lists in which the file says what it consists of (ECMA-376, Open Packaging).
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_UNPACKED = 250 * 1024 * 1024
MOST_PARTS = 5000
THICKEST = 150  # times as large once unpacked, for what unpacks to more than SMALL
SMALL = 20 * 1024 * 1024
MOST_LIST = 2 * 1024 * 1024  # of one list of types or relationships, unpacked
MAIN_PARTS = {WORD: "word/document.xml", EXCEL: "xl/workbook.xml"}
TYPES = "[Content_Types].xml"
ACTIVE = re.compile(r"vba|macroenabled|activex|oleobject|ms-office\.vbaProject", re.IGNORECASE)
HARMLESS_LINKS = ("/hyperlink",)
# Leads to a network: another scheme than a file on the own disk, or a server's share.
AFAR = re.compile(r"(?i)^\s*(?!file:/*[a-z]:)(?:[a-z][a-z0-9+.-]+:|\\\\|//)")


class Fault(StrEnum):
    """What is wrong with a file."""

    EMPTY = "empty"
    LARGE = "large"
    STRANGE = "strange"  # not one of ours, or not what its name says
    BROKEN = "broken"  # its end is missing, or its parts cannot be read
    SWOLLEN = "swollen"  # unpacks to far more than it should
    ACTIVE = "active"  # carries a programme: macros, controls, embedded objects
    LINKED = "linked"  # fetches something from elsewhere as soon as it is opened
    LOCKED = "locked"  # with a password


class BadFile(Exception):
    """This file may not be kept."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault


def demand(right: bool, fault: Fault) -> None:
    """Raise BadFile with this fault unless it is right."""
    if not right:
        raise BadFile(fault)


def office(media_type: str) -> Callable[[bytes], None]:
    """The check of a file of this type; it raises BadFile."""

    def check(content: bytes) -> None:
        demand(content[:4] != b"\xd0\xcf\x11\xe0", Fault.LOCKED)  # how Office wraps a file with a password
        demand(content.startswith(b"PK\x03\x04"), Fault.STRANGE)
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                _package(package, media_type, len(content))
        except (zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, OSError, EOFError) as error:
            raise BadFile(Fault.BROKEN) from error

    return check


def _package(package: zipfile.ZipFile, media_type: str, size: int) -> None:
    parts = package.infolist()
    names = {part.filename for part in parts}
    whole = sum(part.file_size for part in parts)
    demand({TYPES, MAIN_PARTS[media_type]} <= names, Fault.STRANGE)
    demand(len(parts) <= MOST_PARTS and whole <= MOST_UNPACKED, Fault.SWOLLEN)
    demand(whole <= max(SMALL, THICKEST * size), Fault.SWOLLEN)
    demand(not any(part.flag_bits & 1 for part in parts), Fault.LOCKED)
    demand(not any(name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) for name in names), Fault.BROKEN)
    demand(not any(_is_active(name) for name in names), Fault.ACTIVE)
    demand(not any(ACTIVE.search(kind) for kind in _attributes(package, TYPES, "ContentType")), Fault.ACTIVE)
    for name in sorted(name for name in names if name.lower().endswith(".rels")):
        _relationships(package, name)


def _is_active(name: str) -> bool:
    """A programme or an object by its place; a workbook behind a chart is none."""
    low = name.lower()
    return bool(ACTIVE.search(low)) or ("/embeddings/" in low and not low.endswith((".xlsx", ".docx", "/")))


def _relationships(package: zipfile.ZipFile, name: str) -> None:
    for link in _elements(package, name):
        kind, target = str(link.get("Type") or ""), str(link.get("Target") or "")
        demand(not ACTIVE.search(kind), Fault.ACTIVE)
        fetches = link.get("TargetMode") == "External" and not kind.endswith(HARMLESS_LINKS)
        demand(not (fetches and AFAR.match(target)), Fault.LINKED)


def _attributes(package: zipfile.ZipFile, name: str, attribute: str) -> list[str]:
    return [str(element.get(attribute) or "") for element in _elements(package, name)]


def _elements(package: zipfile.ZipFile, name: str) -> list[Any]:
    """The elements of a list in the package, read without entities, network and more than a list can hold."""
    with package.open(name) as part:  # a part may unpack to more than it says
        content = part.read(MOST_LIST + 1)
    demand(len(content) <= MOST_LIST, Fault.SWOLLEN)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise BadFile(Fault.BROKEN) from error
    demand(not root.getroottree().docinfo.doctype, Fault.BROKEN)
    return list(root.iter("{*}*"))
