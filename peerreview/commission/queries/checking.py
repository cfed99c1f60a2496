"""What the secretariat checks before a dossier is made: the facts of one trajectory, and the lists of what waits."""

from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import aliased

from peerreview.accounts.models import Affiliation
from peerreview.commission import interests, policy
from peerreview.commission.completeness import Facts, Item, checklist
from peerreview.commission.lifecycle import QuestionState
from peerreview.commission.models import CompletenessCheck, CompletenessQuestion
from peerreview.commission.queries.questions import open_questions
from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.core.paging import Page, paged
from peerreview.improvement.models import Plan
from peerreview.improvement.queries import plan_of, review_of_host, uncovered_norms
from peerreview.matching.models import ExchangeMember
from peerreview.organisations.models import Organisation
from peerreview.reviews.lifecycle import FactAnswer, ReviewState, Verdict
from peerreview.reviews.models import FactCheckAnswer, Finding, Review
from peerreview.rounds.models import Round
from peerreview.selfevaluations.models import SelfEvaluation
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.queries import round_of, trajectory_for
from peerreview.visits.lifecycle import VisitState
from peerreview.visits.models import TeamMember, Visit

TO_CHECK = (TrajectoryState.PLANNED, TrajectoryState.COMPLETE)
LARGEST = 2**31 - 1


def trajectory_to_check_for(actor: Actor, trajectory_id: int) -> Trajectory | None:
    """A trajectory that waits for the secretariat's check or for forwarding; for the secretariat alone."""
    if not policy.may_prepare(actor) or trajectory_id > LARGEST:
        return None
    trajectory = trajectory_for(actor, trajectory_id)
    return trajectory if trajectory and trajectory.state in TO_CHECK else None


def to_check() -> Any:
    """The trajectories to check or to forward; an asked back plan is the organisation's turn."""
    asked = and_(CompletenessQuestion.trajectory_id == Trajectory.id, CompletenessQuestion.state == QuestionState.ASKED)
    questions = select(func.count(CompletenessQuestion.id)).where(asked).correlate(Trajectory).scalar_subquery()
    return (
        select(
            Trajectory.id, Trajectory.state, Trajectory.due_on, Organisation.name, Organisation.place,
            Round.name.label("round"), (func.coalesce(Plan.asked_back, "") != "").label("asked_back"),
            questions.label("questions"),
        )
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .join(Round, Round.id == Trajectory.round_id)
        .outerjoin(Plan, Plan.trajectory_id == Trajectory.id)
        .where(Trajectory.state.in_(TO_CHECK))
        .order_by(Trajectory.due_on.is_(None), Trajectory.due_on, Organisation.sort_name, Trajectory.id)
    )  # fmt: skip


def to_check_page(number: int) -> Page:
    return paged(to_check(), number)


def check_of(trajectory_id: int) -> CompletenessCheck | None:
    """What the secretariat noted when it called this trajectory complete."""
    one = select(CompletenessCheck).where(CompletenessCheck.trajectory_id == trajectory_id)
    return db.session.scalars(one).one_or_none()


def checklist_of(trajectory: Trajectory) -> tuple[Item, ...]:
    """The checklist as it stands at this moment."""
    return checklist(facts_of(trajectory))


def facts_of(trajectory: Trajectory) -> Facts:
    """What is known of a trajectory for its completeness; ten queries."""
    review, plan = review_of_host(trajectory.id), plan_of(trajectory.id)
    submitted = select(SelfEvaluation.submitted_at).where(SelfEvaluation.trajectory_id == trajectory.id)
    team = _team_of(review, trajectory.organisation_id)
    pending, unread = _answers_of(review)
    return Facts(
        self_evaluation_submitted=db.session.scalars(submitted).one_or_none() is not None,
        report_final=review is not None and review.state == ReviewState.FINAL,
        open_answers=pending,
        reviewers=team[0],
        minimum_reviewers=round_of(trajectory).rules.minimum_reviewers,
        tied_reviewers=team[1],
        plan_signed=plan is not None and plan.signed_at is not None,
        uncovered=tuple(norm.code for norm in uncovered_norms(trajectory, review)),
        waiting_for=waiting_for(trajectory.id),
        unsigned=team[2],
        delivered=review is None or review.delivered_at is not None,
        read_along=review is None or not unread or bool(review.unread_reason.strip()),
        open_questions=open_questions(trajectory.id),
    )


