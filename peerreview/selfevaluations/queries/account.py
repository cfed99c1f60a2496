"""The whole account: every answer with its documents."""

from dataclasses import dataclass

from sqlalchemy import select

from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.frameworks.models import Norm
from peerreview.marketplace.queries import tells_own_ratings
from peerreview.selfevaluations import policy
from peerreview.selfevaluations.models import Answer, SelfEvaluation
from peerreview.selfevaluations.queries.answers import find_self_evaluation
from peerreview.selfevaluations.queries.evidence import EvidenceView, evidence_seen_by, reviewing


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What the organisation says about one norm, with its documents."""

    norm_id: int
    rating: str | None
    story: str
    changes: str
    evidence: tuple[EvidenceView, ...]


def answers_of(actor: Actor, evaluation: SelfEvaluation) -> list[AnswerView]:
    """Every answer in the order of the norms, with the documents that this actor sees. Ask `policy.may_read_answers`
    first."""
    rows = (
        select(Answer.norm_id, Answer.rating, Answer.story, Answer.changes)
        .join(SelfEvaluation, SelfEvaluation.id == Answer.self_evaluation_id)
        .join(Norm, Norm.id == Answer.norm_id)
        .where(SelfEvaluation.trajectory_id == evaluation.trajectory_id)
        .order_by(Norm.position, Norm.id)
    )
    documents = evidence_seen_by(actor, evaluation)
    return [
        AnswerView(
            norm_id, rating.value if rating else None, story, changes,
            tuple(d for d in documents if norm_id in d.norm_ids),
        )
        for norm_id, rating, story, changes in db.session.execute(rows)
    ]  # fmt: skip


def account_for(actor: Actor, trajectory_id: int) -> SelfEvaluation | None:
    """The self-evaluation for whom `self_evaluation_for` finds it, and for the team of reviewers once it was handed in."""
    evaluation = find_self_evaluation(trajectory_id)
    if evaluation is None or policy.may_open(actor, evaluation):
        return evaluation
    return (
        evaluation if policy.may_read_answers(actor, evaluation.trajectory, reviewing(actor, trajectory_id)) else None
    )


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
