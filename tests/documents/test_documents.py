"""The documents are read back with pypdf: what a reader, a screen reader and an archive find in the file.

`pdfaid` and `pdfuaid` are what a file claims about itself. Typst checks much of it while writing and refuses otherwise;
a full check needs veraPDF, which these tests do not use.
"""

import copy
import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from peerreview.core import documents, qr
from peerreview.core.documents import DocumentFailed, render

EXAMPLES = Path(__file__).parent / "examples"
TEMPLATES = ("report", "certificate", "decision")
ENGLISH = json.loads((EXAMPLES / "words.en.json").read_text())
HOSTILE = [
    '#panic("x")', "*vet* en _schuin_", "$x^2$", "= Kop", "- punt", "#sys.inputs", "@ref <label>", "\\u{41}", "`raw`",
    "https://example.nl/a_b", "--- ~ ... 'a' \"b\"", "// weg", "/* weg */", "#import \"/report.typ\"", "{accolade} [haak]",
]  # fmt: skip


def example(template: str, language: str = "nl") -> dict[str, Any]:
    data: dict[str, Any] = json.loads((EXAMPLES / f"{template}.json").read_text())
    if template == "certificate":
        data["verify"]["qr"] = qr.svg(f"https://{data['verify']['url']}?code={data['verify']['code']}")
    if language == "en":  # The words of the system change; what people wrote stays Dutch, and says so.
        data |= {"words": ENGLISH[template], "lang": "nl"}
    return data


def read(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf), strict=True)


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).split())


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]", "", text)


def tags(reader: PdfReader) -> list[DictionaryObject]:
    found: list[DictionaryObject] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        for child in node if isinstance(node, list) else ():
            walk(child)
        if isinstance(node, DictionaryObject):
            if "/S" in node:
                found.append(node)
            if "/K" in node:
                walk(node["/K"])

    walk(reader.root_object["/StructTreeRoot"])
    return found


@pytest.fixture(scope="module", params=[(template, language) for template in TEMPLATES for language in ("nl", "en")])
def made(request: pytest.FixtureRequest) -> tuple[str, str, bytes]:
    template, language = request.param
    return template, language, render(template, example(template, language), language=language)


def test_reader_is_told_title_and_language(made: tuple[str, str, bytes]) -> None:
    template, language, pdf = made
    reader = read(pdf)
    assert reader.metadata is not None and reader.metadata.title == example(template)["title"]
    assert reader.root_object["/Lang"] == language
    assert reader.root_object["/ViewerPreferences"].get_object()["/DisplayDocTitle"] is not None


def test_file_is_tagged_and_names_its_standards(made: tuple[str, str, bytes]) -> None:
    reader = read(made[2])
    root = reader.root_object
    assert root["/MarkInfo"].get_object()["/Marked"]
    kinds = [node["/S"] for node in tags(reader)]
    assert kinds[0] == "/Document" and "/Title" in kinds and "/P" in kinds
    xmp = root["/Metadata"].get_object().get_data().decode()
    assert re.search(r"<pdfaid:part>2</pdfaid:part>", xmp) and re.search(r"<pdfaid:conformance>A<", xmp)
    assert re.search(r"<pdfuaid:part>1</pdfuaid:part>", xmp)
    assert all(node.get("/Alt") for node in tags(reader) if node["/S"] == "/Figure")


def test_fonts_are_inside(made: tuple[str, str, bytes]) -> None:
    names = set()
    for page in read(made[2]).pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(inner["/FontDescriptor"].get_object())
            names.add(font.get_object()["/BaseFont"].split("+")[1])
    assert any(name.startswith("Literata") for name in names) and any(name.startswith("Atkinson") for name in names)
    assert all(name.startswith(("Literata", "Atkinson")) for name in names)


@pytest.mark.parametrize(("template", "least", "most"), [("report", 12, 40), ("certificate", 1, 1), ("decision", 1, 2)])
def test_number_of_pages(template: str, least: int, most: int) -> None:
    assert least <= len(read(render(template, example(template), language="nl")).pages) <= most


