"""Documents of a self-evaluation, and who may read them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import selectinload

from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.matching.lifecycle import ExchangeState
from peerreview.matching.models import Exchange, ExchangeMember
from peerreview.selfevaluations import policy
from peerreview.selfevaluations.models import Evidence, SelfEvaluation, evidence_norm
from peerreview.selfevaluations.queries.answers import lines_for, with_names
from peerreview.trajectories.lifecycle import Route
from peerreview.trajectories.models import Trajectory


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


def evidence_of(trajectory_id: int, *, own: bool = True) -> list[EvidenceView]:
    """Every document of a trajectory's self-evaluation, by title, with the norms it lies beside; without `own` only what
    was handed over. Two queries."""
    of_it = and_(SelfEvaluation.trajectory_id == trajectory_id, true() if own else handed_over())
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
    """The documents that this actor sees: a contributor those beside the own norms, or brought by themselves; who is not
    of the organisation those that it handed over."""
    trajectory = db.session.get_one(Trajectory, evaluation.trajectory_id)
    documents = evidence_of(trajectory.id, own=policy.owns(actor, trajectory))
    if actor.role != "contributor":
        return documents
    mine = {line.norm_id for line in lines_for(actor, evaluation)}
    return [d for d in documents if d.norm_ids & mine or d.added_by_id == actor.person_id]


TeamTeller = Callable[[int], Mapping[int, int]]
Pointer = Callable[[Actor, int], bool]
SentTeller = Callable[[], ColumnElement[bool]]
_tellers: list[TeamTeller] = []
_pointers: list[Pointer] = []
_sent: list[SentTeller] = []
CONFIRMED = (ExchangeState.CONFIRMED, ExchangeState.ACTIVE, ExchangeState.COMPLETED)


def tells_team(teller: TeamTeller) -> TeamTeller:
    """Register who knows who reviews a trajectory (by its id), and for which organisation: the person's id and its id.

    A later feature does this once.
    """
    _tellers[:] = [teller]
    return teller


def points_at(pointer: Pointer) -> Pointer:
    """Register who knows whether a document was put before this reader, for features that point at a single one."""
    _pointers[:] = [pointer]
    return pointer


def tells_sent(teller: SentTeller) -> SentTeller:
    """Register who knows, as a condition on Evidence, that an organisation sent a document along later."""
    _sent[:] = [teller]
    return teller


def handed_over() -> ColumnElement[bool]:
    """The condition on Evidence, joined with its SelfEvaluation, for what is not the organisation's alone: what it sent
    with its self-evaluation, or along later.

    What it brings while it answers a report is its own until those answers are sent, and stays so when none of them
    points at it.
    """
    with_it = or_(SelfEvaluation.submitted_at.is_(None), Evidence.added_at <= SelfEvaluation.submitted_at)
    return or_(with_it, _sent[-1]()) if _sent else with_it


def team_of(trajectory_id: int) -> Collection[int]:
    """The ids of the people of a confirmed exchange who review this trajectory; nobody while that is unknown."""
    return _tellers[-1](trajectory_id).keys() if _tellers else ()


def reviewing(actor: Actor, trajectory_id: int) -> Collection[int]:
    """This actor's id alone when they review it for the organisation that they act for now; else nobody."""
    if actor.role != "reviewer" or actor.person_id is None or not _tellers:
        return ()
    organisation_id = _tellers[-1](trajectory_id).get(actor.person_id)
    return (actor.person_id,) if organisation_id is not None and actor.is_of(organisation_id) else ()


def exchange_confirmed(trajectory: Trajectory) -> bool:
    """Whether an exchange was agreed for it; an audit, which has none, counts as agreed."""
    if trajectory.route == Route.AUDIT:
        return True
    mine = (
        select(ExchangeMember.exchange_id)
        .join(Exchange, Exchange.id == ExchangeMember.exchange_id)
        .where(ExchangeMember.trajectory_id == trajectory.id, Exchange.state.in_(CONFIRMED))
    )
    return db.session.scalars(mine.limit(1)).first() is not None


def opens_documents(actor: Actor, trajectory: Trajectory) -> bool:
    """Whether the documents that this actor may know of open for them now: the organisation's own people always,
    everybody else from the confirmed exchange until the decision. At most one query."""
    if policy.owns(actor, trajectory):
        return True
    return not policy.documents_closed(trajectory) and exchange_confirmed(trajectory)


def evidence_for(actor: Actor, evidence_id: int) -> Evidence | None:
    """One document with its norms, for who may know of it: the reviewing team too, of what was handed over, and who has
    it put before them. Whether it opens now is `opens_documents`."""
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
    if policy.may_read_answers(actor, evaluation.trajectory, reviewing(actor, evaluation.trajectory_id)):
        return evidence if policy.owns(actor, evaluation.trajectory) or _is_handed_over(evidence_id) else None
    return evidence if any(pointer(actor, evidence_id) for pointer in _pointers) else None


def _is_handed_over(evidence_id: int) -> bool:
    one = select(Evidence.id).join(SelfEvaluation).where(Evidence.id == evidence_id, handed_over())
    return db.session.scalars(one).one_or_none() is not None


def evaluation_of(evidence: Evidence) -> SelfEvaluation:
    """The self-evaluation that a document belongs to, with its trajectory."""
    return db.session.scalars(
        select(SelfEvaluation).where(SelfEvaluation.id == evidence.self_evaluation_id).options(*with_names())  # type: ignore[arg-type]
    ).one()
