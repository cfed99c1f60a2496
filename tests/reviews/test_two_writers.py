"""Two people write the same text: in every order of loading and saving both texts survive, and nothing is told too early."""

import re
from itertools import permutations

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from peerreview.core import history, presence
from peerreview.core.db import db
from peerreview.core.errors import NotNow, StaleVersion
from peerreview.core.merging import merge, sentences
from peerreview.reviews import queries, services
from peerreview.reviews.lifecycle import Rating, ReviewState
from peerreview.reviews.models import Finding
from tests.factories.reviews import fill_findings, finding_of, make_observation, make_pair, norms_in
from tests.reviews.test_pages import HX, fields_of, read, send

R = ReviewState
BASE = "Wij spraken vier mensen. Zij vertelden over de balie."


# --- One text of two --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mine", "theirs", "merged", "choices"),
    [
        ("Een! Twee.", "Een. Twee.", "Een! Twee.", 0),
        ("Een. Twee.", "Een. Twee. Drie.", "Een. Twee. Drie.", 0),
        ("Een! Twee.", "Een. Twee. Drie.", "Een! Twee. Drie.", 0),
        ("Een. Twee. Drie.", "Een. Twee. Vier.", "Een. Twee. Drie. Vier.", 0),
        ("Een A. Twee.", "Een B. Twee.", "[jij: Een A.] [Mo: Een B.] Twee.", 1),
        ("Twee.", "Een B. Twee.", "[Mo: Een B.] Twee.", 1),
        ("Twee.", "Een. Twee. Drie.", "Twee. Drie.", 0),
    ],
)
def test_what_one_changed_is_taken_and_what_both_changed_is_marked(mine, theirs, merged, choices):
    made = merge("Een. Twee.", mine, theirs, me="jij", them="Mo")
    assert (made.text, made.choices) == (merged, choices)


def test_no_sentence_that_somebody_wrote_is_left_out():
    pieces = ["Een.", "Twee.", "Drie.", "Nieuw van mij.", "Nieuw van haar."]
    for mine in permutations(pieces, 3):
        for theirs in permutations(pieces, 2):
            made = merge("Een. Twee. Drie.", " ".join(mine), " ".join(theirs)).text
            new = {"Nieuw van mij."} & set(mine) | {"Nieuw van haar."} & set(theirs)
            assert all(one in made for one in new), (mine, theirs, made)
    assert "".join(sentences(BASE)) == BASE


# --- Every order ------------------------------------------------------------------------------------------------------


def orders():
    """Each way in which two people can load a page once and save it twice."""
    acts = [("lead", "load"), ("lead", "save"), ("lead", "save"), ("mate", "load"), ("mate", "save"), ("mate", "save")]
    seen = sorted(set(permutations([name for name, _act in acts])))
    for order in seen:
        turns = {"lead": iter(["load", "save", "save"]), "mate": iter(["load", "save", "save"])}
        yield [(name, next(turns[name])) for name in order]


def test_in_every_order_of_saving_both_texts_survive(app):
    pair = make_pair(norms=20)  # twenty orders, one finding each
    review, people = pair.review, {"lead": pair.lead, "mate": pair.mate}
    numbers = sorted(finding.id for finding in review.findings)
    for turn, order in enumerate(orders()):
        finding = db.session.get_one(Finding, numbers[turn])
        shown, written = {}, []
        for number, (name, act) in enumerate(order):
            version, story = shown.get(name, (finding.version, finding.story))
            if act == "load":
                shown[name] = (finding.version, finding.story)
                continue
            words = f"Zin {number} van {name}."
            mine = f"{story} {words}".strip()
            try:
                kept = services.record_finding(review, finding, version=version, story=mine, by=people[name])
            except StaleVersion as clash:
                both = merge((clash.theirs["base"] or {}).get("story", ""), mine, clash.theirs["story"]).text
                version = clash.theirs["version"]
                kept = services.record_finding(review, finding, version=version, story=both, by=people[name])
            shown[name] = (kept.version, finding.story)
            written.append(words)
        assert all(words in finding.story for words in written), (order, finding.story)
        assert history.latest(finding).texts["story"] == finding.story
    assert turn == 19


