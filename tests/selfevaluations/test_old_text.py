"""An old text is divided over the norms by their ids, looked at, taken over as one whole, and undone."""

import io
import zipfile

import pytest
from docx import Document
from openpyxl import Workbook

from peerreview.core import history
from peerreview.core.db import db
from peerreview.core.errors import Invalid, NotNow
from peerreview.frameworks.queries import outline_of
from peerreview.selfevaluations import old_file, services
from peerreview.selfevaluations.lifecycle import ImportState, OwnRating
from peerreview.selfevaluations.models import TextImport
from peerreview.selfevaluations.old_file import Paragraph, Table, Unreadable, read_old_file
from peerreview.selfevaluations.placing import place
from tests.factories.accounts import make_actor
from tests.factories.frameworks import make_framework
from tests.factories.organisations import make_organisation
from tests.selfevaluations.test_pages import Ours, soup, typed


def word():
    """As people have it: chapters, a heading for each norm, lists, a table, and a norm that is no more."""
    document = Document()
    document.add_heading("Zelfevaluatie 2023", 1)
    document.add_paragraph("Vooraf.")
    document.add_heading("V1 Norm 1", 2)
    document.add_paragraph("Dit vraagt norm 1.")
    document.add_paragraph("Wij nemen de tijd.")
    document.add_heading("Voorbeelden", 3)
    document.add_paragraph("koffie", style="List Bullet")
    document.add_paragraph("thee", style="List Bullet")
    document.add_heading("V99 Vervallen norm", 2)
    document.add_paragraph("Dit was vroeger.")
    rows = [("Norm", "Wat doen we", "Verbeteren", "Oordeel"), ("1.2", "Wij leren.", "Vaker.", "Voldoet deels")]
    table = document.add_table(rows=2, cols=4)
    for n, row in enumerate(rows):
        for m, text in enumerate(row):
            table.cell(n, m).text = text
    return saved(document)


def excel():
    book = Workbook()
    book.active.append(["Hoofdstuk", "Norm", "Verhaal"])
    book.active.append(["Vakmanschap", "V1", "Wij nemen de tijd."])
    book.active.append(["", "", "Ook op dinsdag."])
    book.create_sheet("Organisatie").append([1.2, "=1+1", "Wij leren."])
    return saved(book)


def saved(document):
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.fixture
def norms(app):
    return outline_of(make_framework(norms=3).id).norms


def placed(blocks, norms):
    codes = {norm.id: norm.code for norm in norms}
    found = place(blocks, norms)
    told = {codes[piece.norm_id]: (piece.text, piece.rating) for piece in found.pieces}
    return told, [(one.where, one.text, one.why) for one in found.strange]


def test_norms_are_found_in_headings_tables_lines_and_sheets(norms):
    told, strange = placed(read_old_file(word(), "oud.docx"), norms)
    assert told == {
        "V1": ("Wij nemen de tijd.\n\nVoorbeelden\n\n- koffie\n- thee", None),
        "O2": ("Wij leren.\n\nVerbeteren: Vaker.", "partly"),
    }
    assert strange == [
        ("Zelfevaluatie 2023", "Vooraf.", "loose"),
        ("V99 Vervallen norm", "Dit was vroeger.", "unknown"),
    ]
    told, strange = placed(read_old_file(excel(), "oud.xlsx"), norms)
    assert told == {"V1": ("Wij nemen de tijd.\n\nOok op dinsdag.", None), "O2": ("Wij leren.", None)}
    assert strange == []
    lines = "Voorwoord\nV1: Wij nemen\nde tijd.\n\nOordeel: voldoet\nO 2 is hier gewone tekst\n1.3 miljoen euro\n1.3\nLaatste."
    told, strange = placed(read_old_file(lines.encode("cp1252"), "oud.txt"), norms)
    assert strange == [("", "Voorwoord", "loose")]
    body = "Wij nemen\nde tijd.\nO 2 is hier gewone tekst\n1.3 miljoen euro"
    assert told == {"V1": (body, "complies"), "V3": ("Laatste.", None)}
    told, _ = placed(read_old_file("norm;verhaal\nV3;Café\nV1 en O2;samen".encode("cp1252"), "oud.csv"), norms)
    assert told == {"V3": ("Café", None)}
    _, strange = placed([Table((("V1 en O2", "samen"),))], norms)
    assert [why for _, _, why in strange] == ["several"]
    assert placed([Paragraph("V1", level=2), Paragraph("V1 Norm 1 Dit vraagt norm 1.")], norms) == ({}, [])


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b" ", "leeg.docx", "empty"),
        (b"%PDF-1.7 x", "rapport.pdf", "kind"),
        (b"\x00\x01\x02" * 9, "vreemd.txt", "kind"),
        (b"PK\x03\x04kapot", "kapot.docx", "broken"),
        (b"gewone tekst", "vermomd.xlsx", "broken"),
        (b"\xd0\xcf\x11\xe0oud", "oud.doc", "old"),
        (b"V1\n" * 20_001, "lang.txt", "large"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content, name, why):
    with pytest.raises(Unreadable, match=why):
        read_old_file(content, name)


def test_a_file_that_unpacks_to_far_more_or_calls_in_others_is_refused(monkeypatch):
    monkeypatch.setattr(old_file, "MOST_UNPACKED", 1000)
    with pytest.raises(Unreadable, match="large"):
        read_old_file(word(), "bom.docx")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("word/document.xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>")
    with pytest.raises(Unreadable, match="broken"):
        read_old_file(out.getvalue(), "roept.docx")


def write(our, n, story, rating=None):
    answer = our.answer(n)
    services.save_answer(answer, story=story, rating=rating, version=answer.version, by=our.contributor)


