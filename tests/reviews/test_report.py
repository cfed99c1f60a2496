"""The report: what it is made of, who reads where a sentence comes from, and reports that were kept before."""

import re

from bs4 import BeautifulSoup
from sqlalchemy import insert, select

from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.programmes.lifecycle import ItemKind
from peerreview.programmes.models import ProgrammeItem
from peerreview.reviews import queries, reporting, services
from peerreview.reviews.lifecycle import Rating, Source
from peerreview.reviews.models import ReportVersion, SentenceSource, finding_observation
from peerreview.reviews.queries import document
from peerreview.reviews.queries.sources import grounds_of, offered
from tests.factories.reviews import Pair, finding_of, make_observation, make_pair, norms_in, release_pair
from tests.reviews.test_pages import fields_of, read, send

STORY = "De vrijwilligers weten bij wie ze terechtkunnen. In Eefde valt dat stil."


def written(pair: Pair, code: int = 0, observations: int = 2) -> list[int]:
    """A finding with a story of two sentences that leans on observations; their ids."""
    finding, norm = finding_of(pair.review, code), norms_in(pair.review)[code]
    texts = ["Een vrijwilliger zei dat vrijwilligers weten bij wie ze terechtkunnen.", "De begeleider is er niet."]
    with unit_of_work():
        person = pair.review.visit.team[0].person
        kinds = [(Source.HEARD, "volunteer"), (Source.SEEN, "")]
        noted = [
            make_observation(pair.review, norm, person, text, source=source, interlocutor=function).id
            for text, (source, function) in zip(texts[:observations], kinds, strict=False)
        ]
        for id in noted:
            db.session.execute(insert(finding_observation).values(finding_id=finding.id, observation_id=id))
        finding.rating, finding.story, finding.improvement = Rating.PARTLY, STORY, "Spreek af wie invalt."
    return noted


def programme_of(pair: Pair) -> None:
    visit = pair.review.visit
    start = clock.now().replace(hour=8, minute=0, second=0, microsecond=0)
    with unit_of_work():
        db.session.add(
            ProgrammeItem(
                visit_id=visit.id, kind=ItemKind.INTERVIEW, starts_at=start, ends_at=start.replace(hour=9),
                interlocutors=["volunteer"], note="Vraag naar Karin", norms=norms_in(pair.review)[:2],
            )
        )  # fmt: skip


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


# --- What it is made of -----------------------------------------------------------------------------------------------


def test_a_report_tells_by_competency_what_was_left_out_the_programme_and_diverging_opinions(app):
    pair = make_pair(norms=3)
    written(pair)
    programme_of(pair)
    with unit_of_work():
        left, otherwise = finding_of(pair.review, 1), finding_of(pair.review, 2)
        left.rating, left.not_assessed_reason = Rating.NOT_ASSESSED, "Niemand was er."
        otherwise.rating, otherwise.diverging_opinion = Rating.COMPLIES, "Ik zag het anders."
    report = queries.compose(pair.review)
    assert [(row["code"], row["reason"]) for row in report["not_assessed"]] == [("O2", "Niemand was er.")]
    assert [(row["code"], row["text"]) for row in report["opinions"]] == [("V3", "Ik zag het anders.")]
    rated = [(norm["code"], norm["rating"]) for part in report["competencies"] for norm in part["norms"]]
    assert sorted(rated) == [("O2", "not_assessed"), ("V1", "partly"), ("V3", "complies")]
    assert [(item["kind"], item["norms"]) for item in report["programme"]] == [("interview", ["V1", "O2"])]
    assert "Karin" not in str(report["programme"])
    assert report["noted"] == {"heard": 1, "seen": 1}
    with app.test_request_context():
        assert document.programme_days(report)[0]["items"][0]["functions"] == "vrijwilliger"
        assert document.noted_words(report) == "We noteerden 2 waarnemingen: 1 gehoord en 1 gezien."


def test_a_version_kept_before_still_reads_as_page_pdf_and_word(app, as_):
    pair = make_pair()
    release_pair(pair)
    services.close_fact_check(pair.review, by=pair.host)
    services.finalise(pair.review, by=pair.lead)
    newer = ("competencies", "not_assessed", "opinions", "programme", "noted")
    with unit_of_work():
        for kept in db.session.scalars(select(ReportVersion)):
            kept.content = {key: value for key, value in kept.content.items() if key not in newer}
    url = f"/reviews/{pair.review.id}/report"
    assert "Verhaal bij V1." in read(as_(pair.host), url)
    assert as_(pair.host).get(f"{url}/2.pdf").data[:5] == b"%PDF-"
    assert as_(pair.host).get(f"{url}/1.docx").data[:2] == b"PK"
    assert reporting.whole({"chapters": []})["opinions"] == []


# --- Where a sentence comes from --------------------------------------------------------------------------------------


def rests(pair: Pair, code: int = 0) -> dict[str, tuple[int, ...]]:
    finding = finding_of(pair.review, code)
    return {one.text: one.rests_on for one in grounds_of(pair.review.id, [finding])[finding.id].sentences}


def link(pair: Pair, sentence: int, observation: int, *, seen=(), by: Actor | None = None) -> None:
    finding = finding_of(pair.review)
    key = grounds_of(pair.review.id, [finding])[finding.id].sentences[sentence].key
    chosen = {(key, observation), *seen}
    services.rest_sentences(pair.review, finding, chosen=chosen, seen=set(seen), by=by or pair.lead)


def test_a_finding_on_one_observation_rests_on_it_whole(app):
    pair = make_pair()
    (only,) = written(pair, observations=1)
    assert set(rests(pair).values()) == {(only,)}