@pytest.mark.parametrize("language", ["nl", "en"])
def test_report_holds_every_finding_in_order(language: str) -> None:
    data = example("report", language)
    pdf = render("report", data, language=language)
    text = squeezed(text_of(pdf))
    findings = [finding for chapter in data["chapters"] for finding in chapter["findings"]]
    assert len(findings) == 52
    places = [text.find(squeezed(finding["code"] + finding["title"])) for finding in findings]
    assert -1 not in places and places == sorted(places)
    for finding in findings:
        story = finding.get("story", finding.get("reason"))
        for part in story if isinstance(story, list) else [{"text": story}]:
            assert squeezed(part["text"]) in text
    words = data["words"]
    assert squeezed(words["page"].format(page=2, pages=len(read(pdf).pages))) in text
    assert text.index(squeezed(words["strengths"])) < text.index(squeezed(words["improvements"]))
    outline = [entry.title for entry in read(pdf).outline if not isinstance(entry, list)]  # type: ignore[union-attr]
    parts = [chapter["title"] for chapter in data["chapters"]]
    assert outline == [words["summary"], *parts, words["competencies"], words["method"]]


def test_redline_and_lists_have_their_tags() -> None:
    nodes = tags(read(render("report", example("report"), language="nl")))
    decorations = {
        attribute.get_object().get("/TextDecorationType")
        for node in nodes
        for attribute in (node["/A"] if isinstance(node.get("/A"), list) else ())
    }
    assert {"/LineThrough", "/Underline"} <= decorations
    assert {"/H1", "/H2", "/L", "/LI", "/Table", "/TH", "/TOC", "/Strong"} <= {node["/S"] for node in nodes}


def test_what_people_wrote_carries_its_language() -> None:
    nodes = tags(read(render("report", example("report", "en"), language="en")))
    assert "nl" in {node.get("/Lang") for node in nodes}


def test_certificate_says_what_counts_and_shows_the_code() -> None:
    data = example("certificate")
    pdf = render("certificate", data, language="nl")
    text = squeezed(text_of(pdf))
    for value in (
        data["organisation"],
        data["valid_until"],
        data["number"],
        data["chair"],
        data["verify"]["url"],
        data["kvk"],
    ):
        assert squeezed(value) in text
    figures = [node["/Alt"] for node in tags(read(pdf)) if node["/S"] == "/Figure"]
    assert figures == [data["words"]["logo_alt"], data["words"]["qr_alt"]]


def test_letter_without_appeal_or_conditions() -> None:
    data = example("decision") | {"conditions": [], "appeal": None, "meeting": ""}
    text = text_of(render("decision", data, language="nl"))
    assert data["words"]["appeal"] not in text and data["words"]["conditions"] not in text


def test_report_with_next_to_nothing() -> None:
    data = example("report") | {"chapters": [{"title": "Leeg", "findings": []}], "route": None, "status": ""}
    data["summary"] = {"text": "Kort.", "strengths": [], "improvements": []}
    data["method"] = {"text": "Zo.", "heard": []}
    assert data["words"]["no_findings"] in text_of(render("report", data, language="nl"))
    assert render("report", data | {"chapters": []}, language="nl")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_markup_in_a_story_stays_text(hostile: str) -> None:
    data = example("report")
    first = data["chapters"][0]["findings"][0] | {"story": f"Voor {hostile} na", "title": hostile, "strong": hostile}
    first["talk"] = [{"side": "us", "who": hostile, "text": hostile, "state": {"kind": "done", "text": hostile}}]
    data["chapters"] = [{"title": hostile, "findings": [first]}]
    data["host"]["name"] = data["title"] = hostile
    pdf = render("report", data, language="nl")
    assert squeezed(f"Voor {hostile} na") in squeezed(text_of(pdf))
    assert read(pdf).metadata.title == hostile  # type: ignore[union-attr]


@pytest.mark.parametrize("field", ["organisation", "scope", "chair"])
def test_certificate_holds_any_text(field: str) -> None:
    for hostile in ("#panic(1)", "A" * 300, "Ψ Д ş ő", "\u0000\u0001\ud800", "日本 😀"):
        assert render("certificate", example("certificate") | {field: hostile}, language="nl")


