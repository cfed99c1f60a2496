"""Opening a Word file that somebody brings, and refusing what is none, is too large, or can do something by itself.

Nothing is unpacked to disk, only three parts are read, each to a limit, and XML that brings its own entities is refused.
"""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 60 * 1024 * 1024
MOST_TEXT = 30 * 1024 * 1024
MOST_PARTS = 2000
OLD_WORD = b"\xd0\xcf\x11\xe0"  # also what Word makes of a file with a password
DOCUMENT, STYLES, PROPERTIES = "word/document.xml", "word/styles.xml", "docProps/core.xml"


class Fault(StrEnum):
    """Why a file is not read."""

    TOO_LARGE = "too_large"
    OLD = "old"
    OPEN_DOCUMENT = "open_document"
    MACROS = "macros"
    NOT_WORD = "not_word"
    BROKEN = "broken"
    NO_MARK = "no_mark"
    OTHER_REVIEW = "other_review"


class Unreadable(Exception):
    """This file is not one that we read; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Parts:
    """The XML of a Word file: its text, its styles and its properties (None where it has none)."""

    document: Any
    styles: Any
    properties: Any


def opened(content: bytes) -> Parts:
    """The parts of this Word file. Raises Unreadable."""
    if len(content) > MOST_BYTES:
        raise Unreadable(Fault.TOO_LARGE)
    if content.startswith(OLD_WORD):
        raise Unreadable(Fault.OLD)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = _checked(package)
            parts = {name: _read(package, name) if name in names else None for name in (DOCUMENT, STYLES, PROPERTIES)}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise Unreadable(Fault.NOT_WORD) from error
    except Exception as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(Fault.BROKEN) from error  # zlib has an error of its own for a stream that breaks off
    return Parts(parts[DOCUMENT], parts[STYLES], parts[PROPERTIES])


def _checked(package: zipfile.ZipFile) -> set[str]:
    infos = package.infolist()
    names = {info.filename for info in infos}
    if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_UNPACKED:
        raise Unreadable(Fault.TOO_LARGE)
    if "mimetype" in names and "content.xml" in names:
        raise Unreadable(Fault.OPEN_DOCUMENT)
    if DOCUMENT not in names or "[Content_Types].xml" not in names:
        raise Unreadable(Fault.NOT_WORD)
    if any("vbaproject" in name.lower() for name in names) or b"macroEnabled" in _bytes(package, "[Content_Types].xml"):
        raise Unreadable(Fault.MACROS)
    return names


def _bytes(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as part:  # a part may unpack to more than it says
        content = part.read(MOST_TEXT + 1)
    if len(content) > MOST_TEXT:
        raise Unreadable(Fault.TOO_LARGE)
    return content


def _read(package: zipfile.ZipFile, name: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(_bytes(package, name), parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(Fault.BROKEN) from error
    if root.getroottree().docinfo.doctype:
        raise Unreadable(Fault.BROKEN)
    return root


def local(element: Any) -> str:
    """The name of an element without its namespace: there are two of them for Word, and no element here is in doubt."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def attribute(element: Any, name: str) -> str:
    """The value of an attribute, whatever its namespace."""
    attributes: Mapping[Any, Any] = element.attrib
    return next((str(value) for key, value in attributes.items() if etree.QName(key).localname == name), "")
