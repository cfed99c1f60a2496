"""What a file really is, and names that are safe."""

import io
import struct
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peerreview.core.errors import Invalid
from peerreview.core.office import SMALL, Fault
from peerreview.core.uploads import (
    CSV,
    EXCEL,
    JPEG,
    MOST_BYTES,
    PDF,
    PNG,
    TEXT,
    WORD,
    checked,
    examined,
    safe_name,
    sentence_of,
)

calmly = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


MAIN = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def package(main: str, *others: str, kind: str = "", parts: dict[str, str] | None = None) -> bytes:
    types = f'<Types xmlns="t"><Override PartName="/{main}" ContentType="{kind or MAIN[main]}"/></Types>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, text in (
            {"[Content_Types].xml": types, main: "x"} | dict.fromkeys(others, "x") | (parts or {})
        ).items():
            zipped.writestr(name, text)
    return out.getvalue()


def linked(kind: str, target: str, mode: str = "External") -> bytes:
    link = f'<Relationship Id="r1" Type="{KIND}{kind}" Target="{target}" TargetMode="{mode}"/>'
    return package(
        "word/document.xml", parts={"word/_rels/settings.xml.rels": f'<Relationships xmlns="r">{link}</Relationships>'}
    )


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + b"sums"


DOCX, XLSX = package("word/document.xml"), package("xl/workbook.xml")
PICTURE = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", b"x" * 13) + chunk(b"IDAT", b"punten") + chunk(b"IEND")
PHOTO = b"\xff\xd8\xff\xe0\x00\x04JF\xff\xff\xdb\x00\x03q\xff\xda\x00\x02punten\xff\xd9"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.pdf", b"%PDF-1.7 ...", PDF),
        ("a.PDF", b"%PDF-1.4 <html><script>", PDF),  # saved and never shown, so what hangs behind it does nothing
        ("a.png", PICTURE, PNG),
        ("a.png", PICTURE + b"PK", PNG),
        ("a.jpeg", PHOTO, JPEG),
        ("a.jpg", PHOTO + b"the film that a phone adds", JPEG),
        ("a.docx", DOCX, WORD),
        ("a.docx", linked("hyperlink", "https://voorbeeld.example"), WORD),
        ("a.docx", linked("attachedTemplate", "file:///C:\\Sjablonen\\Huisstijl.dotx"), WORD),
        ("a.docx", linked("image", "media/image1.png", "Internal"), WORD),
        ("a.docx", package("word/document.xml", "word/embeddings/Grafiek.xlsx"), WORD),
        ("a.xlsx", XLSX, EXCEL),
        ("a.xlsx", package("xl/workbook.xml", "xl/printerSettings/printerSettings1.bin"), EXCEL),
        ("a.txt", "Café\n".encode(), TEXT),
        ("a.txt", "\ufeffCafé".encode(), TEXT),
        ("a.txt", "Café\n".encode("cp1252"), TEXT),
        ("a.csv", "naam;fte\r\n".encode("utf-16"), CSV),
    ],
)
def test_a_file_that_is_what_it_says(name, content, expected):
    assert examined(name, content) == expected


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.pdf", b"MZ\x90\x00", Fault.STRANGE),
        ("a.pdf", b"<html>", Fault.STRANGE),
        ("a.png", b"%PDF-1.7", Fault.STRANGE),
        ("a.png", PICTURE[:-12], Fault.BROKEN),
        ("a.png", PICTURE[:-6], Fault.BROKEN),
        ("a.png", PICTURE[:8] + chunk(b"IEND"), Fault.BROKEN),
        ("a.jpg", PHOTO[:-2], Fault.BROKEN),
        ("a.jpg", PHOTO[:9], Fault.BROKEN),
        ("a.jpg", b"\xff\xd8\xff\xe0<html><script>", Fault.BROKEN),
        ("a.jpg", b"\xff\xd8" + b"\xff" * 60_000, Fault.BROKEN),
        ("a.docx", XLSX, Fault.STRANGE),
        ("a.xlsx", DOCX, Fault.STRANGE),
        ("a.docx", DOCX[:-9], Fault.BROKEN),
        ("a.docx", b"PK\x03\x04 broken", Fault.BROKEN),
        ("a.docx", b"\xd0\xcf\x11\xe0 with a password", Fault.LOCKED),
        ("a.docx", package("word/document.xml", "word/vbaProject.bin"), Fault.ACTIVE),
        ("a.docx", package("word/document.xml", "word/activeX/activeX1.xml"), Fault.ACTIVE),
        ("a.docx", package("word/document.xml", "word/embeddings/oleObject1.bin"), Fault.ACTIVE),
        ("a.docx", package("word/document.xml", "word/embeddings/start.exe"), Fault.ACTIVE),
        (
            "a.docx",
            package("word/document.xml", kind="application/vnd.ms-word.document.macroEnabled.main+xml"),
            Fault.ACTIVE,
        ),
        ("a.docx", linked("oleObject", "embeddings/a.xlsx", "Internal"), Fault.ACTIVE),
        ("a.docx", linked("attachedTemplate", "https://elders.example/a.dotm"), Fault.LINKED),
        ("a.docx", linked("image", "\\\\server\\share\\a.png"), Fault.LINKED),
        ("a.docx", linked("image", "file://server/share/a.png"), Fault.LINKED),
        ("a.docx", package("word/document.xml", "../outside"), Fault.BROKEN),
        (
            "a.docx",
            package("word/document.xml", parts={"_rels/.rels": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
            Fault.BROKEN,
        ),
        ("a.xlsx", package("xl/workbook.xml", parts={"xl/sheet.xml": "0" * (SMALL + 1)}), Fault.SWOLLEN),
        ("a.zip", DOCX, Fault.STRANGE),
        ("a.txt", b"MZ\x00\x01", Fault.STRANGE),
        ("a.csv", b"\xff\xfea\x00b", Fault.STRANGE),
        ("a.exe", b"%PDF-1.7", Fault.STRANGE),
        ("a.html", b"<script>", Fault.STRANGE),
        ("a.svg", b"<svg/>", Fault.STRANGE),
        ("pdf", b"%PDF-1.7", Fault.STRANGE),
        ("", b"%PDF-1.7", Fault.STRANGE),
        ("a.txt", b"", Fault.EMPTY),
        ("a.txt", b"\xef\xbb\xbf \r\n", Fault.EMPTY),
        ("a.csv", b"\xff\xfe\x00", Fault.EMPTY),
    ],
)  # fmt: skip
def test_a_file_that_is_something_else(name, content, fault):
    assert examined(name, content) == fault
    assert isinstance(examined(name, content), Fault)