def _answers_of(review: Review | None) -> tuple[int, int]:
    """How many remarks of the host have no verdict yet, and how many errors of fact nobody gave advice on. One query."""
    if review is None:
        return 0, 0
    pending = and_(FactCheckAnswer.state == Verdict.PENDING, FactCheckAnswer.answer != FactAnswer.AGREE)
    unread = and_(FactCheckAnswer.answer == FactAnswer.ERROR, FactCheckAnswer.advice.is_(None))
    row = db.session.execute(
        select(func.count(case((pending, 1))), func.count(case((unread, 1))))
        .select_from(FactCheckAnswer)
        .join(Finding, Finding.id == FactCheckAnswer.finding_id)
        .where(Finding.review_id == review.id)
    ).one()
    return row[0], row[1]


def _team_of(review: Review | None, organisation_id: int) -> tuple[int, int, int]:
    """How many reviewers there were, how many of them are tied to the organisation that they reviewed, and how many did
    not sign that nothing ties them to it. One query."""
    if review is None:
        return 0, 0, 0
    after = interests.years_before(clock.today())
    rows = db.session.execute(
        select(TeamMember.person_id, TeamMember.independent_at, Affiliation.id, Affiliation.ended_at)
        .outerjoin(
            Affiliation,
            and_(Affiliation.person_id == TeamMember.person_id, Affiliation.organisation_id == organisation_id),
        )
        .where(TeamMember.visit_id == review.visit_id)
    ).all()
    tied = {
        person for person, _signed, held, ended in rows if held and (ended is None or clock.local(ended).date() > after)
    }
    unsigned = {person for person, signed, _held, _ended in rows if signed is None}
    return len({row.person_id for row in rows}), len(tied), len(unsigned)


def waiting_for(trajectory_id: int) -> tuple[str, ...]:
    """The organisations of its exchange (itself included) on which there is no final report yet, by name. One query.

    Reciprocity holds when there are none. A cancelled visit and a withdrawn organisation are not waited for.
    """
    own, member = aliased(ExchangeMember), aliased(ExchangeMember)
    rows = db.session.execute(
        select(Organisation.name, Trajectory.state, Visit.state, Review.state)
        .select_from(own)
        .join(member, member.exchange_id == own.exchange_id)
        .join(Trajectory, Trajectory.id == member.trajectory_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .outerjoin(Visit, and_(Visit.exchange_id == member.exchange_id, Visit.host_id == member.trajectory_id))
        .outerjoin(Review, Review.visit_id == Visit.id)
        .where(own.trajectory_id == trajectory_id, own.standing)
        .order_by(Organisation.sort_name, Organisation.id)
    )
    return tuple(
        name
        for name, state, visit, review in rows
        if review != ReviewState.FINAL and visit != VisitState.CANCELLED and state != TrajectoryState.WITHDRAWN
    )


def waiting_by_state() -> dict[TrajectoryState, int]:
    """How many trajectories the secretariat has to check (`planned`) and to forward (`complete`). One query.

    A plan that was asked back is the organisation's turn, and is not counted.
    """
    counted = db.session.execute(
        select(Trajectory.state, func.count())
        .outerjoin(Plan, Plan.trajectory_id == Trajectory.id)
        .where(Trajectory.state.in_(TO_CHECK), func.coalesce(Plan.asked_back, "") == "")
        .group_by(Trajectory.state)
    )
    return {row[0]: row[1] for row in counted}