def test_what_a_colleague_wrote_in_another_field_comes_along_and_is_never_overwritten(app, as_):
    pair = make_pair()
    url = f"/reviews/{pair.review.id}/findings/V1"
    lead, mate = as_(pair.lead), as_(pair.mate)
    mine, theirs = (fields_of(read(client, url)) | {"autosave": "1"} for client in (lead, mate))
    assert send(mate, url, data=theirs | {"improvement": "Bel terug."}, headers=HX).status_code == 200
    answer = send(lead, url, data=mine | {"story": "Van de lead."}, headers=HX)
    soup = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    assert [(one["data-take"], one.text) for one in soup.select("template")] == [("improvement", "Bel terug.")]
    version = soup.select_one("[data-version]")["data-version"]
    later = mine | {"story": "Van de lead. En meer.", "improvement": "Bel terug.", "version": version}
    assert send(lead, url, data=later, headers=HX).status_code == 200
    finding = finding_of(pair.review)
    assert (finding.story, finding.improvement) == ("Van de lead. En meer.", "Bel terug.")


def test_what_a_finding_still_lacks_is_told_anew_with_every_draft(app, as_):
    pair = make_pair(state=ReviewState.CONSENSUS)
    client, url = as_(pair.lead), f"/reviews/{pair.review.id}/findings/V1"
    form = fields_of(read(client, url)) | {"autosave": "1"}
    told = []
    for more in ({}, {"rating": "partly"}, {"improvement": "Spreek af wie invalt."}):
        form |= more
        answer = BeautifulSoup(send(client, url, data=form, headers=HX).get_data(as_text=True), "html.parser")
        told.append([row.text for row in answer.select("#missing-f li")])
        form["version"] = answer.select_one("[data-version]")["data-version"]
    assert told == [["een oordeel"], ["een waarneming", "een verbeterpunt"], ["een waarneming"]]


def test_a_page_is_told_its_own_version_and_never_that_of_a_colleague(app):
    pair = make_pair()
    review, finding = pair.review, finding_of(pair.review)
    first = services.record_finding(review, finding, version=1, story="A.", by=pair.lead)
    services.record_finding(review, finding, version=first.version, story="A. B.", by=pair.mate)
    assert (first.version, finding.version) == (2, 3)
    with pytest.raises(StaleVersion):
        services.record_finding(review, finding, version=first.version, story="A. C.", by=pair.lead)


def test_two_people_tick_observations_and_none_undoes_the_other(app, as_):
    pair = make_pair()
    person = pair.review.visit.team[0].person
    one, two, three = (make_observation(pair.review, norms_in(pair.review)[0], person, f"Nr {n}.").id for n in range(3))
    url = f"/reviews/{pair.review.id}/findings/V1"
    lead, mate = as_(pair.lead), as_(pair.mate)
    sent = fields_of(read(lead, url)) | {"observations": [one]}
    assert send(lead, url, data=sent | {"autosave": "1"}, headers=HX).status_code == 200
    shown = fields_of(read(mate, url))
    assert shown["leaned"] == str(one)
    assert send(lead, url, data=sent | {"observations": [one, two], "leaned": str(one)}).status_code == 303
    assert send(mate, url, data=shown | {"observations": [three]}).status_code == 303
    assert queries.leaned_on(finding_of(pair.review).id) == sorted([two, three])


@pytest.mark.parametrize(("side", "stays"), [("mine", "Van B."), ("theirs", "Van A."), ("merged", "Van A. Van B.")])
def test_without_a_script_one_takes_either_or_one_text_of_both(app, as_, side, stays):
    pair = make_pair()
    url = f"/reviews/{pair.review.id}/findings/V1"
    form = fields_of(read(as_(pair.lead), url))
    assert send(as_(pair.lead), url, data=form | {"story": "Van A."}).status_code == 303
    clash = send(as_(pair.mate), url, data=form | {"story": "Van B."})
    soup = BeautifulSoup(clash.get_data(as_text=True), "html.parser")
    marked = [mark.text.strip() for mark in soup.select("mark")]
    assert (clash.status_code, marked) == (409, ["B.", "A."])
    form = fields_of(str(soup)) | {
        "theirs-story": soup.select_one("[name=theirs-story]")["value"],
        "merged-story": "Van A. Van B.",
        "keep-story": side,
    }
    assert soup.select_one("textarea[name=merged-story]").text.strip() == "Van B. Van A."
    assert send(as_(pair.mate), url, data=form).status_code == 303
    finding = finding_of(pair.review)
    assert finding.story == stays
    assert {one.texts["story"] for one in history.versions_of(finding)} >= {"Van A.", stays}


def test_the_summary_has_two_writers_too(app, as_):
    pair = make_pair()
    url = f"/reviews/{pair.review.id}/summary"
    lead, mate = as_(pair.lead), as_(pair.mate)
    form = fields_of(read(lead, url)) | {"autosave": "1"}
    assert send(lead, url, data=form | {"summary": "Warm onthaal."}, headers=HX).status_code == 200
    text = send(mate, url, data=form | {"summary": "Koude koffie."}, headers=HX).get_data(as_text=True)
    assert ("Warm" in text, "Koude" in text, pair.review.summary) == (True, True, "Warm onthaal.")
    assert f"{pair.lead.name} bewaarde deze tekst net iets eerder." in text


