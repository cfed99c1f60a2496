"""A conflict of interest keeps somebody out of the team, and is looked for again when a visit gets its day."""

from datetime import date

import pytest
from sqlalchemy import select

from peerreview.accounts.models import Person
from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Refused
from peerreview.impartiality.lifecycle import ConflictKind, Direction
from peerreview.impartiality.models import Conflict
from peerreview.organisations.models import Organisation
from peerreview.visits import queries, services
from peerreview.visits.planning import Slot
from peerreview.visits.services.dates import interests_since
from tests.factories.accounts import affiliation_of, make_actor, make_person
from tests.factories.impartiality import make_conflict, make_waiver
from tests.factories.matching import make_exchange
from tests.factories.organisations import make_organisation
from tests.factories.rounds import make_round
from tests.factories.trajectories import make_trajectory
from tests.factories.visits import agree_all, make_scene

FEBRUARY = "2027-02-01 10:00"


def make_pair_with_three():
    """An exchange in which Lindenhof offers three reviewers, the first of whom leads; they, and Brugveld."""
    round_ = make_round()
    organisation, host = make_organisation("Lindenhof"), make_organisation("Brugveld")
    people = [make_person(name) for name in ("Joost", "Merel", "Bas")]
    for person in people:
        affiliation_of(person, "reviewer", organisation)
    with unit_of_work():
        first = make_trajectory(round_, organisation, reviewers=people)
        second = make_trajectory(round_, host)
        exchange = make_exchange([first, second])
    return exchange, people, host


@pytest.mark.parametrize(
    ("kind", "waived", "left_out"),
    [("open_dispute", False, True), ("personal_relation", False, True), ("personal_relation", True, False)],
)
def test_who_has_a_conflict_of_interest_with_the_host_is_left_out_of_the_team(app, outbox, kind, waived, left_out):
    office = make_actor("secretariat", name="Tineke Hoekstra")
    exchange, people, host = make_pair_with_three()
    conflict = make_conflict(host, person=people[0], kind=kind)
    if waived:
        make_waiver(conflict)
    services.plan_visits(exchange, by=office)
    visit = next(visit for visit in queries.visits_of(exchange.id) if visit.host.organisation_id == host.id)
    expected = ["Merel", "Bas"] if left_out else ["Joost", "Merel", "Bas"]
    assert [(member.person.name, member.lead) for member in visit.team] == [
        (name, n == 0) for n, name in enumerate(expected)
    ]
    told = [letter for letter in outbox() if letter.kind == "visit.left_out"]
    assert [letter.recipient_name for letter in told] == (["Tineke Hoekstra"] if left_out else [])
    assert all(f"/impartiality/{conflict.id}" in letter.body for letter in told)


def test_who_works_for_the_host_too_is_found_before_the_team_is_made(app):
    exchange, people, host = make_pair_with_three()
    affiliation_of(people[1], "contributor", host)
    services.plan_visits(exchange, by=make_actor("secretariat"))
    visit = next(visit for visit in queries.visits_of(exchange.id) if visit.host.organisation_id == host.id)
    assert [member.person.name for member in visit.team] == ["Joost", "Bas"]


def test_too_small_a_team_is_refused_in_words_that_tell_nothing_of_conflicts(app, outbox):
    exchange, people, host = make_pair_with_three()
    for person in people[:2]:
        make_conflict(host, person=person)
    with pytest.raises(Refused) as for_conflicts:
        services.plan_visits(exchange, by=make_actor("secretariat"))
    with unit_of_work():
        for conflict in db.session.scalars(select(Conflict)):
            db.session.delete(conflict)
        for person in people[:2]:
            db.session.get_one(Person, person.id).active = False
    with pytest.raises(Refused) as for_too_few:
        services.plan_visits(exchange, by=make_actor("secretariat"))
    assert for_conflicts.value.message == for_too_few.value.message
    assert outbox() == []


# --- When the day is set ----------------------------------------------------------------------------------------------


def told(outbox, kind="visit.interests"):
    return [letter for letter in outbox() if letter.kind == kind]


def organisations_of(scene):
    return [db.session.get(Organisation, actor.organisation_id) for actor in scene.coordinators]


def test_nothing_new_is_nothing_told(app, at, outbox):
    with at(FEBRUARY):
        scene = make_scene()
        agree_all(scene)
        assert told(outbox) == []


@pytest.mark.parametrize(
    ("fields", "letters"),
    [
        ({"kind": ConflictKind.OPEN_DISPUTE}, 2),
        ({"kind": ConflictKind.SUBCONTRACTING}, 2),
        ({"kind": ConflictKind.OPEN_DISPUTE, "direction": Direction.TOWARDS}, 1),
        ({"kind": ConflictKind.OPEN_DISPUTE, "ends_on": date(2027, 2, 20)}, 0),
    ],
)
def test_what_came_up_since_the_visit_was_planned_is_told_to_the_secretariat(app, at, outbox, fields, letters):
    with at(FEBRUARY):
        scene = make_scene()
    with at("2027-02-08 10:00"):
        conflict = make_conflict(*organisations_of(scene), **fields)
        agree_all(scene)
        assert [letter.recipient_name for letter in told(outbox)] == ["Secretariaat Bakker"] * letters
        assert all(f"/impartiality/{conflict.id}\n" in letter.body for letter in told(outbox))


def test_what_stood_already_is_not_told_again_unless_its_leave_ends_before_the_day(app, at, outbox):
    with at(FEBRUARY):
        one, other = (make_organisation(name) for name in ("Lindenhof", "Brugveld"))
        make_conflict(one, other)
        lapsing = make_conflict(one, other, kind=ConflictKind.SUBCONTRACTING)
        make_waiver(lapsing, ends_on=date(2027, 2, 28))
        with unit_of_work():
            exchange = make_exchange([make_trajectory(round_, o) for round_ in [make_round()] for o in (one, other)])
        services.plan_visits(exchange, by=make_actor("secretariat"))
    with at("2027-02-08 10:00"):
        visit = queries.visit_with_names(queries.visits_of(exchange.id)[0].id)
        with unit_of_work():
            visit.starts_at = clock.now().replace(month=4)
            new = interests_since(visit, visit.state_since)
        assert [found.conflict_id for found in new] == [lapsing.id]


def test_a_reviewer_whose_tie_came_up_is_told_too_and_when_it_moves_what_came_since(app, at, outbox):
    with at(FEBRUARY):
        scene = make_scene()
    with at("2027-02-08 10:00"):
        host = organisations_of(scene)[1]
        tie = make_conflict(host, person=scene.leads[0].person_id)
        agree_all(scene)
        [letter] = told(outbox)
        assert f"/impartiality/{tie.id}\n" in letter.body
    with at("2027-02-15 10:00"):
        later = make_conflict(host, person=scene.others[0].person_id)
        visit = queries.visit_with_names(scene.visits[0].id)
        services.move_visit(
            visit, slot=Slot(date(2027, 5, 12), None), location="Zwolle", reason="Ziek.", version=visit.version,
            by=scene.secretariat,
        )  # fmt: skip
        letter = told(outbox)[-1]
        assert (f"/impartiality/{later.id}\n" in letter.body, f"/impartiality/{tie.id}\n" in letter.body) == (
            True,
            False,
        )
