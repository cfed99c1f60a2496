"""Everybody reads what is published; only the secretariat sees drafts."""

import io
import json

import pytest

from peerreview.core.access import SYSTEM
from peerreview.frameworks import services
from tests.factories.accounts import make_actor
from tests.factories.frameworks import both, framework_file, make_framework
from tests.factories.organisations import make_organisation


@pytest.fixture
def published(app):
    version = services.import_framework(json.dumps(framework_file()).encode(), by=SYSTEM)
    return services.publish(version, by=SYSTEM)


@pytest.fixture
def secretariat(app):
    return make_actor("secretariat")


def upload(client, content: bytes, name: str = "kader.json"):
    return client.send("/frameworks", {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def test_before_anything_is_published_the_page_says_so(app, get):
    assert "No norms yet" in get(None, "/norms", headers={"Accept-Language": "en"})


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/norms", "Norm 2 in English"), ("/norms/2027", "Norm 2 in English"), ("/norms/2027/chapters/V", "Norm 1 asks this."),
        ("/norms/2027/competencies/C2", "Competency 2"), ("/norms/2027/norm/V1", "How do you notice?"),
        ("/norms/2027/norm/O2", "Because it counts."),
    ],
)  # fmt: skip
def test_everybody_reads_the_norms(published, get, path, text):
    assert text in get(None, path, headers={"Accept-Language": "en"})


def test_the_norms_are_read_in_dutch_too(published, get):
    assert "Hoe merk je dat?" in get(None, "/norms/2027/norm/V1", headers={"Accept-Language": "nl"})