# --- What it read before ----------------------------------------------------------------------------------------------


def test_an_earlier_text_is_compared_and_put_back_unless_a_colleague_was_first(app, as_):
    pair = make_pair()
    finding = finding_of(pair.review)
    for version, (by, story) in enumerate([(pair.lead, "Eerst dit."), (pair.mate, "Toen dat.")], 1):
        services.record_finding(pair.review, finding, version=version, story=story, rating=Rating.PARTLY, by=by)
    here = f"/reviews/{pair.review.id}/findings/V1/history"
    client = as_(pair.lead)
    soup = BeautifulSoup(read(client, f"{here}?version=2"), "html.parser")
    assert [mark.text.strip() for mark in soup.select("del, ins")] == ["Eerst dit.", "Toen dat."]
    assert send(client, f"{here}/2", data={"version": 2}).status_code == 409
    assert send(client, f"{here}/77", data={"version": 3}).status_code == 422
    assert send(client, f"{here}/2", data={"version": 3}).status_code == 303
    db.session.expire_all()
    assert (finding_of(pair.review).story, finding_of(pair.review).rating) == ("Eerst dit.", Rating.PARTLY)
    assert [one.texts["story"] for one in history.versions_of(finding)] == ["Eerst dit.", "Toen dat.", "Eerst dit."]


def test_an_earlier_summary_is_put_back(app, as_):
    pair = make_pair()
    first = services.write_summary(pair.review, summary="Een.", version=pair.review.version, by=pair.lead)
    second = services.write_summary(pair.review, summary="Twee.", version=first, by=pair.mate)
    here, client = f"/reviews/{pair.review.id}/summary/history", as_(pair.mate)
    assert "Een." in read(client, f"{here}?version={first}")
    assert send(client, f"{here}/{first}", data={"version": first}).status_code == 409
    assert send(client, f"{here}/{first}", data={"version": second}).status_code == 303
    assert pair.review.summary == "Een."


def test_a_version_that_a_colleague_has_before_them_stays(app):
    pair = make_pair()
    review, finding = pair.review, finding_of(pair.review)
    first = services.record_finding(review, finding, version=1, story=BASE, by=pair.lead)
    presence.is_here("finding", finding.id, by=pair.mate, version=first.version)
    second = services.record_finding(review, finding, version=first.version, story=BASE + " Meer.", by=pair.lead)
    services.record_finding(review, finding, version=second.version, story=BASE + " Meer nog.", by=pair.lead)
    assert [one.number for one in history.versions_of(finding)] == [4, 2]
    with pytest.raises(StaleVersion) as clash:
        services.record_finding(review, finding, version=first.version, story="Dag. " + BASE, by=pair.mate)
    assert clash.value.theirs["base"]["story"] == BASE


# --- Who is there -----------------------------------------------------------------------------------------------------


def test_colleagues_read_who_looks_along_and_who_writes(app, as_, at):
    pair = make_pair()
    url = f"/reviews/{pair.review.id}/findings"
    lead, mate = as_(pair.lead), as_(pair.mate)
    token = fields_of(read(mate, f"{url}/V1"))["csrf_token"]
    mate_token = {"csrf_token": token, "version": "1"}
    assert mate.post(f"{url}/V1/together", data=mate_token).get_data(as_text=True).strip() == ""
    mine = {"csrf_token": fields_of(read(lead, f"{url}/V1"))["csrf_token"], "version": "1"}
    name = pair.mate.name.split()[0]
    assert f"{name} kijkt mee." in lead.post(f"{url}/V1/together", data=mine).get_data(as_text=True)
    mate.post(f"{url}/V1/together", data=mate_token | {"writes": "1"})
    assert f"{name} schrijft hier." in read(lead, url)
    services.record_finding(pair.review, finding_of(pair.review), version=1, story="Nieuw.", by=pair.mate)
    assert f"{name} bewaarde een nieuwere tekst." in lead.post(f"{url}/V1/together", data=mine).get_data(as_text=True)
    assert mate.post(f"{url}/V1/together", data=mate_token | {"gone": "1"}).status_code == 204
    assert name not in BeautifulSoup(read(lead, url), "html.parser").select_one("main").text


# --- Who was late ------------------------------------------------------------------------------------------------------


