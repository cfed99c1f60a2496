"""Self-evaluations, answers and documents, for whom they are visible. Lists never load the stories."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import joinedload, selectinload

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.accounts.queries import people_with
from peerreview.core.access import Actor
from peerreview.core.compound import Question
from peerreview.core.db import db
from peerreview.core.deadlines import Due, Hand, deadlines
from peerreview.frameworks.models import Norm
from peerreview.marketplace.queries import tells_own_ratings
from peerreview.organisations.models import Organisation
from peerreview.selfevaluations import policy
from peerreview.selfevaluations.models import Answer, Evidence, SelfEvaluation, evidence_norm
from peerreview.selfevaluations.progress import AnswerLine, Progress
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory


def _names() -> tuple[object, ...]:
    trajectory = joinedload(SelfEvaluation.trajectory)
    return (trajectory.joinedload(Trajectory.organisation), trajectory.joinedload(Trajectory.round))


def self_evaluation_for(actor: Actor, trajectory_id: int) -> SelfEvaluation | None:
    """The self-evaluation of a trajectory with organisation and round; None while this actor may not know of it."""
    found = select(SelfEvaluation).where(SelfEvaluation.trajectory_id == trajectory_id).options(*_names())  # type: ignore[arg-type]
    evaluation = db.session.scalars(found).one_or_none()
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


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A document without its bytes; `norm_ids` are the norms beside which it lies."""

    id: int
    title: str
    file_name: str
    media_type: str
    size: int
    added_at: datetime
    added_by_id: int | None
    norm_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What the organisation says about one norm, with its documents."""

    norm_id: int
    rating: str | None
    story: str
    evidence: tuple[EvidenceView, ...]


def answers_of(trajectory_id: int) -> list[AnswerView]:
    """Every answer in the order of the norms, with its documents. Ask `policy.may_read_answers` first."""
    rows = (
        select(Answer.norm_id, Answer.rating, Answer.story)
        .join(SelfEvaluation, SelfEvaluation.id == Answer.self_evaluation_id)
        .join(Norm, Norm.id == Answer.norm_id)
        .where(SelfEvaluation.trajectory_id == trajectory_id)
        .order_by(Norm.position, Norm.id)
    )
    documents = evidence_of(trajectory_id)
    return [
        AnswerView(
            norm_id, rating.value if rating else None, story, tuple(d for d in documents if norm_id in d.norm_ids)
        )
        for norm_id, rating, story in db.session.execute(rows)
    ]


@tells_own_ratings
def own_ratings_of(trajectory_id: int) -> dict[str, str]:
    """How an organisation rates itself, by the code of the norm, where it did. For its own writers only."""
    rows = (
        select(Norm.code, Answer.rating)
        .join(Answer, Answer.norm_id == Norm.id)
        .join(SelfEvaluation, SelfEvaluation.id == Answer.self_evaluation_id)
        .where(SelfEvaluation.trajectory_id == trajectory_id, Answer.rating.is_not(None))
    )
    return {code: str(rating) for code, rating in db.session.execute(rows)}


def evidence_of(trajectory_id: int) -> list[EvidenceView]:
    """Every document of a trajectory's self-evaluation, by title, with the norms it lies beside. Two queries."""
    of_it = SelfEvaluation.trajectory_id == trajectory_id
    rows = db.session.scalars(
        select(Evidence).join(SelfEvaluation).where(of_it).order_by(func.lower(Evidence.title), Evidence.id)
    ).all()
    beside: dict[int, set[int]] = {row.id: set() for row in rows}
    pairs = (
        select(evidence_norm.c.evidence_id, evidence_norm.c.norm_id)
        .join(Evidence, Evidence.id == evidence_norm.c.evidence_id)
        .join(SelfEvaluation, SelfEvaluation.id == Evidence.self_evaluation_id)
        .where(of_it)
    )
    for evidence_id, norm_id in db.session.execute(pairs):
        beside[evidence_id].add(norm_id)
    return [
        EvidenceView(
            r.id, r.title, r.file_name, r.media_type, r.size, r.added_at, r.added_by_id, frozenset(beside[r.id])
        )
        for r in rows
    ]


def evidence_seen_by(actor: Actor, evaluation: SelfEvaluation) -> list[EvidenceView]:
    """The documents that this actor sees: a contributor those beside the own norms, or brought by themselves."""
    documents = evidence_of(evaluation.trajectory_id)
    if actor.role != "contributor":
        return documents
    mine = {line.norm_id for line in lines_for(actor, evaluation)}
    return [d for d in documents if d.norm_ids & mine or d.added_by_id == actor.person_id]


TeamTeller = Callable[[int], Collection[int]]
_tellers: list[TeamTeller] = []


def tells_team(teller: TeamTeller) -> TeamTeller:
    """Register who knows the people who review a trajectory (by its id); a later feature does this once."""
    _tellers[:] = [teller]
    return teller


def team_of(trajectory_id: int) -> Collection[int]:
    """The ids of the people of a confirmed exchange who review this trajectory; nobody while that is unknown."""
    return _tellers[-1](trajectory_id) if _tellers else ()