@pytest.mark.parametrize(
    "path",
    ["/norms/1999", "/norms/2027/norm/V9", "/norms/2027/norm/v1", "/norms/2027/chapters/Z", "/norms/2027/competencies/V1",
     "/norms/1999/framework.json", "/norms/2027/norm/%00", "/norms/%F0%9F%98%80"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(published, as_, path):
    assert as_(None).get(path).status_code == 404


def test_a_draft_is_read_by_nobody(published, as_):
    services.import_framework(json.dumps(framework_file(version="2028")).encode(), by=SYSTEM)
    assert as_(None).get("/norms/2028").status_code == 404
    assert "2028" not in as_(None).get("/norms").get_data(as_text=True)


def test_a_norm_leads_to_its_neighbours(published, get):
    page = get(None, "/norms/2027/norm/O2")
    assert [f'rel="prev" href="/norms/2027/norm/{code}"' in page for code in ("V1",)] == [True]
    assert 'rel="next" href="/norms/2027/norm/V3"' in page
    assert 'rel="prev"' not in get(None, "/norms/2027/norm/V1")


@pytest.mark.parametrize(
    ("text", "codes"), [("norm 3", ["V3"]), ("MERK", ["V1", "O2", "V3"]), ("bestaat niet", []), ("a", [])]
)
def test_search_finds_norms_by_every_word(published, get, text, codes):
    page = get(None, "/norms", query_string={"q": text}, headers={"HX-Request": "true", "Accept-Language": "nl"})
    assert [code for code in ("V1", "O2", "V3") if f"/norm/{code}" in page] == codes
    assert "<h1" not in page


def test_a_search_without_javascript_gives_the_whole_page(published, get):
    assert "<h1" in get(None, "/norms/2027?q=norm")


def test_hostile_searches_are_answered(published, as_):
    for text in ("x" * 10_000, "%00\x00", "<script>", "💥", "%_\\"):
        assert as_(None).get("/norms", query_string={"q": text}).status_code == 200


def test_a_downloaded_version_comes_in_again_as_itself(published, as_):
    answer = as_(None).get("/norms/2027/framework.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="voorbeeld-2027.json"'
    assert json.loads(answer.data) == framework_file()
    assert services.import_framework(answer.data, by=SYSTEM).id == published.id


def test_a_visitor_who_has_the_page_already_gets_304_in_the_same_language(published, as_):
    client = as_(None)
    first = client.get("/norms", headers={"Accept-Language": "nl"})
    again = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/norms", headers={"Accept-Language": "nl", **again}).status_code == 304
    assert client.get("/norms", headers={"Accept-Language": "en", **again}).status_code == 200


def test_who_is_signed_in_gets_no_tag(published, as_, secretariat):
    answer = as_(secretariat).get("/norms")
    assert (answer.headers.get("ETag"), answer.headers["Cache-Control"]) == (None, "no-store")


def test_reading_takes_one_query_however_many_norms_there_are(app, as_, queries_seen):
    for label, count in (("2026", 1), ("2027", 3)):
        make_framework(norms=count, label=label)
        as_(None).get(f"/norms/{label}")
        for path in (f"/norms/{label}", f"/norms/{label}/norm/V1", f"/norms/{label}/chapters/V"):
            with queries_seen() as seen:
                as_(None).get(path)
            seen.expect(1)


# --- The secretariat --------------------------------------------------------------------------------------------------


def test_a_file_comes_in_is_looked_at_and_published(secretariat, as_):
    client = as_(secretariat)
    answer = upload(client, json.dumps(framework_file()).encode())
    assert (answer.status_code, answer.location) == (303, "/frameworks/1")
    assert client.get("/frameworks/1").status_code == 200
    assert client.send("/frameworks/1/publish").status_code == 303
    assert client.send("/frameworks/1/publish").status_code == 303
    assert "/norms/2027" in client.get("/frameworks/1").get_data(as_text=True)
    assert client.send("/frameworks/1/discard").status_code == 409


def test_a_wrong_file_is_shown_with_every_problem(secretariat, as_):
    data = framework_file()
    data["norms"][0]["chapter"] = "Z"
    del data["title"]["en"]
    answer = upload(as_(secretariat), json.dumps(data).encode())
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "norms[0].chapter: " in page
    assert "title.en: " in page


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"PK\x03\x04", b"[" * 100_000, "é".encode("latin-1")])
def test_an_odd_file_is_refused_in_words(secretariat, as_, content):
    assert upload(as_(secretariat), content).status_code == 422


def test_no_file_is_told(secretariat, as_):
    assert as_(secretariat).send("/frameworks").status_code == 422


def test_a_changed_published_version_is_refused(secretariat, as_, published):
    answer = upload(as_(secretariat), json.dumps(framework_file() | {"title": both("Anders")}).encode())
    assert answer.status_code == 409


def test_a_version_is_laid_beside_its_predecessor(secretariat, as_, published):
    data = framework_file(version="2028", norms=4)
    data["norms"][0]["title"] = both("Nieuwe titel")
    del data["norms"][2]
    draft = services.import_framework(json.dumps(data).encode(), by=SYSTEM)
    client = as_(secretariat)
    client.set_cookie("language", "en")
    page = client.get(f"/frameworks/{draft.id}").get_data(as_text=True)
    assert "1 norm is new, 1 is changed, 1 is gone, 1 stays the same." in page


def test_a_draft_can_be_thrown_away(secretariat, as_):
    draft = f"/frameworks/{services.import_framework(json.dumps(framework_file()).encode(), by=SYSTEM).id}"
    assert as_(secretariat).send(f"{draft}/discard").status_code == 303
    assert as_(secretariat).get(draft).status_code == 404


def test_only_the_secretariat_has_a_desk(as_, published):
    draft = services.import_framework(json.dumps(framework_file(version="2028")).encode(), by=SYSTEM)
    coordinator = as_(make_actor("coordinator", make_organisation()))
    assert coordinator.get("/frameworks").status_code == 403
    assert upload(coordinator, b"{}").status_code == 403
    assert coordinator.get(f"/frameworks/{published.id}").status_code == 403
    assert coordinator.send(f"/frameworks/{draft.id}/publish").status_code == 404
    assert as_(None).get("/frameworks").status_code == 303


def test_the_list_takes_as_many_queries_for_one_version_as_for_three(secretariat, as_, queries_seen):
    for count in (1, 3):
        for n in range(count):
            make_framework(label=f"{2030 + count * 10 + n}")
        client = as_(secretariat)
        with queries_seen() as seen:
            client.get("/frameworks")
        seen.expect(3)
