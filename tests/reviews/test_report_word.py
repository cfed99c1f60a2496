"""The report out to Word and back: also after LibreOffice saved it, after a writer lost what one cannot see, and never
half."""

import io
import re
import zipfile

import docx
import pytest
from bs4 import BeautifulSoup

from peerreview.core.errors import StaleVersion
from peerreview.reviews import services
from peerreview.reviews.lifecycle import Rating, ReviewState
from peerreview.reviews.services import word
from peerreview.reviews.word import package
from peerreview.reviews.word.marks import STAMP as MARK
from peerreview.reviews.word.package import Fault, Unreadable, opened
from tests.factories.reviews import fill_findings, finding_of, make_pair
from tests.reviews.test_pages import read, send
from tests.reviews.word_files import CHANGED, FILES, STAMP, SUMMARY, TEXTS, back, made, repacked, texts_of

DOCUMENT, STYLES, CORE = "word/document.xml", "word/styles.xml", "docProps/core.xml"


def without_marks(xml: str) -> str:
    return re.sub(r"<w:bookmark(Start|End)[^>]*/>", "", xml)


def dutch_styles(xml: str) -> str:
    """As the Dutch Word names them."""
    return re.sub(r'w:val="[Hh]eading (\d)"', r'w:val="Kop \1"', xml)


# --- What comes back --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ours", "libreoffice.docx", "without bookmarks", "without heading styles"])
def test_every_text_comes_back_to_its_norm_as_it_went(name):
    content = {
        "ours": made,
        "without bookmarks": lambda: repacked(made(), {DOCUMENT: without_marks, STYLES: dutch_styles}),
        "without heading styles": lambda: repacked(
            made(), {DOCUMENT: lambda xml: re.sub(r"<w:pStyle[^>]*/>", "", xml)}
        ),
    }.get(name, lambda: (FILES / name).read_bytes())()
    returned = back(content)
    assert (returned.stamp, returned.summary) == (STAMP, SUMMARY)
    styled = name != "without heading styles"
    assert (returned.missing, returned.doubled, bool(returned.strays)) == ([], [], not styled)
    assert returned.findings == {code: texts_of(code) for code in TEXTS}
    assert len(returned.hashes) == (0 if name == "without bookmarks" else 19)


def test_what_was_changed_in_libreoffice_comes_back_changed_and_nothing_else():
    returned = back((FILES / "libreoffice-odt.docx").read_bytes())
    assert returned.findings == {code: texts_of(code) for code in TEXTS} | {"V1": texts_of("V1") | {"story": CHANGED}}


def test_what_was_struck_with_track_changes_is_gone_and_what_was_inserted_is_there():
    def track(xml: str) -> str:
        run = re.search(r"<w:r><w:t [^>]*>Persoonlijke aandacht\.</w:t></w:r>", xml)[0]
        new = '<w:ins w:id="901"><w:r><w:t>Warme zorg.</w:t></w:r></w:ins>'
        struck = run.replace("w:t ", "w:delText ").replace("</w:t>", "</w:delText>")
        return xml.replace(run, f'<w:del w:id="900">{struck}</w:del>{new}')

    assert back(repacked(made(), {DOCUMENT: track})).findings["V1"]["strength"] == "Warme zorg."


def test_a_doubled_norm_a_missing_one_and_text_in_between_are_told_and_never_guessed():
    document = docx.Document(io.BytesIO(made()))
    for paragraph in document.paragraphs:
        if paragraph.text.startswith("O2"):
            paragraph.insert_paragraph_before("V1 Nog eens", "Heading 2")
            paragraph.insert_paragraph_before("Verhaal", "Heading 3")
            paragraph.insert_paragraph_before("Een ander verhaal.")
            paragraph.clear()
            paragraph.style = document.styles["Normal"]
        if paragraph.text.startswith("V3"):
            paragraph.insert_paragraph_before("Los", "Heading 1")
            paragraph.insert_paragraph_before("Zomaar een zin.")
    file = io.BytesIO()
    document.save(file)
    returned = back(repacked(file.getvalue(), {DOCUMENT: without_marks}))
    assert (returned.doubled, returned.missing) == (["V1"], ["O2"])
    assert returned.strays == [("", "Los"), ("", "Zomaar een zin.")]
    assert "V1" not in returned.findings


