"""What a file really is, by its content and never by its name alone; and a name that is safe to show and to save.

Accepted: PDF, PNG, JPEG, Word and Excel without macros, plain text and CSV. The signatures are those of the formats'
own specifications (ISO 32000, RFC 2083, ISO 10918, ECMA-376).
"""

import io
import re
import unicodedata
import zipfile

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT = "text/plain"
CSV = "text/csv"

MOST_BYTES = 25 * 1024 * 1024
LONGEST_NAME = 150
ENDINGS = {
    "pdf": PDF, "png": PNG, "jpg": JPEG, "jpeg": JPEG, "docx": WORD, "xlsx": EXCEL, "txt": TEXT, "csv": CSV,
}  # fmt: skip
SIGNATURES = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
OFFICE_PARTS = (("word/document.xml", WORD), ("xl/workbook.xml", EXCEL))
CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f")


def media_type_of(file_name: str, content: bytes) -> str | None:
    """The type of this file when its content is what its name says and it is one of ours; else None."""
    claimed = ENDINGS.get(file_name.rsplit(".", 1)[-1].lower()) if "." in file_name else None
    if claimed in (TEXT, CSV):
        return claimed if _is_text(content) else None
    return claimed if claimed and claimed == _found(content) else None


def _found(content: bytes) -> str | None:
    for signature, media_type in SIGNATURES:
        if content.startswith(signature):
            return media_type
    return _office(content) if content.startswith(b"PK\x03\x04") else None


def _office(content: bytes) -> str | None:
    """Word or Excel, by the parts that the package must have; only its list of names is read, nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    if "[Content_Types].xml" not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    return next((media_type for part, media_type in OFFICE_PARTS if part in names), None)


def _is_text(content: bytes) -> bool:
    """Readable as UTF-8, UTF-16 with a mark, or Windows-1252, without control characters."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            content = content.decode("utf-16").encode()
        except UnicodeDecodeError:
            return False
    if not CONTROLS.isdisjoint(content):
        return False
    for encoding in ("utf-8", "cp1252"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def safe_name(file_name: str) -> str:
    """The name without folders, control characters and switches of writing direction; its ending survives."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", file_name))[-1]
    clean = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, ending = clean.rpartition(".")
    if not dot:
        return clean[:LONGEST_NAME] or "document"
    return f"{stem[: LONGEST_NAME - len(ending) - 1] or 'document'}.{ending[:10]}"
