"""What a file that somebody brings really is, by its content and never by its name alone; and a name that is safe.

Accepted: PDF, PNG, JPEG, Word and Excel without macros, plain text and CSV. The signatures are those of the formats'
own specifications (ISO 32000, RFC 2083, ISO 10918, ECMA-376). Files go out again by `core.attachments`, never to be
shown on a page of ours.
"""

import re
import struct
import unicodedata
from collections.abc import Callable

from flask_babel import gettext as _

from peerreview.core.errors import Invalid
from peerreview.core.office import EXCEL, WORD, BadFile, Fault, demand, office

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
TEXT = "text/plain"
CSV = "text/csv"

MOST_BYTES = 25 * 1024 * 1024
MOST_PIECES = 50_000  # that an image may consist of
LONGEST_NAME = 150
ENDINGS = {
    "pdf": PDF, "png": PNG, "jpg": JPEG, "jpeg": JPEG, "docx": WORD, "xlsx": EXCEL, "txt": TEXT, "csv": CSV,
}  # fmt: skip
CONTROLS = bytes(sorted(set(range(32)) - set(b"\t\n\r\f")))


def checked(file_name: str, content: bytes) -> tuple[str, str]:
    """The safe name and the type of a file that may be kept. Raises Invalid with what to do about one that may not."""
    name = safe_name(file_name)
    found = examined(name, content)
    if isinstance(found, Fault):
        raise Invalid(sentence_of(found))
    return name, found


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
    except BadFile as wrong:
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


def _pdf(content: bytes) -> None:
    demand(content.startswith(b"%PDF-"), Fault.STRANGE)


def _png(content: bytes) -> None:
    """The signature, the heading first, and each chunk in turn up to the end marker; what follows that is ignored."""
    demand(content.startswith(b"\x89PNG\r\n\x1a\n"), Fault.STRANGE)
    at, kind, pieces = 8, b"", 0
    while kind != b"IEND":
        pieces += 1
        demand(at + 12 <= len(content) and pieces <= MOST_PIECES, Fault.BROKEN)
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        demand(at > 8 or kind == b"IHDR", Fault.BROKEN)
        at += 12 + length
    demand(at <= len(content), Fault.BROKEN)


def _jpeg(content: bytes) -> None:
    """The first marker, each segment in turn up to the picture itself, and the end marker somewhere behind it."""
    demand(content.startswith(b"\xff\xd8\xff"), Fault.STRANGE)
    at, pieces = 2, 0
    while content[at : at + 2] != b"\xff\xda":
        pieces += 1
        demand(content[at : at + 1] == b"\xff" and at + 4 <= len(content), Fault.BROKEN)
        demand(pieces <= MOST_PIECES, Fault.BROKEN)
        length = 0 if content[at + 1] == 0xFF else int.from_bytes(content[at + 2 : at + 4], "big")
        demand(content[at + 1] == 0xFF or length >= 2, Fault.BROKEN)
        at += 2 + length if length else 1  # a filling byte stands alone
    demand(content.find(b"\xff\xd9", at) > 0, Fault.BROKEN)


def _text(content: bytes) -> None:
    """Readable as UTF-8, UTF-16 with a mark, or Windows-1252, without control characters."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            content = content.decode("utf-16").encode()
        except UnicodeDecodeError:
            raise BadFile(Fault.STRANGE) from None
    demand(len(content.translate(None, CONTROLS)) == len(content), Fault.STRANGE)
    demand(any(_reads(content, encoding) for encoding in ("utf-8", "cp1252")), Fault.STRANGE)


def _reads(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


CHECKS: dict[str, Callable[[bytes], None]] = {
    PDF: _pdf, PNG: _png, JPEG: _jpeg, WORD: office(WORD), EXCEL: office(EXCEL), TEXT: _text, CSV: _text,
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
