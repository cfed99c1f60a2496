"""What a file really is, and names that are safe."""

import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peerreview.selfevaluations.documents import CSV, EXCEL, JPEG, PDF, PNG, TEXT, WORD, media_type_of, safe_name

calmly = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def package(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for name in names:
            zipped.writestr(name, "x")
    return out.getvalue()


DOCX = package("[Content_Types].xml", "word/document.xml")
XLSX = package("[Content_Types].xml", "xl/workbook.xml")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.pdf", b"%PDF-1.7 ...", PDF),
        ("a.PDF", b"%PDF-1.4", PDF),
        ("a.png", b"\x89PNG\r\n\x1a\n....", PNG),
        ("a.jpeg", b"\xff\xd8\xff\xe0", JPEG),
        ("a.docx", DOCX, WORD),
        ("a.xlsx", XLSX, EXCEL),
        ("a.txt", "Café\n".encode(), TEXT),
        ("a.txt", "Café\n".encode("cp1252"), TEXT),
        ("a.csv", "naam;fte\r\n".encode("utf-16"), CSV),
    ],
)
def test_a_file_that_is_what_it_says(name, content, expected):
    assert media_type_of(name, content) == expected


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"MZ\x90\x00"),
        ("a.pdf", b"<html>"),
        ("a.png", b"%PDF-1.7"),
        ("a.docx", XLSX),
        ("a.xlsx", DOCX),
        ("a.docx", package("word/document.xml")),
        ("a.docx", package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("a.docx", b"PK\x03\x04 broken"),
        ("a.zip", package("[Content_Types].xml", "word/document.xml")),
        ("a.txt", b"MZ\x00\x01"),
        ("a.csv", b"\xff\xfe\x00"),
        ("a.exe", b"%PDF-1.7"),
        ("a.html", b"<script>"),
        ("a.svg", b"<svg/>"),
        ("pdf", b"%PDF-1.7"),
        ("", b"%PDF-1.7"),
    ],
)
def test_a_file_that_is_something_else(name, content):
    assert media_type_of(name, content) is None


@calmly
@given(st.text(), st.binary())
def test_any_name_with_any_content_gives_an_answer(name, content):
    assert media_type_of(name, content) in {None, PDF, PNG, JPEG, WORD, EXCEL, TEXT, CSV}


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
