"""A self-evaluation and its answers, for whom they are visible. Lists never load the stories."""

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.accounts.queries import people_with
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.frameworks.models import Norm
from peerreview.selfevaluations import policy
from peerreview.selfevaluations.models import Answer, SelfEvaluation
from peerreview.selfevaluations.progress import AnswerLine, Progress
from peerreview.trajectories.models import Trajectory


def with_names() -> tuple[object, ...]:
    trajectory = joinedload(SelfEvaluation.trajectory)
    return (trajectory.joinedload(Trajectory.organisation), trajectory.joinedload(Trajectory.round))


def find_self_evaluation(trajectory_id: int) -> SelfEvaluation | None:
    """The self-evaluation of a trajectory with organisation and round, whoever asks."""
    found = select(SelfEvaluation).where(SelfEvaluation.trajectory_id == trajectory_id).options(*with_names())  # type: ignore[arg-type]
    return db.session.scalars(found).one_or_none()


def self_evaluation_for(actor: Actor, trajectory_id: int) -> SelfEvaluation | None:
    """The self-evaluation of a trajectory with organisation and round; None while this actor may not know of it."""
    evaluation = find_self_evaluation(trajectory_id)
    return evaluation if evaluation and policy.may_open(actor, evaluation) else None


def answer_for(actor: Actor, trajectory_id: int, norm_id: int) -> Answer | None:
    """One answer with its self-evaluation and last writer; None for a norm that a contributor was not given."""
    whole = joinedload(Answer.self_evaluation).joinedload(SelfEvaluation.trajectory)
    found = (
        select(Answer)
        .join(SelfEvaluation, SelfEvaluation.id == Answer.self_evaluation_id)
        .where(SelfEvaluation.trajectory_id == trajectory_id, Answer.norm_id == norm_id)
        .options(
            whole.joinedload(Trajectory.organisation),
            whole.joinedload(Trajectory.round),
            joinedload(Answer.updated_by),
            joinedload(Answer.assigned_to),
        )
    )
    answer = db.session.scalars(found).one_or_none()
    return answer if answer and _may_see(actor, answer) else None


def _may_see(actor: Actor, answer: Answer) -> bool:
    return policy.may_write(actor, answer) or policy.may_read_whole(actor, answer.self_evaluation)


def lines_of(evaluation_id: int, *, assigned_to_id: int | None = None) -> list[AnswerLine]:
    """Each norm in its order, without its story; of one person only when given. One query."""
    rows = (
        select(Answer.norm_id, Answer.rating, func.length(Answer.story) > 0, Answer.assigned_to_id, Person.name)
        .join(Norm, Norm.id == Answer.norm_id)
        .outerjoin(Person, Person.id == Answer.assigned_to_id)
        .where(Answer.self_evaluation_id == evaluation_id)
        .order_by(Norm.position, Norm.id)
    )
    if assigned_to_id is not None:
        rows = rows.where(Answer.assigned_to_id == assigned_to_id)
    return [
        AnswerLine(norm_id, rating.value if rating else None, bool(written), person_id, name or "")
        for norm_id, rating, written, person_id, name in db.session.execute(rows)
    ]


def lines_for(actor: Actor, evaluation: SelfEvaluation) -> list[AnswerLine]:
    """The norms that this actor sees: a contributor the own ones, who writes or reads everything all of them."""
    mine = actor.person_id if actor.role == "contributor" else None
    return lines_of(evaluation.id, assigned_to_id=mine)


def progress_of(trajectory_id: int, *, assigned_to_id: int | None = None) -> Progress | None:
    """How many norms are done (of one person when given); None while there is no self-evaluation. One query."""
    done = func.sum(case((Answer.rating.is_not(None) & (func.length(Answer.story) > 0), 1), else_=0))
    counted = (
        select(func.count(), done)
        .select_from(Answer)
        .join(SelfEvaluation, SelfEvaluation.id == Answer.self_evaluation_id)
        .where(SelfEvaluation.trajectory_id == trajectory_id)
    )
    if assigned_to_id is not None:
        counted = counted.where(Answer.assigned_to_id == assigned_to_id)
    total, finished = db.session.execute(counted).one()
    return Progress(finished or 0, total) if total else None


def colleagues_of(organisation_id: int) -> list[tuple[int, str]]:
    """(id, name) of everybody of the organisation who can write norms, each once, by name."""
    people = [
        person
        for role in (Role.COORDINATOR, Role.EXECUTIVE, Role.CONTRIBUTOR)
        for person in people_with(role, organisation_id)
    ]
    return sorted({person.id: person.name for person in people}.items(), key=lambda item: item[1].casefold())
