"""What a file that somebody brings really is, by its content and never by its name alone; and a name that is safe.

Accepted: PDF, PNG, JPEG, Word and Excel without macros, plain text and CSV. The signatures are those of the formats'
own specifications (ISO 32000, RFC 2083, ISO 10918, ECMA-376). Nothing is unpacked but the small lists in which a Word
or Excel file says what it consists of. Files go out again by `core.attachments`, never to be shown on a page of ours.
"""

import io
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from lxml import etree  # type: ignore[import-untyped]

from peerreview.core.errors import Invalid

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT = "text/plain"
CSV = "text/csv"

MOST_BYTES = 25 * 1024 * 1024
MOST_UNPACKED = 250 * 1024 * 1024
MOST_PARTS = 5000
THICKEST = 150  # times as large once unpacked, for what unpacks to more than SMALL
SMALL = 20 * 1024 * 1024
MOST_LIST = 2 * 1024 * 1024  # of one list of types or relationships, unpacked
MOST_PIECES = 50_000  # that an image may consist of
LONGEST_NAME = 150
ENDINGS = {
    "pdf": PDF, "png": PNG, "jpg": JPEG, "jpeg": JPEG, "docx": WORD, "xlsx": EXCEL, "txt": TEXT, "csv": CSV,
}  # fmt: skip
MAIN_PARTS = {WORD: "word/document.xml", EXCEL: "xl/workbook.xml"}
TYPES = "[Content_Types].xml"
CONTROLS = bytes(sorted(set(range(32)) - set(b"\t\n\r\f")))
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


class _Wrong(Exception):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault


def checked(file_name: str, content: bytes) -> tuple[str, str]:
    """The safe name and the type of a file that may be kept. Raises Invalid with what to do about one that may not."""
    name = safe_name(file_name)
    found = examined(name, content)
    if isinstance(found, Fault):
        raise Invalid(sentence_of(found))
    return name, found


def media_type_of(file_name: str, content: bytes) -> str | None:
    """The type of this file when its content is what its name says and it is one of ours; else None."""
    found = examined(file_name, content)
    return None if isinstance(found, Fault) else found


def examined(file_name: str, content: bytes) -> Fault | str:
    """The type of this file, or what is wrong with it."""
    if not content.strip(b"\xef\xbb\xbf\xfe\xff \t\r\n\0"):
        return Fault.EMPTY
    if len(content) > MOST_BYTES:
        return Fault.LARGE
    claimed = ENDINGS.get(file_name.rsplit(".", 1)[-1].lower()) if "." in file_name else None
    if claimed is None:
        return Fault.STRANGE
    try:
        CHECKS[claimed](content)
    except _Wrong as wrong:
        return wrong.fault
    return claimed


def sentence_of(fault: Fault) -> str:
    """What is wrong and what somebody can do about it."""
    sentences: dict[Fault, str] = {
        Fault.EMPTY: _("This file is empty."),
        Fault.LARGE: _("This file is too large. At most 25 MB fits."),
        Fault.STRANGE: _(
            "We cannot take this file. Use PDF, Word, Excel, an image (PNG, JPEG) or plain text (TXT, CSV)."
        ),
        Fault.BROKEN: _("This file did not come over whole. Open it yourself, save it again and choose it once more."),
        Fault.SWOLLEN: _("This file is far larger once it is unpacked. Save it as PDF and choose that."),
        Fault.ACTIVE: _("This file carries macros or embedded objects. Save it without them, or as PDF."),
        Fault.LINKED: _(
            "This file fetches something from elsewhere when it is opened. Save it as PDF and choose that."
        ),
        Fault.LOCKED: _("This file has a password. Save it without one and choose it once more."),
    }
    return sentences[fault]


# --- Per type --------------------------------------------------------------------------------------------------------


def _demand(right: bool, fault: Fault) -> None:
    if not right:
        raise _Wrong(fault)


def _pdf(content: bytes) -> None:
    _demand(content.startswith(b"%PDF-"), Fault.STRANGE)


def _png(content: bytes) -> None:
    """The signature, the heading first, and each chunk in turn up to the end marker; what follows that is ignored."""
    _demand(content.startswith(b"\x89PNG\r\n\x1a\n"), Fault.STRANGE)
    at, kind, pieces = 8, b"", 0
    while kind != b"IEND":
        pieces += 1
        _demand(at + 12 <= len(content) and pieces <= MOST_PIECES, Fault.BROKEN)
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        _demand(at > 8 or kind == b"IHDR", Fault.BROKEN)
        at += 12 + length
    _demand(at <= len(content), Fault.BROKEN)


