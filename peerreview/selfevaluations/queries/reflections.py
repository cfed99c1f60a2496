"""The five questions about the whole: how far they are, and what was answered."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.selfevaluations import policy
from peerreview.selfevaluations.lifecycle import Question
from peerreview.selfevaluations.models import Reflection, SelfEvaluation
from peerreview.selfevaluations.queries.answers import find_self_evaluation, with_names


def reflections_of(evaluation_id: int) -> dict[Question, Reflection]:
    """What was written about the five questions so far, each with its last writer. One query."""
    found = select(Reflection).where(Reflection.self_evaluation_id == evaluation_id)
    rows = db.session.scalars(found.options(joinedload(Reflection.updated_by)))
    there = {reflection.question: reflection for reflection in rows}
    return {question: there[question] for question in Question if question in there}


def questions_open(evaluation_id: int) -> list[Question]:
    """The questions that nobody answered yet, in their order. One query."""
    answered = select(Reflection.question).where(
        Reflection.self_evaluation_id == evaluation_id, func.length(Reflection.text) > 0
    )
    done = set(db.session.scalars(answered))
    return [question for question in Question if question not in done]


def reflection_for(actor: Actor, trajectory_id: int, question: str) -> Reflection | None:
    """One of the five, for who may write it; None when there is none, or nothing was ever written."""
    evaluation = find_self_evaluation(trajectory_id)
    if evaluation is None or not policy.may_reflect(actor, evaluation) or question not in list(Question):
        return None
    return reflections_of(evaluation.id).get(Question(question))


def account_of(trajectory_id: int) -> Sequence[tuple[Question, str]]:
    """The five questions with what the organisation answered, where it did. Ask `policy.may_read_answers` first."""
    rows = (
        select(Reflection.question, Reflection.text)
        .join(SelfEvaluation, SelfEvaluation.id == Reflection.self_evaluation_id)
        .where(SelfEvaluation.trajectory_id == trajectory_id, func.length(Reflection.text) > 0)
    )
    there = {row.question: row.text for row in db.session.execute(rows)}
    return [(question, there[question]) for question in Question if question in there]


def evaluation_of_reflection(reflection: Reflection) -> SelfEvaluation:
    """The self-evaluation in which this text stands, with organisation and round."""
    found = select(SelfEvaluation).where(SelfEvaluation.id == reflection.self_evaluation_id)
    return db.session.scalars(found.options(*with_names())).one()  # type: ignore[arg-type]
