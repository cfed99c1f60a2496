"""Advice with what-if, earlier decisions that look alike without names, and the rules of a meeting on its page."""

from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from peerreview.accounts.models import Person
from peerreview.commission import services
from peerreview.commission.advice import Pattern, Precedent, advise, alike, apart, pattern_of, supposed
from peerreview.commission.lifecycle import Choice, Outcome
from peerreview.commission.models import Decision, Meeting
from peerreview.commission.queries.dossiers import dossier_for
from peerreview.commission.queries.precedents import precedents_for, ratings_of
from peerreview.commission.queries.voting import rules_of
from peerreview.commission.quorum import VotingRules
from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import NotNow
from peerreview.reviews.lifecycle import Rating
from peerreview.rounds.rules import Rules
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.queries import organisation_of
from tests.factories.accounts import affiliation_of, make_actor
from tests.factories.commission import (
    make_dossier,
    make_meeting,
    make_member,
    make_planned,
    motion_text,
    review_of,
    vote_on,
)
from tests.factories.rounds import make_round

GRANTED, CONDITIONS, DEFERRED, REFUSED = Outcome


def test_what_is_supposed_changes_ratings_and_thresholds_and_nonsense_changes_nothing():
    rated = {"V1": (Rating.PARTLY, True), "V2": (None, False), "V3": (Rating.COMPLIES, False)}
    asked = {
        "V1": "complies", "V2": "not_assessed", "V3": "splendid", "X9": "not", "most_partly": "-1", "most_not": "9999",
        "most_essential_below": "2", "quorum": "9",
    }  # fmt: skip
    ratings, rules, changed = supposed(rated, Rules(), asked)
    assert (ratings, changed) == (rated | {"V1": (Rating.COMPLIES, True)}, ["V1"])
    plain = asdict(Rules())
    assert {name: value for name, value in asdict(rules).items() if value != plain[name]} == {
        "most_not": 200, "most_essential_below": 2,
    }  # fmt: skip
    assert [line.passed for line in advise(rated.values(), Rules(most_partly=0)).lines] == [True, False, True]


def test_decisions_are_alike_by_four_numbers_and_the_nearest_come_first():
    own = pattern_of([(Rating.PARTLY, True), (Rating.NOT, False), (Rating.PARTLY, False), (None, False)])
    assert own == Pattern(essential_partly=1, essential_not=0, other_partly=1, other_not=1)
    assert apart(own, Pattern(0, 0, 4, 2)) == 5
    assert [apart(own, other) for other in (Pattern(1, 1, 1, 1), Pattern(3, 0, 1, 1), Pattern(1, 0, 5, 1))] == [
        None
    ] * 3
    earlier = [Precedent(Pattern(1, 0, other, 1), outcome, 0) for other, outcome in
               ((3, REFUSED), (1, GRANTED), (2, GRANTED), (1, GRANTED), (9, REFUSED))]  # fmt: skip
    found = alike(own, earlier)
    assert [(one.pattern.other_partly, number) for one, number in found.nearest] == [(1, 2), (2, 1), (3, 1)]
    assert [found.departs(outcome) for outcome in (GRANTED, CONDITIONS, DEFERRED, REFUSED, None)] == [
        False, True, False, True, False,
    ]  # fmt: skip
    assert not alike(own, earlier[:2]).departs(CONDITIONS)  # too few to say something


@pytest.fixture
def world(app):
    """Four decided dossiers that are alike, three granted and one with conditions, and a fifth on an open meeting."""
    round_ = make_round()
    people = [make_member("Hetty", chair=True), make_member("Karim"), make_member("Fatma")]
    meeting = make_meeting(*people)
    cases = []
    for name in ("Een", "Twee", "Drie", "Vier", "Vijf"):
        cases.append(
            make_dossier(make_planned(Rating.PARTLY, names=(name, name + " B"), round_=round_), meeting=meeting)
        )
    for number, case in enumerate(cases[:4]):
        motion = services.put_motion(case, motion_text(CONDITIONS if number == 3 else GRANTED), by=people[0])
        vote_on(motion, people, *[Choice.FOR] * 3)
        services.record_decision(case, motivation="Zo is het.", by=people[0])
    return people, meeting, cases