def _jpeg(content: bytes) -> None:
    """The first marker, each segment in turn up to the picture itself, and the end marker somewhere behind it."""
    _demand(content.startswith(b"\xff\xd8\xff"), Fault.STRANGE)
    at, pieces = 2, 0
    while content[at : at + 2] != b"\xff\xda":
        pieces += 1
        _demand(content[at : at + 1] == b"\xff" and at + 4 <= len(content), Fault.BROKEN)
        _demand(pieces <= MOST_PIECES, Fault.BROKEN)
        length = 0 if content[at + 1] == 0xFF else int.from_bytes(content[at + 2 : at + 4], "big")
        _demand(content[at + 1] == 0xFF or length >= 2, Fault.BROKEN)
        at += 2 + length if length else 1  # a filling byte stands alone
    _demand(content.find(b"\xff\xd9", at) > 0, Fault.BROKEN)


def _text(content: bytes) -> None:
    """Readable as UTF-8, UTF-16 with a mark, or Windows-1252, without control characters."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            content = content.decode("utf-16").encode()
        except UnicodeDecodeError:
            raise _Wrong(Fault.STRANGE) from None
    _demand(len(content.translate(None, CONTROLS)) == len(content), Fault.STRANGE)
    _demand(any(_reads(content, encoding) for encoding in ("utf-8", "cp1252")), Fault.STRANGE)


def _reads(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


# --- Word and Excel --------------------------------------------------------------------------------------------------


def _office(media_type: str) -> Callable[[bytes], None]:
    def check(content: bytes) -> None:
        _demand(content[:4] != b"\xd0\xcf\x11\xe0", Fault.LOCKED)  # how Office wraps a file with a password
        _demand(content.startswith(b"PK\x03\x04"), Fault.STRANGE)
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                _package(package, media_type, len(content))
        except (zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, OSError, EOFError) as error:
            raise _Wrong(Fault.BROKEN) from error

    return check


def _package(package: zipfile.ZipFile, media_type: str, size: int) -> None:
    parts = package.infolist()
    names = {part.filename for part in parts}
    whole = sum(part.file_size for part in parts)
    _demand({TYPES, MAIN_PARTS[media_type]} <= names, Fault.STRANGE)
    _demand(len(parts) <= MOST_PARTS and whole <= MOST_UNPACKED, Fault.SWOLLEN)
    _demand(whole <= max(SMALL, THICKEST * size), Fault.SWOLLEN)
    _demand(not any(part.flag_bits & 1 for part in parts), Fault.LOCKED)
    _demand(not any(name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) for name in names), Fault.BROKEN)
    _demand(not any(_is_active(name) for name in names), Fault.ACTIVE)
    _demand(not any(ACTIVE.search(kind) for kind in _attributes(package, TYPES, "ContentType")), Fault.ACTIVE)
    for name in sorted(name for name in names if name.lower().endswith(".rels")):
        _relationships(package, name)


def _is_active(name: str) -> bool:
    """A programme or an object by its place; a workbook behind a chart is none."""
    low = name.lower()
    return bool(ACTIVE.search(low)) or ("/embeddings/" in low and not low.endswith((".xlsx", ".docx", "/")))


def _relationships(package: zipfile.ZipFile, name: str) -> None:
    for link in _elements(package, name):
        kind, target = str(link.get("Type") or ""), str(link.get("Target") or "")
        _demand(not ACTIVE.search(kind), Fault.ACTIVE)
        fetches = link.get("TargetMode") == "External" and not kind.endswith(HARMLESS_LINKS)
        _demand(not (fetches and AFAR.match(target)), Fault.LINKED)


def _attributes(package: zipfile.ZipFile, name: str, attribute: str) -> list[str]:
    return [str(element.get(attribute) or "") for element in _elements(package, name)]


def _elements(package: zipfile.ZipFile, name: str) -> list[Any]:
    """The elements of a list in the package, read without entities, network and more than a list can hold."""
    with package.open(name) as part:  # a part may unpack to more than it says
        content = part.read(MOST_LIST + 1)
    _demand(len(content) <= MOST_LIST, Fault.SWOLLEN)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _Wrong(Fault.BROKEN) from error
    _demand(not root.getroottree().docinfo.doctype, Fault.BROKEN)
    return list(root.iter("{*}*"))


CHECKS: dict[str, Callable[[bytes], None]] = {
    PDF: _pdf, PNG: _png, JPEG: _jpeg, WORD: _office(WORD), EXCEL: _office(EXCEL), TEXT: _text, CSV: _text,
}  # fmt: skip


# --- Names -----------------------------------------------------------------------------------------------------------


def safe_name(file_name: str) -> str:
    """The name without folders, control characters and switches of writing direction; its ending survives."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", file_name))[-1]
    clean = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, ending = clean.rpartition(".")
    if not dot:
        return clean[:LONGEST_NAME] or "document"
    return f"{stem[: LONGEST_NAME - len(ending) - 1] or 'document'}.{ending[:10]}"
