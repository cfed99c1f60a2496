"""All reports of an exchange at one moment, and from then on the judgement is locked."""

import re

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import NotNow, Refused
from peerreview.reviews import services
from peerreview.reviews.lifecycle import FactAnswer, Rating, ReviewState
from peerreview.reviews.models import Finding, ReportVersion
from tests.factories.accounts import make_actor
from tests.factories.reviews import fill_findings, finding_of, make_observation, make_pair, norms_in, release_pair
from tests.reviews.test_pages import read, send

R = ReviewState


def test_the_secretariat_sees_first_what_a_release_does_and_does_it_once(app, as_, outbox):
    pair = make_pair(due_on=clock.add_working_days(clock.today(), 3))
    fill_findings(pair.review)
    with unit_of_work():
        pair.review.summary = "Warm."
    services.draft(pair.review, by=pair.lead)
    client, colleague = as_(pair.secretariat), as_(make_actor("secretariat"))
    url = f"/reviews/{pair.review.id}"
    assert client.get(f"{url}/release").status_code == 303  # nobody is late yet
    late = clock.add_working_days(clock.today(), -4)
    with unit_of_work():
        pair.other.due_on = late
    page = read(client, f"{url}/release")
    who = [pair.host, pair.other_host, pair.lead, pair.other_lead]
    told = {actor.email for actor in who if actor.email in page}
    assert told == {actor.email for actor in who}  # also the host whose report does not come
    assert ("Te laat sinds" in page, "Warm." in page, outbox()) == (True, False, [])
    assert f"{url}/release" in read(client, url)
    assert send(client, f"{url}/release", data={"reason": " "}).status_code == 422
    expected = page.count("<summary>")
    for _ in range(2):  # a double click, or a second tab
        assert send(client, f"{url}/release", data={"reason": "Ziekte."}).status_code == 303
    assert send(colleague, f"{url}/release", data={"reason": "Te laat."}).status_code == 409
    assert len(outbox()) == expected == page.count("pr-fold")
    assert (pair.review.state, pair.review.release_reason, pair.other.state) == (R.RELEASED, "Ziekte.", R.STOPPED)
    for act in (services.draft, services.redraft):  # the late side has read its own now
        with pytest.raises(NotNow):
            act(pair.other, by=pair.other_lead)
    assert len(db.session.scalars(select(ReportVersion)).all()) == 1


def judged(review):
    rows = select(Finding.norm_id, Finding.rating, Finding.story).where(Finding.review_id == review.id)
    return db.session.execute(rows.order_by(Finding.norm_id)).all()


ACTS = ("verdict", "close", "finalise", "agree-with-rest")  # the road of the fact check itself, walked in other tests


def test_no_act_of_the_team_changes_a_judgement_after_the_release(app, as_):
    pair = make_pair()
    release_pair(pair, Rating.PARTLY)
    norm, finding = norms_in(pair.review)[0], finding_of(pair.review)
    note = make_observation(pair.review, norm, pair.review.visit.team[0].person)
    services.answer_finding(pair.review, finding, answer=FactAnswer.COMMENT, text="Wij zien.", by=pair.host)
    before = judged(pair.review)
    values = {"rating": Rating.COMPLIES, "story": "Anders."}
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/reviews/<int:review_id>")]
    paths = [re.sub(r"<[^>]*:?observation_id>", str(note.id), rule.rule) for rule in rules if "POST" in rule.methods]
    paths = [re.sub(r"<[^>]*review_id>", str(pair.review.id), path) for path in paths]
    paths = [re.sub(r"<[^>]*number>", "1", re.sub(r"<[^>]*code>", norm.code, path)) for path in paths]
    paths = [path for path in paths if not path.endswith(ACTS) and "<" not in path]
    form = {"rating": "complies", "story": "Anders.", "note": "Anders.", "summary": "Anders.", "text": "Anders.",
            "version": "1", "reason": "Zomaar.", "answer": "agree", "source": "seen"}  # fmt: skip
    lead = as_(pair.lead)
    for state in (R.RELEASED, R.FACT_CHECKED, R.FINAL):
        assert pair.review.state == state
        for path in paths:
            assert send(lead, path, data=form).status_code < 500, path
        with pytest.raises(Refused):
            services.record_finding(pair.review, finding_of(pair.review), version=1, by=pair.lead, **values)
        with pytest.raises(Refused):
            services.record_findings(pair.review, {norm.id: values}, by=pair.lead)
        with pytest.raises(Refused):
            services.redraft(pair.review, by=pair.lead)
        assert judged(pair.review) == before, state
        change = update(Finding).where(Finding.id == finding.id).values(rating=Rating.COMPLIES)
        with pytest.raises(DBAPIError, match="locked"), unit_of_work():
            db.session.execute(change)
        step = {R.RELEASED: lambda: services.close_fact_check(pair.review, by=pair.host), R.FACT_CHECKED: final(pair)}
        step.get(state, lambda: None)()
    assert len(paths) >= 10


def final(pair):
    def step():
        row = finding_of(pair.review).fact_check
        services.reject_answer(pair.review, row, reason="Wij zagen het.", by=pair.lead)
        services.finalise(pair.review, by=pair.lead)

    return step


def test_an_accepted_error_moves_its_rating_once_and_no_other(app):
    pair = make_pair()
    release_pair(pair, Rating.PARTLY)
    finding = finding_of(pair.review)
    row = services.answer_finding(
        pair.review, finding, answer=FactAnswer.ERROR, text="Nee.", evidence="Rooster", by=pair.host
    )
    services.close_fact_check(pair.review, by=pair.host)
    services.accept_answer(
        pair.review, finding, row, story="Nieuw.", rating=Rating.COMPLIES, unread_reason="Wij zijn met twee.", by=pair.lead
    )  # fmt: skip
    for one in (finding, finding_of(pair.review, 1)):
        with pytest.raises(DBAPIError, match="locked"), unit_of_work():
            db.session.execute(update(Finding).where(Finding.id == one.id).values(rating=Rating.NOT))
    assert [rating for _norm, rating, _story in judged(pair.review)] == [
        Rating.COMPLIES, Rating.PARTLY, Rating.PARTLY,
    ]  # fmt: skip