def late_pair():
    """Two who rate three norms: the lead all, the mate one; then the lead reveals with a reason."""
    pair = make_pair(state=R.RATING)
    norms = norms_in(pair.review)
    services.give_ratings(pair.review, {n.id: (Rating.NOT, f"Geheim {n.code}.") for n in norms}, by=pair.lead)
    services.give_rating(pair.review, norm_id=norms[0].id, rating=Rating.COMPLIES, note="Goed.", by=pair.mate)
    services.give_rating(pair.review, norm_id=norms[1].id, rating=Rating.NOT_ASSESSED, note="", by=pair.mate)
    services.reveal(pair.review, reason="Mo is ziek.", by=pair.lead)
    return pair, norms


def test_who_was_late_sees_nothing_of_a_norm_before_their_own_rating(app, as_):
    pair, norms = late_pair()
    fill_findings(pair.review, Rating.NOT)
    base, client = f"/reviews/{pair.review.id}", as_(pair.mate)
    assert client.get(f"{base}/findings/{norms[0].code}").status_code == 200
    for norm in norms[1:]:
        for path in (f"findings/{norm.code}", f"findings/{norm.code}/history", f"findings/{norm.code}/sources"):
            assert client.get(f"{base}/{path}").headers["Location"] == f"{base}/ratings/{norm.code}"
        assert send(client, f"{base}/findings/{norm.code}", data={"story": "x"}).status_code == 409
    pages = ["", "/findings", "/findings?show=difference", "/ratings", "/summary", "/summary/history", "/report",
             "/report/0.pdf", f"/findings/{norms[0].code}", f"/ratings/{norms[1].code}"]  # fmt: skip
    for path in pages:
        text = client.get(base + path).get_data(as_text=True)
        for norm in norms[1:]:
            assert f"Geheim {norm.code}" not in text, path
            assert f"Verhaal bij {norm.code}" not in text, path
            assert f"Spreek bij {norm.code}" not in text, path
    assert len(re.findall("Geef eerst je eigen oordeel", read(client, f"{base}/findings"))) == 2
    assert "Eerst je eigen oordeel" in read(client, f"{base}/report")


def test_who_was_late_rates_once_and_then_sees_everything(app, as_):
    pair, norms = late_pair()
    url, client = f"/reviews/{pair.review.id}/ratings/{norms[1].code}", as_(pair.mate)
    form = fields_of(read(client, url))
    draft = send(client, url, data=form | {"rating": "complies", "note": "Ik zag", "autosave": "1"}, headers=HX)
    assert (draft.status_code, norms[1].id in queries.to_rate_first(pair.review, pair.mate)) == (200, True)
    form |= {"version": re.search(r'data-version="(\d+)"', draft.get_data(as_text=True))[1]}
    answer = send(client, url, data=form | {"rating": "complies", "note": "Ik zag het."})
    assert answer.headers["Location"] == f"/reviews/{pair.review.id}/findings/{norms[1].code}"
    page = read(client, answer.headers["Location"])
    assert ("Ik zag het." in page, f"Geheim {norms[1].code}." in page) == (True, True)
    with pytest.raises(NotNow):
        services.give_rating(
            pair.review, norm_id=norms[1].id, rating=Rating.NOT, note="Toch niet.", by=pair.mate, version=99
        )


def test_observations_behind_a_rating_are_kept_and_carried_into_the_finding(app, as_):
    pair = make_pair(state=R.RATING)
    norms, person = norms_in(pair.review), pair.review.visit.team[0].person
    mine, other = (make_observation(pair.review, norms[0], person, text).id for text in ("Deze.", "Die."))
    general = make_observation(pair.review, None, person, "In het algemeen.").id
    url, client = f"/reviews/{pair.review.id}/ratings/{norms[0].code}", as_(pair.lead)
    form = fields_of(read(client, url)) | {"rating": "complies", "note": "Goed.", "autosave": "1"}
    assert send(client, url, data=form | {"observations": [mine, general]}, headers=HX).status_code == 200
    ticked = BeautifulSoup(read(client, url), "html.parser").select("[name=observations][checked]")
    assert sorted(int(one["value"]) for one in ticked) == sorted([mine, general])
    for person in (pair.lead, pair.mate):
        rest = {norm.id: (Rating.COMPLIES, "Goed.") for norm in norms}
        services.give_ratings(pair.review, rest, by=person)
    elsewhere = make_observation(pair.review, norms[1], pair.review.visit.team[0].person).id
    services.reveal(pair.review, by=pair.lead)
    found = {finding.norm_id: queries.leaned_on(finding.id) for finding in pair.review.findings}
    assert (found[norms[0].id], found[norms[1].id]) == (sorted([mine, general]), [elsewhere])
    assert other not in found[norms[0].id]
    kept = db.session.scalars(select(Finding).where(Finding.norm_id == norms[0].id, Finding.story != "")).one()
    assert history.latest(kept).texts["rating"] == "complies"
