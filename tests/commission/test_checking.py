"""Questions back: asked of the team or of the organisation, answered, asked again, taken back; and what they hold up."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from peerreview.accounts.queries import affiliations_of
from peerreview.commission import services
from peerreview.commission.lifecycle import Addressee
from peerreview.commission.models import CompletenessQuestion
from peerreview.commission.queries.checking import checklist_of
from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.core.deadlines import open_duties
from peerreview.core.errors import Invalid, NotNow
from peerreview.organisations.models import Organisation
from peerreview.reviews.lifecycle import Rating
from peerreview.visits.models import TeamMember
from tests.factories.accounts import make_actor
from tests.factories.commission import make_member, make_planned, review_of


def _later(days=9):
    return clock.today() + timedelta(days=days)


def _team_of(trajectory):
    """Who reviewed this organisation, as actors, the lead first."""
    chosen = select(TeamMember).where(TeamMember.visit_id == review_of(trajectory).visit_id)
    found = []
    for member in db.session.scalars(chosen.order_by(TeamMember.lead.desc(), TeamMember.id)).all():
        held = affiliations_of(member.person_id)[0]
        found.append(Actor(member.person_id, "", "reviewer", held.organisation_id, "", held.id))
    return found


@pytest.fixture
def secretariat(app):
    return make_actor("secretariat", name="Wilma")


def test_a_question_goes_to_the_lead_reviewer_and_back_and_is_asked_again(secretariat, as_, get, outbox):
    trajectory = make_planned(Rating.PARTLY)
    lead, *others = _team_of(trajectory)
    own = make_actor("coordinator", db.session.get_one(Organisation, trajectory.organisation_id))
    new = f"/trajectories-to-check/{trajectory.id}/questions"
    office = as_(secretariat)
    assert office.get(new).status_code == 404  # about what?
    assert get(secretariat, f"{new}?item=report").count('value="team"') == 1
    asked = {"item": "report", "addressee": "team", "text": "Wie sprak je over V1?", "due_on": _later().isoformat()}
    assert office.send(new, asked | {"text": " "}).status_code == 422
    assert office.send(new, asked | {"due_on": "2020-01-01"}).status_code == 422
    assert office.send(new, asked).location == f"/trajectories-to-check/{trajectory.id}"
    question = db.session.scalars(select(CompletenessQuestion)).one()
    assert "Wacht op één antwoord" in get(secretariat, "/trajectories-to-check")
    path = f"/completeness-questions/{question.id}"
    assert [letter.kind for letter in outbox()] == ["question.ask"]
    assert [duty.hands[0].person_id for duty in open_duties(kind="commission.question")] == [lead.person_id]

    for stranger in (own, make_member(), make_actor("oversight")):
        assert as_(stranger).get(path).status_code == 404
    assert ("Wie sprak je over V1?" in get(lead, path), path in get(lead, "/")) == (True, True)
    assert [as_(other).send(path + "/answer", {"text": "Ik."}).status_code for other in others] == [403] * len(others)
    assert as_(lead).send(path + "/answer", {"text": ""}).status_code == 422
    assert as_(lead).send(path + "/answer", {"text": "Twee vrijwilligers."}).status_code == 303
    assert as_(lead).send(path + "/answer", {"text": "Nog eens."}).status_code == 409
    assert [letter.kind for letter in outbox()] == ["question.ask", "question.answered"]

    again = {"text": "En hoe lang?", "due_on": _later(12).isoformat()}
    assert as_(lead).send(path + "/asking-again", again).status_code == 403
    assert office.send(path + "/asking-again", again).status_code == 303
    html = get(lead, path)
    assert [text in html for text in ("Wie sprak je over V1?", "Twee vrijwilligers.", "En hoe lang?")] == [True] * 3
    assert office.send(path + "/withdrawal").status_code == 303
    assert office.send(path + "/withdrawal").status_code == 409
    assert (open_duties(kind="commission.question"), outbox()[-1].kind) == ([], "question.withdrawn")


def test_a_question_without_its_answer_holds_the_dossier_up(secretariat):
    trajectory = make_planned()
    about = {"item": "plan_covers", "addressee": Addressee.ORGANISATION, "text": "Waarom?", "due_on": _later()}
    with pytest.raises(Invalid):  # nobody there to ask
        services.ask_question(trajectory, **about, by=secretariat)
    coordinator = make_actor("coordinator", db.session.get_one(Organisation, trajectory.organisation_id))
    first = services.ask_question(trajectory, **about, by=secretariat)
    assert [item.code for item in checklist_of(trajectory) if not item.ok] == ["questions"]
    with pytest.raises(Invalid) as refused:
        services.complete_trajectory(trajectory, reasons={}, by=secretariat)
    assert refused.value.problems == ["questions"]
    services.answer_question(first, text="Daarom.", by=coordinator)
    services.complete_trajectory(trajectory, reasons={}, by=secretariat)

    second = services.ask_question(trajectory, **about, by=secretariat)
    with pytest.raises(Invalid):
        services.forward(trajectory, by=secretariat, release_reason="Toch.")
    services.withdraw_question(second, by=secretariat)
    services.forward(trajectory, by=secretariat)
    with pytest.raises(NotNow):
        services.ask_question_again(second, text="Toch?", due_on=_later(), by=secretariat)