def test_earlier_decisions_are_counted_without_names_and_only_those_that_one_may_read(world, get, as_):
    people, _meeting, cases = world
    own = dossier_for(people[1], cases[4].id)
    assert dict(precedents_for(own, ratings_of(own).pattern, people[1]).counts) == {GRANTED: 3, CONDITIONS: 1}
    path = f"/dossiers/{own.id}"
    page = get(people[1], path + "/advice")
    assert [name in page for name in ("Vijf", "Een", "Vier", "#alert-triangle")] == [True, False, False, True]
    changed = get(people[1], path + "/advice?most_essential_below=3&V1=complies", headers={"HX-Request": "true"})
    assert ("<html" in changed, "#alert-triangle" in changed, "V1" in changed) == (False, False, True)

    first = db.session.get_one(Trajectory, cases[0].trajectory_id)
    with unit_of_work():
        affiliation_of(db.session.get_one(Person, people[2].person_id), "contributor", organisation_of(first))
    other = dossier_for(people[2], own.id)
    assert dict(precedents_for(other, ratings_of(other).pattern, people[2]).counts) == {GRANTED: 2, CONDITIONS: 1}
    assert as_(people[2]).get(f"/dossiers/{cases[0].id}/advice").status_code == 404


def test_a_decision_that_departs_asks_why_and_does_not_insist(world, get, as_):
    people, _meeting, cases = world
    path = f"/dossiers/{cases[4].id}"
    motion = services.put_motion(cases[4], motion_text(REFUSED), by=people[0])
    assert "is-warn" in get(people[1], path + "/advice", headers={"HX-Request": "true"})
    vote_on(motion, people, *[Choice.FOR] * 3)
    assert 'name="departure"' in get(people[0], path + "/decision")
    answer = as_(people[0]).send(path + "/decision", {"motivation": "Anders.", "departure": "Een ander geval."})
    decision = db.session.scalars(select(Decision).order_by(Decision.id.desc()).limit(1)).one()
    assert (answer.status_code, decision.departure, decision.outcome) == (303, "Een ander geval.", REFUSED)


def test_without_a_final_report_there_is_no_advice_to_give(app, get):
    dossier, member = make_dossier(), make_member()
    with unit_of_work():
        review_of(db.session.get_one(Trajectory, dossier.trajectory_id)).state = "released"
    assert "pr-empty" in get(member, f"/dossiers/{dossier.id}/advice")


def test_the_page_of_the_advice_takes_no_more_queries_with_more_decisions(world, as_, queries):
    people, _meeting, cases = world
    client = as_(people[1])
    client.get(f"/dossiers/{cases[4].id}/advice")
    with queries() as seen:
        client.get(f"/dossiers/{cases[4].id}/advice")
    seen.expect(9)


def test_the_secretariat_sets_how_a_meeting_counts_before_it_begins(app, get, as_):
    secretariat, meeting = make_actor("secretariat"), make_meeting()
    path = f"/meetings/{meeting.id}"
    assert 'value="number"' in get(secretariat, path + "/rules")
    fields = {
        "version": str(meeting.version), "needs": "share", "quorum": "3", "percent": "60", "majority": "two_thirds",
        "of": "counting", "tie": "chair", "refused": "simple",
    }  # fmt: skip
    for wrong in ({"needs": "luck"}, {"percent": "0"}, {"quorum": "0"}, {"majority": ""}):
        assert as_(secretariat).send(path + "/rules", fields | wrong).status_code == 422
    assert as_(secretariat).send(path + "/rules", fields).status_code == 303
    rules = rules_of(db.session.get_one(Meeting, meeting.id))
    assert (rules.percent, rules.of, rules.majority, rules.tie, rules.early) == (
        60,
        "counting",
        "two_thirds",
        "chair",
        False,
    )
    assert rules.outcomes == {REFUSED: "simple"}
    assert as_(secretariat).send(path + "/rules", fields).status_code == 409
    assert "60%" in get(make_member(), path)
    day = clock.now() + timedelta(days=9)
    assert rules_of(services.plan_meeting(starts_at=day, quorum=2, by=secretariat)) == replace(rules, quorum=2)
    begun = make_meeting(make_member(chair=True))
    with pytest.raises(NotNow):
        services.set_rules(begun, VotingRules(), version=begun.version, by=secretariat)