def test_what_speaks_about_the_same_is_offered_and_never_chosen(app):
    pair = make_pair()
    first, _second = written(pair)
    finding = finding_of(pair.review)
    grounds = offered(grounds_of(pair.review.id, [finding])[finding.id])
    assert [one.offered for one in grounds.sentences] == [(first,), (), ()]
    assert len(grounds.without) == 3


def test_a_source_follows_a_sentence_that_changes_a_little_and_not_another_one(app):
    pair = make_pair()
    first, _second = written(pair)
    link(pair, 0, first)
    finding = finding_of(pair.review)
    story = "De meeste vrijwilligers weten bij wie ze terechtkunnen. In Eefde valt dat stil."
    services.record_finding(pair.review, finding, version=finding.version, story=story, by=pair.mate)
    assert list(rests(pair).values()) == [(first,), (), ()]
    finding = finding_of(pair.review)
    other = "Het jaarverslag is voor de gemeente geschreven."
    services.record_finding(pair.review, finding, version=finding.version, story=other, by=pair.mate)
    assert list(rests(pair).values()) == [(), ()]


def test_of_two_who_choose_sources_neither_takes_away_what_the_other_chose(app):
    pair = make_pair()
    first, second = written(pair)
    link(pair, 0, first, by=pair.lead)
    link(pair, 0, second, by=pair.mate)  # whose page was opened before
    assert rests(pair)[STORY.split(". ")[0] + "."] == (first, second)


def test_the_writer_ticks_sources_on_a_page_of_their_own(app, as_):
    pair = make_pair()
    first, second = written(pair)
    strange = make_observation(pair.other, None, pair.other.visit.team[0].person).id
    url = f"/reviews/{pair.review.id}/findings/V1/sources"
    boxes = soup(read(as_(pair.mate), url)).find_all("input", type="checkbox")
    assert [box["value"].split(":")[1] for box in boxes][:2] == [str(first), str(second)]
    key = boxes[0]["value"].split(":")[0]
    sent = {"rests": [f"{key}:{first}", f"{key}:{strange}", f"nothing:{first}", "rubbish"], "then": "report"}
    assert send(as_(pair.mate), url, data=sent).headers["Location"].endswith("/report")
    assert [(row.sentence, row.observation_id) for row in db.session.scalars(select(SentenceSource))] == [(key, first)]
    kept = soup(read(as_(pair.mate), url))
    assert [box["value"] for box in kept.find_all("input", checked=True)] == [f"{key}:{first}"]
    assert send(as_(pair.mate), url, data={"seen": [f"{key}:{first}"]}).status_code == 303
    assert list(db.session.scalars(select(SentenceSource))) == []


def test_the_draft_lists_sentences_without_a_source_and_is_not_held_up_by_them(app, as_):
    pair = make_pair()
    written(pair)
    page = soup(read(as_(pair.lead), f"/reviews/{pair.review.id}/report"))
    links = [a["href"] for a in page.find(id="unsourced").find_all("a")]
    assert links == [f"/reviews/{pair.review.id}/findings/V1/sources?then=report"]
    assert "3 zinnen" in page.find(id="unsourced").text


def test_the_team_reads_what_was_noted_the_secretariat_how_and_the_host_neither(app, as_):
    pair = make_pair()
    release_pair(pair)
    with unit_of_work():
        extra = make_observation(
            pair.review, norms_in(pair.review)[0], pair.review.visit.team[0].person, "Stil in de gang bij het kantoor."
        )
        finding = finding_of(pair.review)
        db.session.execute(insert(finding_observation).values(finding_id=finding.id, observation_id=extra.id))
        (key,) = [s.key for s in grounds_of(pair.review.id, [finding])[finding.id].of("story")]
        db.session.add(SentenceSource(finding_id=finding.id, sentence=key, observation_id=extra.id))
    url = f"/reviews/{pair.review.id}/report"
    team, office, host = (read(as_(who), url) for who in (pair.mate, pair.secretariat, pair.host))
    assert ["Stil in de gang" in page for page in (team, office, host)] == [True, False, False]
    unfolded = [len(soup(page).select("#finding-V1 details")) for page in (team, office, host)]
    assert unfolded == [1, 1, 0]
    assert re.search(r"Gebaseerd op 2 waarnemingen", host)
    assert as_(pair.host).get(f"/reviews/{pair.review.id}/findings/V1/sources").status_code == 403
    assert as_(pair.other_host).get(f"/reviews/{pair.review.id}/findings/V1/sources").status_code == 404


# --- Plain language ---------------------------------------------------------------------------------------------------


def test_what_is_marked_stands_under_its_own_field_also_while_one_writes(app, as_):
    pair = make_pair()
    client, url = as_(pair.lead), f"/reviews/{pair.review.id}/findings/V1"
    form = fields_of(read(client, url)) | {
        "story": "Een 72-jarige vrouw uit Vorden komt elke week.",
        "improvement": "Karin " + "en nog een woord " * 8 + "klaar.",
        "autosave": "1",
    }
    draft = soup(send(client, url, data=form, headers={"HX-Request": "true"}).get_data(as_text=True))
    for page in (draft, soup(read(client, url))):
        swaps = {
            name: [button["data-swap"] for button in page.select(f"#marks-{name} button")]
            for name in ("story", "strength", "improvement")
        }
        assert swaps == {
            "story": ["Een 72-jarige vrouw uit Vorden"], "strength": [], "improvement": ["Karin"] * 3,
        }  # fmt: skip
        assert "Deze zin is lang." in page.find(id="marks-improvement").text
        assert "Maak er ‘een cliënt’ van" in page.find(id="marks-story").text