def test_who_brings_a_wrong_file_reads_what_to_do(app):
    assert examined("a.txt", b"x" * (MOST_BYTES + 1)) == Fault.LARGE
    with app.test_request_context(), pytest.raises(Invalid, match="macro"):
        checked("a.docx", package("word/document.xml", "word/vbaProject.bin"))
    with app.test_request_context():
        assert len({sentence_of(fault) for fault in Fault}) == len(Fault)
    assert checked("../a.docx", DOCX) == ("a.docx", WORD)


@calmly
@given(st.text(), st.binary())
def test_any_name_with_any_content_gives_an_answer(name, content):
    assert examined(name, content) in {*Fault, PDF, PNG, JPEG, WORD, EXCEL, TEXT, CSV}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Verslag wijkronde 2026.pdf", "Verslag wijkronde 2026.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\Samira\\Plan.docx", "Plan.docx"),
        ('a"b\r\nX: y.pdf', 'a"bX: y.pdf'),
        ("evil\u202etxt.pdf", "eviltxt.pdf"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        ("\x00", "document"),
        (".pdf", "pdf"),
    ],
)
def test_a_name_is_made_safe(name, expected):
    assert safe_name(name) == expected


@calmly
@given(st.text())
def test_a_safe_name_is_short_and_has_no_folder(name):
    safe = safe_name(name)
    assert 0 < len(safe) <= 161
    assert not set(safe) & set("/\\\r\n\x00")
