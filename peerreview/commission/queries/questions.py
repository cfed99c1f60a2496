"""What the secretariat asked back about a dossier: of the review team or of the organisation, and what they answered."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, exists, select
from sqlalchemy.orm import aliased, joinedload

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.accounts.queries import people_with
from peerreview.commission.lifecycle import Addressee, QuestionState
from peerreview.commission.models import CompletenessQuestion, Dossier
from peerreview.commission.queries.recusal import visible_to
from peerreview.core import history
from peerreview.core.access import SECRETARIAT, Actor
from peerreview.core.compound import Question
from peerreview.core.db import db
from peerreview.core.deadlines import OFFICE, Due, Hand, deadlines
from peerreview.core.history import TextVersion
from peerreview.improvement.queries import review_of_host
from peerreview.organisations.models import Organisation
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory
from peerreview.visits.lifecycle import VisitState
from peerreview.visits.models import TeamMember, Visit

QUESTION = "commission.question"
LARGEST = 2**31 - 1
S = TrajectoryState
ANSWERED_IN = (S.PLANNED, S.COMPLETE, S.FORWARDED)  # later, and on hold, nobody answers any more


@dataclass(frozen=True)
class Asked:
    """A question with whose road it is about, and who of the team or the organisation is to answer it."""

    question: CompletenessQuestion
    trajectory: Trajectory
    people: tuple[Person, ...]
    hands: frozenset[int]
    organisation_id: int | None  # of who answers
    holder: str  # its name

    @property
    def open(self) -> bool:
        return self.question.state == QuestionState.ASKED and self.trajectory.state in ANSWERED_IN

    @cached_property
    def earlier(self) -> Sequence[TextVersion]:
        """What was asked and answered before it was asked again, the first one on top. One query."""
        return list(reversed(history.versions_of(self.question)))


def question_for(actor: Actor, question_id: int) -> Asked | None:
    """A question for the secretariat and for whoever it was asked of; four queries. None for everybody else."""
    if question_id > LARGEST:
        return None
    question = db.session.get(CompletenessQuestion, question_id)
    if question is None:
        return None
    asked = asked_with(question)
    if actor.role == SECRETARIAT:
        hidden = select(Dossier.id).where(Dossier.trajectory_id == question.trajectory_id, ~visible_to(actor))
        return None if db.session.scalars(hidden).first() else asked
    roles = (Role.REVIEWER,) if question.addressee == Addressee.TEAM else (Role.COORDINATOR, Role.EXECUTIVE)
    if actor.role not in roles or not actor.is_of(asked.organisation_id):
        return None
    on_team = actor.person_id in {person.id for person in asked.people}
    return asked if question.addressee == Addressee.ORGANISATION or on_team else None


def asked_with(question: CompletenessQuestion) -> Asked:
    """The question with its trajectory and the people who can answer it; three queries."""
    whole = select(Trajectory).where(Trajectory.id == question.trajectory_id)
    trajectory = db.session.scalars(
        whole.options(joinedload(Trajectory.organisation), joinedload(Trajectory.round))
    ).one()
    if question.addressee == Addressee.ORGANISATION:
        people = people_with(Role.COORDINATOR, trajectory.organisation_id)
        hands = frozenset(person.id for person in people)
        owner, name = trajectory.organisation_id, trajectory.organisation.name
        return Asked(question, trajectory, tuple(people), hands, owner, name)
    rows = team_of(trajectory.id)
    leads = [row.Person for row in rows if row.lead] or [row.Person for row in rows]
    everybody = tuple(row.Person for row in rows)
    reviewing = (rows[0].organisation_id, rows[0].name) if rows else (None, "")
    return Asked(question, trajectory, everybody, frozenset(person.id for person in leads), *reviewing)


def team_of(trajectory_id: int) -> Sequence[Any]:
    """(Person, lead, organisation_id, name of the organisation) of who reviewed this organisation. Two queries."""
    review = review_of_host(trajectory_id)
    if review is None:
        return []
    return db.session.execute(
        select(Person, TeamMember.lead, Organisation.id.label("organisation_id"), Organisation.name)
        .join(TeamMember, TeamMember.person_id == Person.id)
        .join(Visit, Visit.id == TeamMember.visit_id)
        .join(Trajectory, Trajectory.id == Visit.reviewing_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .where(Visit.id == review.visit_id)
        .order_by(TeamMember.lead.desc(), TeamMember.id)
    ).all()


def questions_of(trajectory_id: int) -> list[CompletenessQuestion]:
    """Every question about this trajectory in the order in which they were asked. One query."""
    own = select(CompletenessQuestion).where(CompletenessQuestion.trajectory_id == trajectory_id)
    return list(db.session.scalars(own.order_by(CompletenessQuestion.id)))


def open_questions(trajectory_id: int) -> int:
    """How many questions still wait for an answer. One query."""
    return len([one for one in questions_of(trajectory_id) if one.state == QuestionState.ASKED])


# --- What waits for whom ---------------------------------------------------------------------------------------------


def _asked() -> Question:
    """A row for each of the team of each open question; one with nobody for a question to the organisation."""
    host, reviewing, answers = aliased(Organisation), aliased(Trajectory), aliased(Organisation)
    reviewed = and_(
        CompletenessQuestion.addressee == Addressee.TEAM,
        Visit.host_id == Trajectory.id,
        Visit.state != VisitState.CANCELLED,
        exists().where(TeamMember.visit_id == Visit.id).correlate(Visit),
    )
    return (
        select(
            CompletenessQuestion.id, TeamMember.id.label("member_id"), CompletenessQuestion.addressee,
            CompletenessQuestion.due_on, CompletenessQuestion.state_since, Trajectory.id.label("trajectory_id"),
            Trajectory.round_id, Trajectory.organisation_id, host.name, TeamMember.person_id, TeamMember.lead,
            answers.id.label("team_organisation"), answers.name.label("team"),
        )
        .join(Trajectory, Trajectory.id == CompletenessQuestion.trajectory_id)
        .join(host, host.id == Trajectory.organisation_id)
        .outerjoin(Visit, reviewed)
        .outerjoin(TeamMember, TeamMember.visit_id == Visit.id)
        .outerjoin(reviewing, reviewing.id == Visit.reviewing_id)
        .outerjoin(answers, answers.id == reviewing.organisation_id)
        .where(CompletenessQuestion.state == QuestionState.ASKED, Trajectory.state.in_(ANSWERED_IN))
    )  # fmt: skip


@deadlines(QUESTION, roles=(Role.COORDINATOR.value, Role.REVIEWER.value, Role.SECRETARIAT.value), asks=(_asked,))
def questions_waited_for(asked: Iterable[Any]) -> Iterator[Due]:
    """Each question without an answer: for the lead reviewer, or for the coordinator of the organisation."""
    for _id, group in groupby(asked, key=lambda row: row.id):
        rows = list(group)
        one = rows[0]
        title = _l("Answer a question of the secretariat about %(name)s", name=one.name)
        if one.addressee == Addressee.ORGANISATION:
            hands: tuple[Hand, ...] = (Hand(Role.COORDINATOR.value, one.organisation_id),)
            owner, holder = one.organisation_id, one.name
        else:
            leads = [row.person_id for row in rows if row.lead] or [row.person_id for row in rows if row.person_id]
            hands = tuple(Hand(Role.REVIEWER.value, one.team_organisation, person_id) for person_id in leads)
            owner, holder = one.team_organisation, one.team or ""
        yield Due(
            QUESTION, one.id, title, one.due_on, hands or OFFICE, f"/completeness-questions/{one.id}", one.round_id,
            owner, holder, one.trajectory_id, since=one.state_since,
        )  # fmt: skip
