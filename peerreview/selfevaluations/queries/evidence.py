"""Documents of a self-evaluation, and who may read them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.selfevaluations import policy
from peerreview.selfevaluations.models import Evidence, SelfEvaluation, evidence_norm
from peerreview.selfevaluations.queries.answers import lines_for, with_names


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
        select(SelfEvaluation).where(SelfEvaluation.id == evidence.self_evaluation_id).options(*with_names())  # type: ignore[arg-type]
    ).one()
    if actor.role == "contributor":
        own = policy.may_open(actor, evaluation)
        return evidence if own and evidence_id in {d.id for d in evidence_seen_by(actor, evaluation)} else None
    team = team_of(evaluation.trajectory_id) if actor.role == "reviewer" else ()
    return evidence if policy.may_read_answers(actor, evaluation.trajectory, team) else None


def evaluation_of(evidence: Evidence) -> SelfEvaluation:
    """The self-evaluation that a document belongs to, with its trajectory."""
    return db.session.scalars(
        select(SelfEvaluation).where(SelfEvaluation.id == evidence.self_evaluation_id).options(*with_names())  # type: ignore[arg-type]
    ).one()
