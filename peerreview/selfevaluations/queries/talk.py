"""Remarks about answers, for the people of the organisation who may write those answers, and for nobody else."""

from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import select

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.accounts.queries import people_with
from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.core.outbox import Letter
from peerreview.selfevaluations import policy
from peerreview.selfevaluations.models import Answer, Remark, SelfEvaluation
from peerreview.selfevaluations.progress import OpenRemark
from peerreview.selfevaluations.queries.answers import answer_for
from peerreview.trajectories.models import Trajectory

TOLD = "self_evaluation.look"


@dataclass(frozen=True, slots=True)
class RemarkView:
    """A remark as the page shows it."""

    id: int
    person_id: int
    name: str
    text: str
    written_at: datetime
    settled_at: datetime | None


def remarks_of(answer_id: int) -> list[RemarkView]:
    """What was said about this answer, the oldest first. Ask `policy.may_talk` first."""
    rows = (
        select(Remark.id, Remark.person_id, Person.name, Remark.text, Remark.written_at, Remark.settled_at)
        .join(Person, Person.id == Remark.person_id)
        .where(Remark.answer_id == answer_id)
        .order_by(Remark.written_at, Remark.id)
    )
    return [RemarkView(*row) for row in db.session.execute(rows)]


@dataclass(frozen=True)
class Said:
    """A remark with the answer that it is about."""

    answer: Answer
    remark: Remark


def remark_for(actor: Actor, trajectory_id: int, norm_id: int, remark_id: int) -> Said | None:
    """One remark; None for everybody who may not write its answer."""
    answer = answer_for(actor, trajectory_id, norm_id)
    if answer is None or not policy.may_talk(actor, answer) or remark_id >= 2**31:
        return None
    found = select(Remark).where(Remark.id == remark_id, Remark.answer_id == answer.id)
    remark = db.session.scalars(found).one_or_none()
    return Said(answer, remark) if remark else None


def open_remarks(actor: Actor, evaluation: SelfEvaluation) -> list[OpenRemark]:
    """The remarks that were not dealt with, on the norms that this actor may write; nothing for anybody else."""
    if not policy.may_write_some(actor, evaluation):
        return []
    rows = (
        select(Answer.norm_id, Remark.person_id, Person.name)
        .join(Answer, Answer.id == Remark.answer_id)
        .join(Person, Person.id == Remark.person_id)
        .where(Answer.self_evaluation_id == evaluation.id, Remark.settled_at.is_(None))
        .order_by(Remark.written_at, Remark.id)
    )
    if actor.role == "contributor":
        rows = rows.where(Answer.assigned_to_id == actor.person_id)
    return [OpenRemark(*row) for row in db.session.execute(rows)]


def evaluation_of_answer(answer_id: int) -> SelfEvaluation:
    """The self-evaluation in which this answer stands."""
    found = select(SelfEvaluation).join(Answer, Answer.self_evaluation_id == SelfEvaluation.id)
    return db.session.scalars(found.where(Answer.id == answer_id)).one()


def listeners_of(answer: Answer, evaluation: SelfEvaluation, *, than: Actor) -> list[Person]:
    """Who hears of a new remark: the one who writes the norm and who spoke about it before, as far as they may read it
    now and had no letter about this norm today."""
    trajectory = db.session.get_one(Trajectory, evaluation.trajectory_id)
    readers = {
        person.id: person
        for role in (Role.COORDINATOR, Role.EXECUTIVE, Role.CONTRIBUTOR)
        for person in people_with(role, trajectory.organisation_id)
        if role != Role.CONTRIBUTOR or person.id == answer.assigned_to_id
    }
    spoke = set(db.session.scalars(select(Remark.person_id).where(Remark.answer_id == answer.id)))
    told = _told_today(answer)
    concerned = (spoke | {answer.assigned_to_id}) - {than.person_id}
    return [person for id, person in sorted(readers.items()) if id in concerned and person.email not in told]


def _told_today(answer: Answer) -> set[str]:
    """The addresses that had a letter about this norm since midnight."""
    began = datetime.combine(clock.today(), time(), clock.AMSTERDAM)
    about = Letter.about_type == Answer.__tablename__, Letter.about_id == answer.id
    sent = select(Letter.recipient).where(Letter.kind == TOLD, *about, Letter.queued_at >= began)
    return set(db.session.scalars(sent))
