"""Noting on the day: what a device sends arrives once and in order, a norm is chosen later, files are what they say."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from peerreview.core import clock, history
from peerreview.core.db import db
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.core.storage import storage
from peerreview.programmes.queries import items_of
from peerreview.reviews import queries, services
from peerreview.reviews.lifecycle import ReviewState, Source
from peerreview.reviews.models import Finding, Observation, ObservationFile, finding_observation
from peerreview.reviews.talks import talk_now
from peerreview.visits.lifecycle import VisitState
from tests.factories.files import PNG
from tests.factories.programmes import make_item
from tests.factories.reviews import make_observation, make_pair, norms_in
from tests.reviews.test_pages import HX, fields_of, read, send

R = ReviewState
FIRST = "Een vrijwilliger vertelt dat ze de eerste maand een maatje had dat elke week even belde."


def note(pair, **values):
    """The fields that a device sends."""
    fields = {
        "person": pair.lead.person_id, "client_key": "een", "noted_at": int(clock.now().timestamp() * 1000), "position": 1,
        "text": "Gehoord.", "source": "heard", "interlocutor": "", "norm_id": "", "item_id": "", "version": 0,
    }  # fmt: skip
    return fields | values


def sync(client, pair, **values):
    return send(client, f"/reviews/{pair.review.id}/observations/sync", data=note(pair, **values), headers=HX)


def rows(pair) -> list[Observation]:
    db.session.rollback()
    order = Observation.noted_at, Observation.position, Observation.id
    return list(db.session.scalars(select(Observation).where(Observation.review_id == pair.review.id).order_by(*order)))


# --- What a device sends ----------------------------------------------------------------------------------------------


def test_what_arrives_again_is_answered_as_the_first_time_and_stays_in_the_order_of_the_device(app, as_):
    pair = make_pair(state=R.PREPARING, visit_state=VisitState.AGREED)
    client, at = as_(pair.lead), int(clock.now().timestamp() * 1000) - 60_000
    sent = [("b", 2, "Tweede."), ("a", 1, "Eerste."), ("b", 2, "Tweede."), ("c", 3, "Derde."), ("a", 1, "Eerste.")]
    answers = [sync(client, pair, client_key=key, position=n, text=text, noted_at=at) for key, n, text in sent]
    assert [answer.status_code for answer in answers] == [200] * 5
    ids = [answer.json["id"] for answer in answers]
    assert (ids[0], ids[1], [answer.json["version"] for answer in answers]) == (ids[2], ids[4], [1] * 5)
    assert [row.text for row in rows(pair)] == ["Eerste.", "Tweede.", "Derde."]


def test_what_was_changed_on_the_device_after_a_lost_answer_replaces_the_first_text_and_nothing_later(app, as_):
    pair = make_pair(state=R.RATING)
    client = as_(pair.lead)
    sync(client, pair, text=FIRST)
    assert sync(client, pair, text="Later verstuurd, eerder geschreven.").json["version"] == 1
    answer = sync(client, pair, text="Zo bedoel ik het.", edited="y")
    assert (answer.json["version"], [row.text for row in rows(pair)]) == (2, ["Zo bedoel ik het."])
    [row] = rows(pair)
    services.change_observation(pair.review, row, version=2, by=pair.lead, text="Aan het bureau verbeterd.")
    clash = sync(client, pair, text="Nog anders.", edited="y", version=2)
    assert (clash.status_code, bool(clash.json["message"])) == (409, True)
    assert [row.text for row in rows(pair)] == ["Aan het bureau verbeterd."]
    assert [version.texts["text"] for version in history.versions_of(rows(pair)[0])] == [
        "Aan het bureau verbeterd.",
        FIRST,
    ]


@pytest.mark.parametrize(("hours", "expected"), [(5, 0), (-2, -2), (-24 * 90, -24 * 60)])
def test_the_clock_of_a_device_is_believed_within_reason(app, as_, at, hours, expected):
    with at("2027-04-13 11:00"):
        pair = make_pair(state=R.PREPARING, visit_state=VisitState.AGREED)
        said = int((clock.now() + timedelta(hours=hours)).timestamp() * 1000)
        assert sync(as_(pair.lead), pair, noted_at=said).status_code == 200
        assert rows(pair)[0].noted_at == clock.now() + timedelta(hours=expected)


def test_wrong_notes_are_refused_with_words_and_nothing_is_kept(app, as_):
    pair = make_pair(state=R.RATING)
    client = as_(pair.lead)
    foreign = norms_in(make_pair().review)[0].id
    wrong = [{"text": ""}, {"source": "dreamt"}, {"norm_id": foreign}, {"noted_at": "x"}, {"client_key": ""}]
    for values in [*wrong, {"text": "a" * 20_001}]:
        answer = sync(client, pair, **values)
        assert (answer.status_code, bool(answer.json["message"])) == (422, True), values
    assert sync(client, pair, person=pair.mate.person_id).status_code == 403  # somebody else signed in meanwhile
    assert sync(as_(pair.other_lead), pair).status_code == 404
    assert sync(client, pair, item_id=10**8).status_code == 200  # a talk that is gone is no reason to lose a note
    assert [(row.text, row.item_id) for row in rows(pair)] == [("Gehoord.", None)]


def test_the_state_for_a_device_tells_whether_notes_are_taken_and_a_stale_token_is_no_page(app, as_):
    pair = make_pair(state=R.DRAFTED)
    address = f"/reviews/{pair.review.id}/observations/sync"
    client = as_(pair.lead)
    state = client.get(address).json
    assert (state["person"], state["open"]) == (pair.lead.person_id, False)
    assert state["until"] > clock.now().timestamp() * 1000
    assert sync(client, pair).status_code == 409
    assert client.post(address, data=note(pair), headers=HX | {"X-CSRFToken": "oud"}).status_code == 401
    assert as_(None).post(address, data=note(pair), headers=HX).status_code == 401
    assert as_(None).get(address).status_code == 303
    assert rows(pair) == []


def test_a_name_is_pointed_out_but_never_blocks(app, as_):
    pair = make_pair(state=R.RATING)
    assert sync(as_(pair.lead), pair, text="Toen zei Karin dat het mocht.").json["notices"] == ["Karin"]


# --- Files ------------------------------------------------------------------------------------------------------------


def test_a_photo_comes_once_is_read_by_the_team_alone_and_goes_with_its_note(app, as_):
    pair = make_pair(state=R.RATING)
    client, home = as_(pair.lead), f"/reviews/{pair.review.id}/observations"
    number = sync(client, pair).json["id"]

    def bring(name="rooster.png", content=PNG, who=client):
        file = (io.BytesIO(content), name)
        return send(who, f"{home}/{number}/files", data={"client_key": "foto", "file": file}, headers=HX)

    ids = {bring().json["id"] for _ in range(2)}
    assert len(ids) == 1
    for name, content in (("foto.png", b"<svg/>"), ("leeg.png", b""), ("kwaad.html", b"<script>")):
        answer = bring(name, content)
        assert (answer.status_code, bool(answer.json["message"])) == (422, True), name
    assert bring(who=as_(pair.mate)).status_code == 403
    address = f"/observation-files/{ids.pop()}"
    answer = as_(pair.mate).get(address)
    assert (answer.data, answer.headers["Content-Security-Policy"]) == (PNG, "default-src 'none'; sandbox")
    assert answer.headers["Content-Disposition"] == "attachment; filename=rooster.png"
    for stranger in (pair.host, pair.other_lead, pair.secretariat):
        assert as_(stranger).get(address).status_code == 404
    assert "rooster.png" in read(as_(pair.mate), home)
    key = db.session.scalars(select(ObservationFile.key)).one()
    db.session.rollback()
    send(client, f"{home}/{number}/delete")
    assert (storage().exists(key), client.get(address).status_code, rows(pair)) == (False, 404, [])


def test_without_javascript_a_note_a_talk_and_a_file_come_with_one_form_or_not_at_all(app, as_):
    pair = make_pair(state=R.PREPARING, visit_state=VisitState.AGREED)
    norm = norms_in(pair.review)[1]
    item = make_item(pair.review.visit, norms=[norm], interlocutors=["volunteer"])
    item_id, client, url = item.id, as_(pair.lead), f"/reviews/{pair.review.id}/workspace"
    page = read(client, f"{url}?item={item_id}")
    form = fields_of(page) | {"text": "Er hangt een rooster.", "source": "shadowed", "interlocutor": "volunteer"}
    assert (form["norm_id"], form["item_id"]) == (str(norm.id), str(item_id))
    bad = send(client, url, data=form | {"files": (io.BytesIO(b"MZ"), "spel.exe")})
    assert (bad.status_code, "Er hangt een rooster." in bad.get_data(as_text=True), rows(pair)) == (422, True, [])
    for _ in range(2):
        done = send(client, url, data=form | {"files": (io.BytesIO(PNG), "rooster.png")})
        assert (done.status_code, f"norm={norm.code}" in done.location) == (303, True)
    [row] = rows(pair)
    assert (row.source, row.item_id, row.norm_id) == (Source.SHADOWED, item_id, norm.id)
    assert [file.file_name for file in queries.files_of(pair.review.id)[row.id]] == ["rooster.png"]


# --- A norm that is chosen later --------------------------------------------------------------------------------------


def test_a_norm_is_chosen_later_and_counts_for_that_finding_alone(app, as_):
    pair = make_pair(state=R.CONSENSUS)
    first, second = norms_in(pair.review)[:2]
    number = sync(as_(pair.lead), pair).json["id"]
    url = f"/reviews/{pair.review.id}/observations/{number}/place"

    def leaned_on():
        tied = finding_observation.join(Finding, Finding.id == finding_observation.c.finding_id)
        chosen = select(Finding.norm_id).select_from(tied).where(finding_observation.c.observation_id == number)
        return list(db.session.scalars(chosen))

    for norm_id in (first.id, second.id, None):
        assert send(as_(pair.lead), url, data={"norm_id": norm_id or ""}).status_code == 303
        assert (leaned_on(), rows(pair)[0].norm_id) == ([norm_id] if norm_id else [], norm_id)
    assert send(as_(pair.mate), url, data={"norm_id": first.id}).status_code == 403
    assert send(as_(pair.lead), url, data={"norm_id": 10**8}).status_code == 422


def test_services_refuse_what_cannot_be(app):
    pair = make_pair(state=R.RATING)
    row = make_observation(pair.review, None, pair.review.visit.team[0].person)
    with pytest.raises(Invalid):
        services.place_observation(pair.review, row, norm_id=10**8, by=pair.lead)
    with pytest.raises(StaleVersion):
        services.change_observation(pair.review, row, version=0, by=pair.lead, text="Anders.")
    closed = make_pair(state=R.FINAL)
    row = make_observation(closed.review, None, closed.review.visit.team[0].person)
    for act in (
        lambda: services.place_observation(closed.review, row, norm_id=None, by=closed.lead),
        lambda: services.add_observation_file(
            closed.review, row, file_name="a.png", content=PNG, client_key="a", by=closed.lead
        ),
    ):
        with pytest.raises(NotNow):
            act()


# --- The page ---------------------------------------------------------------------------------------------------------


def test_the_talk_of_this_moment_is_ones_own_that_runs_else_the_next_else_the_last(app):
    pair = make_pair(state=R.RATING)
    visit, start = pair.review.visit, pair.review.visit.starts_at
    lead, mate = (member.person for member in visit.team[:2])
    for hour, people in ((0, [lead]), (0, [mate]), (2, [lead])):
        make_item(
            visit, starts_at=start + timedelta(hours=hour), ends_at=start + timedelta(hours=hour + 1), people=people
        )
    from_programme = items_of(visit.id)
    hours = [talk_now(from_programme, pair.lead.person_id, start + timedelta(hours=n)) for n in (0.5, 1.5, 5)]
    assert [from_programme.index(item) for item in hours] == [0, 2, 2]
    assert from_programme.index(talk_now(from_programme, pair.mate.person_id, start + timedelta(hours=5))) == 1
    assert talk_now([], 1, start) is None


@pytest.mark.parametrize("count", [1, 3])
def test_the_workspace_asks_the_same_for_one_and_three_notes_and_talks(app, as_, queries, count):
    pair = make_pair(state=R.RATING)
    for n, norm in enumerate(norms_in(pair.review)[:count]):
        make_observation(pair.review, norm, pair.review.visit.team[n % 2].person)
        make_item(pair.review.visit, norms=[norm])
    client, url = as_(pair.lead), f"/reviews/{pair.review.id}/workspace"
    client.get(url)
    with queries() as seen:
        answer = client.get(url)
    seen.expect(12)
    assert answer.headers["X-Keep-Until"]
    assert len(re.findall(r"data-id=", answer.get_data(as_text=True))) == count


def test_the_service_worker_is_served_at_the_root_and_never_kept(app, as_):
    answer = as_(None).get("/sw.js")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/javascript", "no-cache")
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_pages_of_a_visit_ended_or_not_open_in_both_languages(app, as_):
    for state in (R.RATING, R.FINAL):
        pair = make_pair(state=state)
        for path in ("workspace?norm=none", "workspace?norm=V2&item=7", "workspace/ready"):
            for language in ("nl", "en"):
                client = as_(pair.lead)
                client.set_cookie("language", language)
                read(client, f"/reviews/{pair.review.id}/{path}")
    assert "/reviews" in read(as_(pair.secretariat), "/reviews/on-this-device?leaving=1")