def test_odd_characters_are_dropped_composed_or_replaced() -> None:
    data = example("report")
    finding = data["chapters"][0]["findings"][0]
    finding["story"] = (
        "een\x00 twee\x07 drie\ufeff vier\ud83d vijf\ue000 zes\u202e e\u0301e\u0301n\r\nzeven\u2028 "
        "\U0001f600 \u4e2d\u6587 \u0627\u0644 👨‍👩‍👧 \U000e0041 \ufffe acht"
    )
    text = squeezed(text_of(render("report", data, language="nl")))
    assert "eentweedrievierVijfzesééNzeven".lower() in text.lower()
    assert documents.INSTEAD in text and "acht" in text and "\U0001f600" not in text


def test_a_very_long_word_stays_on_the_paper() -> None:
    data = example("report")
    data["chapters"] = [{"title": "Lang", "findings": [data["chapters"][0]["findings"][0] | {"story": "x" * 4000}]}]
    assert squeezed(text_of(render("report", data, language="nl"))).count("x" * 40) > 50


def test_long_texts_run_over_pages() -> None:
    data = example("report")
    finding = data["chapters"][0]["findings"][0] | {
        "story": "\n\n".join(["Een lange alinea over het werk. " * 20] * 30)
    }
    finding["talk"] = [{"side": side, "who": "Wie", "text": "Een lang antwoord. " * 300} for side in ("us", "them")]
    data["chapters"] = [{"title": "Lang", "findings": [finding]}]
    assert len(read(render("report", data, language="nl")).pages) > 7


def test_an_association_may_choose_its_colours() -> None:
    data = example("certificate")
    plain = render("certificate", data, language="nl")
    assert render("certificate", data | {"brand": data["brand"] | {"us": None, "them": ""}}, language="nl") == plain
    assert render("certificate", data | {"brand": data["brand"] | {"us": "#003366"}}, language="nl") != plain


def test_the_same_data_gives_the_same_bytes() -> None:
    assert render("decision", example("decision"), language="nl") == render(
        "decision", example("decision"), language="nl"
    )


def test_data_is_not_changed() -> None:
    data = example("decision")
    before = copy.deepcopy(data)
    render("decision", data, language="nl")
    assert data == before


def test_a_missing_word_or_field_fails_with_a_reason() -> None:
    data = example("decision")
    del data["words"]["motivation"]
    with pytest.raises(DocumentFailed, match="the words of this document lack: motivation"):
        render("decision", data, language="nl")
    data = example("certificate")
    del data["number"]
    with pytest.raises(DocumentFailed, match="number"):
        render("certificate", data, language="nl")


@pytest.mark.parametrize("name", ["nothing", "../report", "_common", "report.typ", ""])
def test_an_unknown_template_fails(name: str) -> None:
    with pytest.raises(DocumentFailed, match="no document template"):
        render(name, {}, language="nl")


def test_missing_fonts_fail_with_a_clear_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(documents, "FONTS", tmp_path / "none")
    with pytest.raises(DocumentFailed, match="fonts for documents are missing"):
        render("report", example("report"), language="nl")


def test_a_broken_template_fails_and_cannot_read_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret").write_text("geheim")
    monkeypatch.setattr(documents, "TEMPLATES", tmp_path / "in")
    for source, reason in (
        ('#panic("stuk")', "stuk"),
        ('#read("../secret")', "root|outside|escape"),
        ("#let", "expected"),
    ):
        (tmp_path / "in" / "bad.typ").write_text(source)
        with pytest.raises(DocumentFailed, match=reason):
            render("bad", {}, language="nl")


def test_it_stops_in_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "slow.typ").write_text("#for a in range(100000) { for b in range(100000) {} }")
    monkeypatch.setattr(documents, "TEMPLATES", tmp_path)
    monkeypatch.setattr(documents, "SECONDS", 1)
    with pytest.raises(DocumentFailed, match="within 1 seconds"):
        render("slow", {}, language="nl")


@pytest.mark.parametrize("template", TEMPLATES)
def test_words_are_those_the_template_uses_in_both_languages(template: str) -> None:
    whole = (documents.TEMPLATES / f"{template}.typ").read_text()
    shared = re.findall(r'#import "(_\w+)\.typ"', whole)
    sources = whole + "".join((documents.TEMPLATES / f"{name}.typ").read_text() for name in shared)
    used = set(re.findall(r'\bw\("(\w+)"', sources)) - ({"not_assessed"} if template != "report" else set())
    assert set(example(template)["words"]) == set(ENGLISH[template]) == used
