"""The secretariat's check, asking back, reciprocity and forwarding; and who is kept out from then on."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from peerreview.accounts.models import Person
from peerreview.commission import services
from peerreview.commission.lifecycle import InterestKind
from peerreview.commission.models import Dossier, Interest
from peerreview.commission.queries.checking import check_of, checklist_of, waiting_for
from peerreview.commission.queries.dossiers import dossier_for, dossier_rows
from peerreview.commission.queries.recusal import interests_found, recused_from
from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow
from peerreview.improvement.queries import plan_of
from peerreview.organisations.models import Organisation
from peerreview.reviews.lifecycle import Rating, ReviewState
from peerreview.reviews.models import Review
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory
from peerreview.visits.lifecycle import VisitState
from peerreview.visits.models import TeamMember, Visit
from tests.factories.accounts import affiliation_of, make_actor
from tests.factories.commission import (
    make_dossier,
    make_meeting,
    make_member,
    make_planned,
    make_reviewed,
    review_of,
)


@pytest.fixture
def secretariat(app):
    return make_actor("secretariat")


def _partner_of(trajectory):
    visit = db.session.scalars(select(Visit).where(Visit.reviewing_id == trajectory.id)).one()
    return visit.host_id


def _reopen_review(trajectory_id):
    visit = db.session.scalars(select(Visit).where(Visit.host_id == trajectory_id)).one()
    with unit_of_work():
        db.session.scalars(select(Review).where(Review.visit_id == visit.id)).one().state = ReviewState.DRAFTED


def test_a_whole_dossier_is_complete_and_forwarded(secretariat, outbox, hear):
    trajectory = make_planned(Rating.PARTLY)
    make_actor("coordinator", db.session.get(Organisation, trajectory.organisation_id))
    assert [item.code for item in checklist_of(trajectory) if not item.ok] == []
    services.complete_trajectory(trajectory, reasons={}, by=secretariat)
    heard = hear("dossier.forwarded")
    dossier = services.forward(trajectory, by=secretariat)
    assert (trajectory.state, dossier.state, len(dossier.checklist)) == ("forwarded", "complete", 12)
    assert heard == [dossier.id]
    assert [letter.kind for letter in outbox()] == ["dossier.forwarded"]
    with pytest.raises(NotNow):
        services.forward(trajectory, by=secretariat)


def test_what_is_missing_needs_a_reason_and_the_reason_stays_with_the_dossier(secretariat):
    trajectory = make_planned(Rating.NOT)
    with unit_of_work():
        plan_of(trajectory.id).signed_at = None
    with pytest.raises(Invalid) as refused:
        services.complete_trajectory(trajectory, reasons={}, by=secretariat)
    assert refused.value.problems == ["plan_signed"]
    services.complete_trajectory(trajectory, reasons={"plan_signed": "Tekent ter plekke."}, by=secretariat)
    dossier = services.forward(trajectory, by=secretariat)
    assert [item["reason"] for item in dossier.checklist if item["reason"]] == ["Tekent ter plekke."]


@pytest.mark.parametrize("complete", [False, True])
def test_asking_back_opens_the_plan_again(secretariat, outbox, complete):
    trajectory = make_planned()
    make_actor("executive", db.session.get(Organisation, trajectory.organisation_id))
    if complete:
        services.complete_trajectory(trajectory, reasons={}, by=secretariat)
    with pytest.raises(Invalid):
        services.ask_back(trajectory, reason=" ", by=secretariat)
    services.ask_back(trajectory, reason="Noem een datum.", by=secretariat)
    assert (trajectory.state, plan_of(trajectory.id).asked_back) == ("planned", "Noem een datum.")
    assert [letter.kind for letter in outbox()] == ["plan.asked_back"]
    with pytest.raises(Invalid):
        services.complete_trajectory(trajectory, reasons={}, by=secretariat)


def test_nothing_is_forwarded_before_all_reports_of_the_exchange_are_final_or_it_is_released(secretariat):
    trajectory = make_planned()
    _reopen_review(_partner_of(trajectory))
    services.complete_trajectory(trajectory, reasons={}, by=secretariat)
    assert waiting_for(trajectory.id) == ("Brugveld",)
    with pytest.raises(Invalid):
        services.forward(trajectory, by=secretariat, release_reason=" ")
    assert db.session.scalars(select(Dossier)).all() == []
    dossier = services.forward(trajectory, by=secretariat, release_reason="Brugveld is ziek.")
    assert dossier.release_reason == "Brugveld is ziek."


def test_a_cancelled_visit_is_not_waited_for(secretariat):
    trajectory = make_planned()
    partner_id = _partner_of(trajectory)
    _reopen_review(partner_id)
    with unit_of_work():
        db.session.scalars(select(Visit).where(Visit.host_id == partner_id)).one().state = VisitState.CANCELLED
    assert waiting_for(trajectory.id) == ()


def test_a_ring_waits_for_each_of_its_reports(secretariat):
    around = make_reviewed(("Aa", "Bb", "Cc"))
    _reopen_review(around[1].id)
    _reopen_review(around[2].id)
    assert waiting_for(around[0].id) == ("Bb", "Cc")


def test_a_check_is_written_over_by_the_next(secretariat):
    trajectory = make_planned()
    services.complete_trajectory(trajectory, reasons={}, by=secretariat)
    with unit_of_work():
        trajectory.state = TrajectoryState.PLANNED
    services.complete_trajectory(trajectory, reasons={}, by=secretariat)
    assert len(check_of(trajectory.id).items) == 12


def _tied(dossier, kind):
    """A member of the commission with this tie to the dossier."""
    trajectory = db.session.get_one(Trajectory, dossier.trajectory_id)
    member = make_member(f"Lid {kind}")
    person = db.session.get_one(Person, member.person_id)
    partner = db.session.get_one(Trajectory, _partner_of(trajectory))
    organisation = {
        "own": trajectory.organisation_id,
        "ended": trajectory.organisation_id,
        "long ago": trajectory.organisation_id,
        "partner": partner.organisation_id,
    }.get(kind)
    if organisation:
        held = affiliation_of(person, "contributor", db.session.get(Organisation, organisation))
        days = {"ended": 365 * 4, "long ago": 365 * 5 + 5}.get(kind)
        with unit_of_work():
            held.ended_at = clock.now() - timedelta(days=days) if days else None
    if kind == "team":
        with unit_of_work():
            db.session.add(TeamMember(visit_id=review_of(trajectory).visit_id, person_id=person.id))
    return member


TIES = [
    ("own", InterestKind.OWN_ORGANISATION),
    ("ended", InterestKind.OWN_ORGANISATION),
    ("partner", InterestKind.REVIEWING),
    ("team", InterestKind.REVIEWING),
    ("long ago", None),
    ("none", None),
]


@pytest.mark.parametrize(("kind", "found"), TIES)
def test_a_tie_hides_the_dossier_from_the_moment_it_exists(app, kind, found):
    """The rule as values and the condition in the database say the same, also of who joined after the forwarding."""
    dossier = make_dossier()
    member = _tied(dossier, kind)
    assert interests_found(dossier.trajectory_id, [member.person_id]).get(member.person_id) == found
    assert (member.person_id in recused_from([dossier.id], [member.person_id])[dossier.id]) == (found is not None)
    assert (dossier_for(member, dossier.id) is None) == (found is not None)
    assert len(dossier_rows(member)) == (0 if found else 1)
    assert db.session.scalars(select(Interest)).all() == []
    services.put_on_agenda(dossier, make_meeting(), by=make_actor("secretariat"))
    assert [row.kind for row in db.session.scalars(select(Interest))] == ([found] if found else [])


def test_a_declared_interest_hides_the_dossier_and_can_be_withdrawn_before_the_vote(app):
    dossier, member = make_dossier(), make_member()
    with pytest.raises(Invalid):
        services.declare_interest(dossier, note=" ", by=member)
    services.declare_interest(dossier, note="Mijn zus werkt er.", by=member)
    services.declare_interest(dossier, note="Nog eens.", by=member)
    interest = db.session.scalars(select(Interest)).one()
    assert (dossier_for(member, dossier.id), interest.note) == (None, "Mijn zus werkt er.")
    services.withdraw_interest(interest, by=member)
    assert dossier_for(member, dossier.id) is not None


def test_what_the_system_found_is_not_withdrawn(app):
    dossier = make_dossier()
    member = _tied(dossier, "own")
    services.note_interests(dossier)
    with pytest.raises(NotNow):
        services.withdraw_interest(db.session.scalars(select(Interest)).one(), by=member)