def evidence_for(actor: Actor, evidence_id: int) -> Evidence | None:
    """One document with its norms and self-evaluation, for who may read it (the reviewing team too, once submitted)."""
    evidence = db.session.scalars(
        select(Evidence).where(Evidence.id == evidence_id).options(selectinload(Evidence.norms))
    ).one_or_none()
    if evidence is None:
        return None
    evaluation = db.session.scalars(
        select(SelfEvaluation).where(SelfEvaluation.id == evidence.self_evaluation_id).options(*_names())  # type: ignore[arg-type]
    ).one()
    if actor.role == "contributor":
        own = policy.may_open(actor, evaluation)
        return evidence if own and evidence_id in {d.id for d in evidence_seen_by(actor, evaluation)} else None
    team = team_of(evaluation.trajectory_id) if actor.role == "reviewer" else ()
    return evidence if policy.may_read_answers(actor, evaluation.trajectory, team) else None


def evaluation_of(evidence: Evidence) -> SelfEvaluation:
    """The self-evaluation that a document belongs to, with its trajectory."""
    return db.session.scalars(
        select(SelfEvaluation).where(SelfEvaluation.id == evidence.self_evaluation_id).options(*_names())  # type: ignore[arg-type]
    ).one()


def earlier_answer(trajectory: Trajectory, norm_code: str) -> tuple[str, str] | None:
    """(name of the round, story) that this organisation wrote about the norm with this code the last time, or None."""
    before = (
        select(Trajectory.id, Answer.story, SelfEvaluation.submitted_at)
        .join(SelfEvaluation, SelfEvaluation.trajectory_id == Trajectory.id)
        .join(Answer, Answer.self_evaluation_id == SelfEvaluation.id)
        .join(Norm, Norm.id == Answer.norm_id)
        .where(Trajectory.organisation_id == trajectory.organisation_id, Trajectory.id != trajectory.id)
        .where(Norm.code == norm_code, Answer.story != "", SelfEvaluation.submitted_at.is_not(None))
        .order_by(SelfEvaluation.submitted_at.desc())
        .limit(1)
    )
    row = db.session.execute(before).one_or_none()
    return (str(row.submitted_at.year), row.story) if row else None


def colleagues_of(organisation_id: int) -> list[tuple[int, str]]:
    """(id, name) of everybody of the organisation who can write norms, each once, by name."""
    people = [
        person
        for role in (Role.COORDINATOR, Role.EXECUTIVE, Role.CONTRIBUTOR)
        for person in people_with(role, organisation_id)
    ]
    return sorted({person.id: person.name for person in people}.items(), key=lambda item: item[1].casefold())


# --- What waits for whom ---------------------------------------------------------------------------------------------

WRITE = "selfevaluations.write"
WRITERS = (Role.COORDINATOR.value, Role.CONTRIBUTOR.value, Role.EXECUTIVE.value)


def _unsigned() -> Question:
    """A row for each part of a self-evaluation: what one person, or nobody, was given."""
    done = and_(Answer.rating.is_not(None), Answer.story != "")
    return (
        select(
            Trajectory.id, Trajectory.due_on, Trajectory.state_since, Trajectory.round_id,
            Trajectory.organisation_id, Organisation.name, Answer.assigned_to_id,
            func.sum(case((done, 0), else_=1)).label("left"),
        )
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .join(SelfEvaluation, SelfEvaluation.trajectory_id == Trajectory.id)
        .join(Answer, Answer.self_evaluation_id == SelfEvaluation.id)
        .where(Trajectory.state == TrajectoryState.SELF_EVALUATING, Trajectory.due_on.is_not(None))
        .group_by(Trajectory.id, Organisation.id, Answer.assigned_to_id)
    )  # fmt: skip


@deadlines(WRITE, roles=(*WRITERS, Role.SECRETARIAT.value), asks=(_unsigned,))
def self_evaluations_waited_for(unsigned: Iterable[Any]) -> Iterator[Due]:
    """Each self-evaluation that was not signed: while norms are open for the coordinator and the contributors who have
    one in their name, after that for the executive who signs. The subject is the trajectory.
    """
    for id, group in groupby(unsigned, key=lambda row: row.id):
        parts = list(group)
        one, coordinator, contributor, executive = parts[0], *WRITERS
        open_parts = [part for part in parts if part.left]
        given = [part.assigned_to_id for part in open_parts if part.assigned_to_id]
        hands = [Hand(coordinator, one.organisation_id)]
        hands += [Hand(contributor, one.organisation_id, person_id) for person_id in given]
        if not open_parts:
            hands = [Hand(executive, one.organisation_id)]
        title = _l("Finish the self-evaluation") if open_parts else _l("Sign the self-evaluation")
        yield Due(
            WRITE, id, title, one.due_on, tuple(hands), f"/trajectories/{id}/self-evaluation", one.round_id,
            one.organisation_id, one.name, id, since=one.state_since,
        )  # fmt: skip
