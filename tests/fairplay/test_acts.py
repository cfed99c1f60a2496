"""Feedback, the sample and what is taken home: the acts, their wrong ways, and who finds what on the pages."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from peerreview.core import clock
from peerreview.core.access import SYSTEM
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.fairplay import queries, services
from peerreview.fairplay.lifecycle import Question
from peerreview.fairplay.models import Feedback, Sample, TakeHome
from peerreview.reviews.lifecycle import ReviewState
from peerreview.rounds.models import Round
from tests.factories.accounts import make_actor
from tests.factories.fairplay import make_feedback, make_sample, make_take_home
from tests.factories.reviews import make_pair

R = ReviewState
SAID = {question.value: "4" for question in Question}


def send(client, url, data=()):
    """Post as the page itself would, with its token."""
    home = client.get("/").get_data(as_text=True)
    token = re.search(r"X-CSRFToken\W+([\w.-]{20,})", home)[1]
    return client.post(url, data=dict(data) | {"csrf_token": token})


def final_pair(days_ago=0):
    return make_pair(state=R.FINAL, state_since=clock.now() - timedelta(days=days_ago))


def place(pair, actor, other=False):
    return queries.feedback_place_for(actor, (pair.other if other else pair.review).id)


def give(place, by, **words):
    scores = dict.fromkeys(Question, 3)
    return services.give_feedback(place, **({"scores": scores, "helped": "", "better": ""} | words), by=by)


# --- Feedback ---------------------------------------------------------------------------------------------------------


def test_feedback_is_for_final_reviews(app, as_):
    pair = make_pair(state=R.FACT_CHECKED)
    url = f"/reviews/{pair.review.id}/feedback"
    assert [as_(who).get(url).status_code for who in (pair.host, pair.lead, pair.secretariat)] == [404, 404, 404]


def test_neither_reads_what_the_other_wrote_before_both_wrote(app, get, as_):
    pair = final_pair()
    mine, theirs = f"/reviews/{pair.review.id}/feedback", f"/reviews/{pair.other.id}/feedback"
    assert send(as_(pair.host), mine, SAID | {"helped": "Hun rust.", "version": "0"}).status_code == 303
    assert "Hun rust." in get(pair.host, mine)
    before = get(pair.lead, mine)
    assert "Hun rust." not in before
    assert "Je leest wat" in before
    assert send(as_(pair.other_host), theirs, SAID | {"better": "Meer tijd.", "version": "0"}).status_code == 303
    assert "Hun rust." in get(pair.lead, mine)
    assert "Meer tijd." in get(pair.other_lead, theirs)
    assert send(as_(pair.host), mine, SAID | {"helped": "Toch niet.", "version": "1"}).status_code == 409
    assert db.session.scalars(select(Feedback.helped).order_by(Feedback.id)).all() == ["Hun rust.", ""]
    assert as_(pair.secretariat).get(mine).status_code == 403
    assert as_(pair.other_host).get(mine).status_code in (403, 404)


def test_after_ten_working_days_the_team_reads_it_and_the_silent_side_is_too_late(app, get, at):
    pair = final_pair()
    give(place(pair, pair.host), pair.host, better="Luister langer.")
    opens = place(pair, pair.host).opens_on
    assert opens == clock.add_working_days(clock.today(), 10)
    with at(f"{opens - timedelta(days=1)} 12:00"):
        assert "Luister langer." not in get(pair.lead, f"/reviews/{pair.review.id}/feedback")
        give(place(pair, pair.host), pair.host, better="Luister nog langer.", version=1)
    with at(f"{opens} 12:00"):
        assert "Luister nog langer." in get(pair.lead, f"/reviews/{pair.review.id}/feedback")
        with pytest.raises(NotNow):
            give(place(pair, pair.other_host, other=True), pair.other_host)


def test_a_feedback_form_with_a_question_open_comes_back_with_its_texts(app, as_):
    pair = final_pair()
    client, url = as_(pair.executive), f"/reviews/{pair.review.id}/feedback"
    half = {name: value for name, value in SAID.items() if name != "fair"} | {"helped": "Koffie & rust"}
    answer = send(client, url, half)
    assert answer.status_code == 422
    assert "Koffie &amp; rust" in answer.get_data(as_text=True)
    with pytest.raises(Invalid):
        give(place(pair, pair.host), pair.host, scores={Question.FAIR: 5})
    assert db.session.scalars(select(Feedback)).all() == []


def test_two_of_the_host_who_write_at_once_both_see_both_texts(app, as_):
    pair = final_pair()
    client, url = as_(pair.executive), f"/reviews/{pair.review.id}/feedback"
    give(place(pair, pair.host), pair.host, helped="Van de coördinator.")
    answer = send(client, url, SAID | {"helped": "Van de bestuurder.", "version": "0"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Van de coördinator." in html
    assert "Van de bestuurder." in html
    assert send(client, url, SAID | {"helped": "Van beide.", "version": "1"}).status_code == 303
    with pytest.raises(StaleVersion):
        give(place(pair, pair.host), pair.host, version=1)


def test_the_host_is_asked_once_some_days_after_the_final_report(app, outbox, at):
    pair, now = final_pair(), clock.today()
    make_feedback(pair.other)

    def asked():
        return [letter.recipient for letter in outbox() if letter.kind == "reviews.feedback"]

    services.ask_for_feedback(now, by=SYSTEM)
    assert asked() == []
    services.ask_for_feedback(clock.add_working_days(now, 3), by=SYSTEM)
    services.ask_for_feedback(clock.add_working_days(now, 4), by=SYSTEM)
    assert asked() == [pair.host.email]
    assert services.ask_for_feedback(clock.add_working_days(now, 30), by=SYSTEM) == 0


# --- Taking home ------------------------------------------------------------------------------------------------------


def test_what_one_takes_home_is_for_the_own_organisation_alone(app, get, as_):
    pair = final_pair()
    url = f"/reviews/{pair.review.id}/take-homes"
    norm = pair.review.findings[0].norm
    assert send(as_(pair.lead), url, {"text": "Het koken op woensdag.", "norm_id": norm.id}).status_code == 303
    assert "Het koken op woensdag." in get(pair.lead, url)
    for who in (pair.lead, pair.mate, pair.other_host):
        assert "Het koken op woensdag." in get(who, "/take-homes")
    for who in (pair.host, pair.executive, pair.other_lead):
        assert "Het koken op woensdag." not in get(who, "/take-homes")
        assert as_(who).get(url).status_code in (403, 404)
        assert "Het koken" not in as_(who).get("/take-homes.csv").get_data(as_text=True)
    assert "Het koken" not in get(pair.host, f"/reviews/{pair.review.id}/report")
    assert norm.code in as_(pair.other_host).get("/take-homes.csv").get_data(as_text=True)


def test_only_who_noted_it_changes_it_or_takes_it_out(app, as_):
    pair = final_pair()
    taken = make_take_home(pair.review)
    url = f"/take-homes/{taken.id}"
    assert [as_(who).get(url).status_code for who in (pair.mate, pair.other_host, pair.host)] == [403, 403, 404]
    client = as_(pair.lead)
    assert send(client, url, {"text": "", "version": "1"}).status_code == 422
    assert send(client, url, {"text": "Samen eten.", "version": "1", "norm_id": "999999"}).status_code == 422
    assert send(client, url, {"text": "Samen eten.", "version": "1"}).status_code == 303
    stale = send(client, url, {"text": "Samen tuinieren.", "version": "1"})
    assert stale.status_code == 409
    assert "Samen eten." in stale.get_data(as_text=True)
    assert send(client, url + "/remove").status_code == 303
    assert db.session.scalars(select(TakeHome)).all() == []
    assert send(client, url + "/remove").status_code == 404


def test_a_name_in_what_is_taken_home_is_pointed_at_and_kept(app, as_):
    pair = final_pair()
    answer = send(as_(pair.lead), f"/reviews/{pair.review.id}/take-homes", {"text": "Doen zoals Fatma het doet."})
    taken = db.session.scalars(select(TakeHome)).one()
    assert answer.headers["Location"].endswith(f"/take-homes/{taken.id}")
    assert "Fatma" in as_(pair.lead).get(f"/take-homes/{taken.id}").get_data(as_text=True)


def test_the_list_asks_as_often_for_one_as_for_three(app, as_, queries):
    pair = final_pair()
    client, counts = as_(pair.other_host), []
    make_take_home(pair.review)
    client.get("/take-homes")
    for _more in range(2):
        with queries() as seen:
            client.get("/take-homes")
        counts.append(len(seen))
        make_take_home(pair.review)
        make_take_home(pair.review, norm_id=pair.review.findings[0].norm_id)
    assert counts == [4, 4]


# --- The sample -------------------------------------------------------------------------------------------------------


def test_a_draw_can_be_repeated_and_says_from_how_many(app, get, as_):
    pairs = [final_pair() for _ in range(3)]
    make_pair(state=R.DRAFTED)
    office, round_id = make_actor("secretariat"), pairs[0].review.visit.host.round_id
    with unit_of_work():
        for pair in pairs[1:]:
            for review in (pair.review, pair.other):
                review.visit.host.round_id = round_id
    client, url = as_(office), f"/rounds/{round_id}/sample"
    possible = [row[0] for row in queries.drawable(round_id)]
    assert len(possible) == 6
    assert send(client, url + "/draw", {"count": "2", "seed": "voorjaar"}).status_code == 303
    drawn = db.session.scalars(select(Sample.review_id).order_by(Sample.place)).all()
    assert drawn == services.drawn(possible, 2, "voorjaar")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "moderation_sample.draw")).one()
    assert entry.after == {"seed": "voorjaar", "count": 2, "of": 6}
    rest = [review_id for review_id in possible if review_id not in drawn]
    added = {"add-review_id": rest[0], "add-reason": "Opvallend gelijk"}
    assert send(client, url + "/add", added).status_code == 303
    assert send(client, url + "/add", added).status_code == 422  # it is in the sample already
    assert send(client, url + "/draw", {"count": "0"}).status_code == 422
    html = get(office, url)
    assert "Lot voorjaar, nummer 1" in html
    assert "Opvallend gelijk" in html
    services.draw_sample(db.session.get_one(Round, round_id), count=50, by=office)
    assert send(client, url + "/draw", {"count": "3"}).status_code == 422  # nothing is left
    assert "6 toetsingen zijn geloot" in get(office, "/fair-play")


def test_a_moderator_notes_what_stands_out_once_and_colleagues_do_not_overwrite_it(app, get, as_):
    pair = final_pair()
    sample = make_sample(pair.review)
    office, url = make_actor("secretariat"), f"/fair-play/samples/{sample.id}"
    assert send(as_(office), url, {"remark": "Past bij wat er stond.", "version": "1"}).status_code == 303
    stale = send(as_(office), url, {"remark": "Anders.", "version": "1"})
    assert stale.status_code == 409
    assert "Past bij wat er stond." in stale.get_data(as_text=True)
    assert "Past bij wat er stond." in get(office, f"/rounds/{sample.round_id}/sample")
    oversight = make_actor("oversight")
    assert as_(oversight).get(url).status_code == 404
    assert as_(oversight).get(f"/rounds/{sample.round_id}/sample").status_code == 403
    page = get(oversight, "/fair-play")
    assert "1 van 1 gelezen" in page
    assert "Past bij" not in page
