"""What lies behind a dossier: what the fact check changed, the other reviews, what was asked back, and what the same
organisation was awarded and promised before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Integer, bindparam, func, select

from peerreview.commission.lifecycle import ConditionState, Outcome, QuestionState
from peerreview.commission.models import CompletenessQuestion, Condition, Decision, Dossier, DossierReading
from peerreview.commission.queries.recusal import visible_to
from peerreview.core.access import Actor
from peerreview.core.compound import Compound, Question
from peerreview.core.db import db
from peerreview.core.redline import Part, redline
from peerreview.frameworks.models import Norm
from peerreview.frameworks.outline import NormView, Outline
from peerreview.improvement.models import Action
from peerreview.organisations.models import Organisation
from peerreview.reviews.lifecycle import BELOW, FactAnswer, Rating, Verdict
from peerreview.reviews.models import FactCheckAnswer, Finding, Review
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Trajectory
from peerreview.visits.models import Visit

REVIEW, TRAJECTORY = bindparam("review_id", type_=Integer()), bindparam("trajectory_id", type_=Integer())
PERSON = bindparam("person_id", type_=Integer())


@dataclass(frozen=True, slots=True)
class Correction:
    """What the host said of one finding, what the lead reviewer did with it, and what stood there before."""

    norm: NormView
    answer: FactAnswer
    text: str
    verdict: Verdict
    reason: str
    parts: Sequence[Part]  # the story, old and new; empty when it did not change
    rating_before: Rating | None  # None when the rating did not change
    rating: Rating | None

    @property
    def changed(self) -> bool:
        return bool(self.parts) or self.rating_before is not None


@dataclass(frozen=True, slots=True)
class Around:
    """The corrections in the order of the framework, the other reviews of the exchange, and the questions back.

    `reading` is how far the reader has read it (opened_at, read_at); None when they never opened it.
    """

    corrections: tuple[Correction, ...]
    others: Sequence[Any]  # name of the host, state, starts_at, whether this organisation reviewed it
    questions: Sequence[Any]  # item, addressee, text, answer, state
    reading: Any = None


def around(trajectory_id: int, review_id: int | None, outline: Outline, actor: Actor) -> Around:
    """One query."""
    answers, others, questions, reading = _behind().ask(
        review_id=review_id or 0, trajectory_id=trajectory_id, person_id=actor.person_id or 0
    )
    norms = outline.by_id
    told = [_correction(row, norms[row.norm_id]) for row in answers if row.norm_id in norms]
    others.sort(key=lambda row: (row.starts_at is None, row.starts_at, row.id))
    return Around(tuple(sorted(told, key=lambda one: one.norm.position)), others, questions, next(iter(reading), None))


@cache
def _behind() -> Compound:
    return Compound([_answers(), _others(), _questions(), _reading()])


def _answers() -> Question:
    return (
        select(
            FactCheckAnswer.id, Finding.norm_id, FactCheckAnswer.answer, FactCheckAnswer.text, FactCheckAnswer.state,
            FactCheckAnswer.verdict_reason, FactCheckAnswer.story_before, FactCheckAnswer.rating_before, Finding.story,
            Finding.rating,
        )
        .join(Finding, Finding.id == FactCheckAnswer.finding_id)
        .where(Finding.review_id == REVIEW, FactCheckAnswer.answer != FactAnswer.AGREE)
    )  # fmt: skip


def _correction(row: Any, norm: NormView) -> Correction:
    taken = row.state == Verdict.ACCEPTED
    text = redline(row.story_before, row.story) if row.story_before not in (None, row.story) else []
    before = row.rating_before if taken and row.rating_before not in (None, row.rating) else None
    return Correction(
        norm, row.answer, row.text, row.state, row.verdict_reason, text if taken else [], before, row.rating
    )


def _others() -> Question:
    """The reviews of the other organisations in the exchange."""
    exchange = select(Visit.exchange_id).where(Visit.host_id == TRAJECTORY)
    return (
        select(
            Visit.id, Organisation.name, Review.state, Visit.starts_at,
            (Visit.reviewing_id == TRAJECTORY).label("ours"),
        )
        .select_from(Visit)
        .join(Trajectory, Trajectory.id == Visit.host_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .outerjoin(Review, Review.visit_id == Visit.id)
        .where(Visit.exchange_id.in_(exchange), Visit.host_id != TRAJECTORY)
    )  # fmt: skip


def _questions() -> Question:
    return select(
        CompletenessQuestion.id, CompletenessQuestion.item, CompletenessQuestion.addressee, CompletenessQuestion.text,
        CompletenessQuestion.answer, CompletenessQuestion.state,
    ).where(
        CompletenessQuestion.trajectory_id == TRAJECTORY, CompletenessQuestion.state != QuestionState.WITHDRAWN
    )  # fmt: skip


def _reading() -> Question:
    """What the reader has noted of their own reading."""
    own = select(DossierReading.id, DossierReading.opened_at, DossierReading.read_at)
    this = Dossier.trajectory_id == TRAJECTORY, DossierReading.person_id == PERSON
    return own.join(Dossier, Dossier.id == DossierReading.dossier_id).where(*this)


# --- Before ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Promise:
    """An action of the last plan, and how the same norm was rated this time."""

    code: str
    what: str
    due_on: date | None
    norm: NormView | None  # None when the norm is no longer in the framework
    rating: Rating | None

    @property
    def kept(self) -> bool:
        return self.rating == Rating.COMPLIES

    @property
    def remained(self) -> bool:
        return self.rating in BELOW


@dataclass(frozen=True, slots=True)
class Earlier:
    """A decision that was made about this organisation before, with its conditions counted and the plan it rested on."""

    decision_id: int
    dossier_id: int
    outcome: Outcome
    decided_on: date
    round: str
    asks: str
    conditions: int
    met: int
    promises: tuple[Promise, ...]

    @property
    def kept(self) -> int:
        return sum(promise.kept for promise in self.promises)


def earlier_decisions(
    actor: Actor, trajectory: Trajectory, outline: Outline, ratings: dict[str, Rating]
) -> tuple[Earlier, ...]:
    """What was decided about this organisation in earlier rounds, the latest first, as far as this actor may know of it.

    `ratings` are those of this time by the code of their norm: whether a promise was kept shows there. One query.
    """
    own = select(func.count()).where(Condition.decision_id == Decision.id).correlate(Decision)
    rows = db.session.execute(
        select(
            Decision.id, Decision.dossier_id, Decision.outcome, Decision.decided_on, Decision.asks, Round.name,
            own.scalar_subquery().label("conditions"),
            own.where(Condition.state == ConditionState.MET).scalar_subquery().label("met"),
            Norm.code, Action.what, Action.due_on,
        )
        .join(Dossier, Dossier.id == Decision.dossier_id)
        .join(Trajectory, Trajectory.id == Dossier.trajectory_id)
        .join(Round, Round.id == Trajectory.round_id)
        .outerjoin(Action, Action.trajectory_id == Trajectory.id)
        .outerjoin(Norm, Norm.id == Action.norm_id)
        .where(Trajectory.organisation_id == trajectory.organisation_id, Trajectory.id < trajectory.id)
        .where(visible_to(actor))
        .order_by(Decision.decided_on.desc(), Decision.id.desc(), Norm.position, Action.id)
    )  # fmt: skip
    return tuple(_earlier(rows, outline, ratings))


def _earlier(rows: Any, outline: Outline, ratings: dict[str, Rating]) -> Iterator[Earlier]:
    for _id, group in groupby(rows, key=lambda row: row.id):
        all_rows = list(group)
        one = all_rows[0]
        promises = tuple(
            Promise(row.code, row.what, row.due_on, outline.by_code.get(row.code), ratings.get(row.code))
            for row in all_rows
            if row.code
        )
        yield Earlier(
            one.id, one.dossier_id, one.outcome, one.decided_on, one.name, one.asks, one.conditions, one.met, promises
        )