def test_only_empty_norms_get_a_text_unless_somebody_chooses_otherwise_and_all_is_undone(app):
    our = Ours()
    write(our, 0, "Dit stond er.", OwnRating.NOT)
    text = services.read_old_text(our.evaluation(), content=word(), file_name="oud.docx", by=our.coordinator)
    assert (our.answer(0).story, our.answer(1).story) == ("Dit stond er.", "")
    services.apply_import(text, choices={}, versions={}, by=our.coordinator)
    services.apply_import(text, choices={our.norms[0]: "replace"}, versions={}, by=our.coordinator)  # twice is once
    assert [our.answer(n).story for n in range(3)] == ["Dit stond er.", "Wij leren.\n\nVerbeteren: Vaker.", ""]
    assert our.answer(1).rating == OwnRating.PARTLY
    services.undo_import(db.session.get_one(TextImport, text.id), by=our.coordinator)
    assert [(our.answer(n).story, our.answer(n).rating) for n in (0, 1)] == [("Dit stond er.", "not"), ("", None)]
    assert history.versions_of(our.answer(1))[1].texts["story"] == "Wij leren.\n\nVerbeteren: Vaker."
    with pytest.raises(NotNow):
        services.undo_import(db.session.get_one(TextImport, text.id), by=our.coordinator)


def test_what_a_colleague_wrote_meanwhile_is_never_replaced(app):
    our = Ours()
    write(our, 0, "Dit stond er.")
    first = services.read_old_text(our.evaluation(), content=word(), file_name="a.docx", by=our.coordinator)
    text = services.read_old_text(our.evaluation(), content=word(), file_name="b.docx", by=our.coordinator)
    assert db.session.get_one(TextImport, first.id).state == ImportState.DISCARDED
    seen = {our.norms[n]: our.answer(n).version for n in (0, 1)}
    write(our, 0, "Nieuwer.")
    write(our, 1, "Ook nieuw.")
    choices = {our.norms[0]: "replace", our.norms[1]: "below"}
    services.apply_import(text, choices=choices, versions=seen, by=our.coordinator)
    assert our.answer(0).story == "Nieuwer."
    assert our.answer(1).story == "Ook nieuw.\n\nWij leren.\n\nVerbeteren: Vaker."
    assert [note.get("left") for note in db.session.get_one(TextImport, text.id).done] == [True, None]
    write(our, 1, "Later.")
    services.undo_import(db.session.get_one(TextImport, text.id), by=our.coordinator)
    assert our.answer(1).story == "Later."


def test_an_old_text_is_looked_at_and_taken_over_on_the_pages(app, as_):
    our = Ours()
    write(our, 0, "Dit stond er.")
    client, path = as_(our.coordinator), f"{our.path}/imports"
    csrf = typed(client, path)["csrf_token"]

    def upload(content, name):
        data = {"csrf_token": csrf, "file": (io.BytesIO(content), name)}
        return client.post(path, data=data, content_type="multipart/form-data")

    assert client.post(path, data={"csrf_token": csrf}).status_code == 422
    wrong = upload(b"%PDF-1.7", "rapport.pdf")
    assert (wrong.status_code, "Gebruik Word" in soup(wrong).select_one(".pr-errors").text) == (422, True)
    assert upload(b"Niets over normen", "x.txt").status_code == 422
    shown = upload(word(), "oud.docx")
    assert shown.status_code == 303
    page = soup(client.get(shown.location))
    chosen = {
        i["name"]: i["value"] for i in page.select("main form input") if i["type"] != "radio" or i.has_attr("checked")
    }
    assert [chosen[f"norm-{our.norms[n]}"] for n in (0, 1)] == ["leave", "replace"]
    assert "Vervallen norm" in page.select_one("#strange").text
    assert client.post(f"{shown.location}/apply", data=chosen | {f"norm-{our.norms[0]}": "replace"}).status_code == 303
    assert our.answer(0).story.startswith("Wij nemen de tijd.")
    assert client.get(shown.location).status_code == 200
    assert client.post(f"{shown.location}/discard", data={"csrf_token": csrf}).status_code == 409
    assert client.post(f"{shown.location}/undo", data={"csrf_token": csrf}).status_code == 303
    assert our.answer(0).story == "Dit stond er."
    assert as_(our.contributor).get(shown.location).status_code == 404
    assert as_(make_actor("coordinator", make_organisation())).get(shown.location).status_code == 404


def test_an_old_text_of_which_nothing_was_chosen_is_not_told_to_be_taken_over(app, as_):
    our = Ours()
    write(our, 0, "Dit stond er.")
    client, path = as_(our.coordinator), f"{our.path}/imports"
    csrf = typed(client, path)["csrf_token"]
    data = {"csrf_token": csrf, "file": (io.BytesIO(b"V1\nOude tekst."), "oud.txt")}
    shown = client.post(path, data=data, content_type="multipart/form-data").location
    assert client.post(f"{shown}/apply", data={"csrf_token": csrf}).status_code == 303
    page = soup(client.get(shown))
    assert page.h1.text == "Er is niets overgenomen"
    assert [a["href"] for a in page.select("main a.btn")] == [our.path, path]


def test_nothing_is_taken_over_after_the_signature(app):
    our = Ours(filled=True)
    text = services.read_old_text(our.evaluation(), content=excel(), file_name="a.xlsx", by=our.coordinator)
    services.submit(our.evaluation(), by=our.executive)
    with pytest.raises(NotNow):
        services.apply_import(text, choices={our.norms[0]: "below"}, versions={}, by=our.coordinator)
    with pytest.raises(NotNow):
        services.read_old_text(our.evaluation(), content=excel(), file_name="a.xlsx", by=our.coordinator)
    with pytest.raises(Invalid):
        services.read_old_text(Ours().evaluation(), content=b"", file_name="a.xlsx", by=our.coordinator)