def test_the_mark_of_the_file_is_found_in_its_properties_or_its_last_line():
    keywords = {CORE: lambda xml: MARK.sub("", xml)}
    line = {DOCUMENT: lambda xml: MARK.sub("", xml)}
    assert back(repacked(made(), keywords)).stamp == back(repacked(made(), line)).stamp == STAMP
    with pytest.raises(Unreadable) as refused:
        back(repacked(made(), keywords | line))
    assert refused.value.fault == Fault.NO_MARK
    with pytest.raises(Unreadable):  # a version that somebody typed over
        back(repacked(made(), {name: lambda xml: xml.replace("R7.3/4", "R7.3/5") for name in (CORE, DOCUMENT)}))


def zipped(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in parts.items():
            new.writestr(name, part)
    return file.getvalue()


TYPES = {"[Content_Types].xml": b"<Types/>"}
LAUGHS = b'<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><d>&b;</d>'


REFUSED = {
    "empty": (b"", Fault.NOT_WORD),
    "a PDF": (b"%PDF-1.7", Fault.NOT_WORD),
    "rubbish": (b"PK\x03\x04rubbish", Fault.NOT_WORD),
    "old": (package.OLD_WORD + b"\x00" * 100, Fault.OLD),
    "OpenDocument": (
        zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"}), Fault.OPEN_DOCUMENT,
    ),
    "a workbook": (zipped({"xl/workbook.xml": b"<a/>"} | TYPES), Fault.NOT_WORD),
    "macros": (zipped({DOCUMENT: b"<a/>", "word/vbaProject.bin": b"x"} | TYPES), Fault.MACROS),
    "macros by its type": (
        zipped({DOCUMENT: b"<a/>", "[Content_Types].xml": b"ms-word.document.macroEnabled.main"}), Fault.MACROS,
    ),
    "entities": (zipped({DOCUMENT: LAUGHS} | TYPES), Fault.BROKEN),
    "no XML": (zipped({DOCUMENT: b"<a>"} | TYPES), Fault.BROKEN),
    "unpacks too large": (
        zipped({DOCUMENT: b"<a/>", "word/media/a.png": b"0" * (61 * 2**20)} | TYPES), Fault.TOO_LARGE,
    ),
    "too many parts": (
        zipped({f"word/{n}.xml": b"" for n in range(2001)} | {DOCUMENT: b"<a/>"} | TYPES), Fault.TOO_LARGE,
    ),
    "too large": (b"PK" + b"0" * (10 * 2**20), Fault.TOO_LARGE),
    "cut": (made()[:20_000], Fault.NOT_WORD),
}  # fmt: skip


@pytest.mark.parametrize(("content", "fault"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_is_no_plain_word_file_is_refused_by_its_reason(content, fault):
    with pytest.raises(Unreadable) as refused:
        opened(content)
    assert refused.value.fault == fault


# --- Kept -------------------------------------------------------------------------------------------------------------

BRAND = {"name": "Onderling", "tagline": "Label"}


def edited(pair, edits: dict[str, str]) -> bytes:
    """The draft as it went to Word, with these paragraphs written anew there."""
    document = docx.Document(io.BytesIO(word.draft_word(pair.review, language="nl", brand=BRAND)))
    for paragraph in document.paragraphs:
        if paragraph.text in edits:
            paragraph.text = edits[paragraph.text]
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def upload(client, pair, content: bytes):
    file = (io.BytesIO(content), "rapport.docx")
    return send(client, f"/reviews/{pair.review.id}/word", data={"file": file}, content_type="multipart/form-data")


def form_of(html: str) -> list[tuple[str, str]]:
    form = BeautifulSoup(html, "html.parser").find("form", action=re.compile("/word/take$"))
    kept = [i for i in form.find_all("input") if i["type"] == "hidden" or i.has_attr("checked")]
    return [(i["name"], i["value"]) for i in kept if i["name"] != "csrf_token"]


def take(client, pair, fields: list[tuple[str, str]]):
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    return send(client, f"/reviews/{pair.review.id}/word/take", data=data)


def test_the_draft_goes_to_word_and_what_was_written_there_is_chosen_and_kept(app, as_):
    pair = make_pair()
    fill_findings(pair.review)
    client = as_(pair.lead)
    out = client.get(f"/reviews/{pair.review.id}/report/0.docx")
    assert re.search(r'filename="rapport-.*-concept\.docx"', out.headers["Content-Disposition"])
    unchanged = upload(client, pair, out.data).get_data(as_text=True)
    assert 'name="take"' not in unchanged
    written = {"Verhaal bij V1.": "Een mooi verhaal bij V1.", "Verhaal bij O2.": "Anders.", "Voldoet": "Voldoet deels"}
    page = upload(client, pair, edited(pair, written)).get_data(as_text=True)
    soup = BeautifulSoup(page, "html.parser")
    assert {"Een mooi verhaal "} <= {ins.text for ins in soup.find_all("ins")}
    assert finding_of(pair.review).story == "Verhaal bij V1."
    fields = [pair for pair in form_of(page) if pair != ("take", "O2:story")]
    assert take(client, pair, fields).status_code == 303
    kept = [(f.story, f.rating) for f in (finding_of(pair.review, 0), finding_of(pair.review, 1))]
    assert kept == [("Een mooi verhaal bij V1.", Rating.PARTLY), ("Verhaal bij O2.", Rating.PARTLY)]


def test_a_text_that_a_colleague_changed_meanwhile_is_shown_beside_and_not_ticked(app, as_):
    pair = make_pair()
    fill_findings(pair.review)
    content = edited(pair, {"Verhaal bij V1.": "Uit Word.", "Verhaal bij V3.": "Ook uit Word."})
    first = finding_of(pair.review)
    services.record_finding(
        pair.review, first, version=first.version, story="Van een collega.", strength="Zelf.", by=pair.mate
    )
    page = upload(as_(pair.lead), pair, content).get_data(as_text=True)
    assert [value for name, value in form_of(page) if name == "take"] == ["V3:story"]
    assert "Van een collega." in page
    assert "V1:strength" not in page  # only the colleague wrote there
    assert take(as_(pair.lead), pair, [*form_of(page), ("take", "V1:story")]).status_code == 303
    assert [finding_of(pair.review, n).story for n in (0, 2)] == ["Uit Word.", "Ook uit Word."]
    assert finding_of(pair.review).strength == "Zelf."


def test_when_a_colleague_saves_between_looking_and_keeping_nothing_is_kept_and_both_are_shown(app, as_):
    pair = make_pair()
    fill_findings(pair.review)
    page = upload(as_(pair.lead), pair, edited(pair, {"Verhaal bij V1.": "Uit Word.", "Verhaal bij V3.": "Ook."}))
    fields = form_of(page.get_data(as_text=True))
    third = finding_of(pair.review, 2)
    services.record_finding(pair.review, third, version=third.version, story="Net eerder.", by=pair.mate)
    answer = take(as_(pair.lead), pair, fields)
    assert answer.status_code == 409
    assert [finding_of(pair.review, n).story for n in (0, 2)] == ["Verhaal bij V1.", "Net eerder."]
    again = form_of(answer.get_data(as_text=True))
    assert [value for name, value in again if name == "take"] == ["V1:story"]
    assert ("value:V3:story", "Ook.") in again


def test_a_rating_in_other_words_is_told_and_not_taken(app, as_):
    pair = make_pair()
    fill_findings(pair.review)
    page = upload(as_(pair.lead), pair, edited(pair, {"Voldoet": "Uitstekend"})).get_data(as_text=True)
    assert page.count("“Uitstekend”") == 3
    assert finding_of(pair.review).rating == Rating.COMPLIES


def test_only_the_team_writes_back_while_it_decides_and_only_with_its_own_file(app, as_):
    pair = make_pair()
    fill_findings(pair.review)
    ours = edited(pair, {})
    other = word.draft_word(pair.other, language="en", brand=BRAND)
    assert "andere toetsing" in upload(as_(pair.lead), pair, other).get_data(as_text=True)
    assert upload(as_(pair.lead), pair, b"rubbish").status_code == 422
    assert send(as_(pair.lead), f"/reviews/{pair.review.id}/word", data={}).status_code == 422
    assert upload(as_(pair.secretariat), pair, ours).status_code == 403
    assert upload(as_(pair.host), pair, ours).status_code == 404
    assert as_(pair.host).get(f"/reviews/{pair.review.id}/report/0.docx").status_code == 404
    stale, _odd = word.changes_in(pair.review, word.read_back(pair.review, edited(pair, {"Verhaal bij V1.": "Nieuw."})))
    first = finding_of(pair.review)
    services.record_finding(pair.review, first, version=first.version, story="Eerder.", by=pair.mate)
    with pytest.raises(StaleVersion):
        word.take_word(pair.review, stale, by=pair.lead)
    services.write_summary(pair.review, summary="Goed.", version=pair.review.version, by=pair.lead)
    services.draft(pair.review, by=pair.lead)
    assert pair.review.state == ReviewState.DRAFTED
    assert upload(as_(pair.lead), pair, ours).status_code == 409
    assert take(as_(pair.lead), pair, []).status_code == 409
    assert as_(pair.lead).get(f"/reviews/{pair.review.id}/report/0.docx").data[:2] == b"PK"
    assert "multipart" not in read(as_(pair.lead), f"/reviews/{pair.review.id}/word")
