"""What the team noted, per norm; all of it is the whole team's to read."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from peerreview.accounts.models import Person
from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.frameworks.outline import NormView, Outline
from peerreview.programmes.models import ProgrammeItem
from peerreview.reviews.lifecycle import Source
from peerreview.reviews.models import Observation, ObservationFile, Review
from peerreview.reviews.policy import may_review
from peerreview.reviews.queries.reviews import LARGEST, outline_of_review, review_for
from peerreview.selfevaluations.models import Answer, SelfEvaluation

KEPT_FOR = timedelta(days=14)  # a device forgets a review when it had no contact for so long after the visit


@dataclass(frozen=True)
class ReviewedNorm:
    """One norm within one review, as the URL names it."""

    review: Review
    norm: NormView
    outline: Outline


def norm_for(actor: Actor, review_id: int, code: str) -> ReviewedNorm | None:
    """The norm with this code in this review; None when there is none for this actor."""
    review = review_for(actor, review_id)
    return ask_norm(review, code) if review else None


def ask_norm(review: Review, code: str) -> ReviewedNorm | None:
    """The norm of the review's framework with this code."""
    outline = outline_of_review(review)
    norm = outline.norm(code)
    return ReviewedNorm(review, norm, outline) if norm else None


@dataclass(frozen=True, slots=True)
class ObservationRow:
    """An observation as lists show it; `who` is the first name of the colleague who noted it."""

    id: int
    norm_id: int | None
    person_id: int
    name: str
    text: str
    source: Source
    interlocutor: str
    flagged: bool
    noted_at: datetime
    item_id: int | None = None

    @property
    def who(self) -> str:
        return (self.name.split() or [""])[0]


def observations_of(
    review_id: int, norm_id: int | None = None, *, every: bool = False, general: bool = False
) -> list[ObservationRow]:
    """What the team noted with this norm (None: in general), or with `every` all of it; the latest first.

    With `general` also what was noted in general, after what was noted with the norm.
    """
    chosen = (
        select(
            Observation.id, Observation.norm_id, Observation.person_id, Person.name, Observation.text,
            Observation.source, Observation.interlocutor, Observation.flagged, Observation.noted_at,
            Observation.item_id,
        )
        .join(Person, Person.id == Observation.person_id)
        .where(Observation.review_id == review_id)
        .order_by(Observation.noted_at.desc(), Observation.position.desc(), Observation.id.desc())
    )  # fmt: skip
    if general:
        chosen = chosen.where((Observation.norm_id == norm_id) | Observation.norm_id.is_(None))
    elif not every:
        chosen = chosen.where(Observation.norm_id == norm_id)
    found = [ObservationRow(*tuple(row)) for row in db.session.execute(chosen)]
    return sorted(found, key=lambda row: row.norm_id is None) if general else found


def observation_counts(review_id: int) -> dict[int | None, int]:
    """How many observations each norm has; norms without one are absent."""
    counted = select(Observation.norm_id, func.count().label("noted")).where(Observation.review_id == review_id)
    return {row.norm_id: row.noted for row in db.session.execute(counted.group_by(Observation.norm_id))}


@dataclass(frozen=True)
class Noted:
    """An observation with the review that it belongs to."""

    review: Review
    observation: Observation


def observation_for(actor: Actor, review_id: int, observation_id: int) -> Noted | None:
    """An observation of the actor's own team with its review; None for everybody else."""
    review = review_for(actor, review_id)
    if review is None or not may_review(actor, review) or not 0 < observation_id <= LARGEST:
        return None
    found = select(Observation).options(joinedload(Observation.person))
    found = found.where(Observation.id == observation_id, Observation.review_id == review.id)
    observation = db.session.scalars(found).one_or_none()
    return Noted(review, observation) if observation else None


def observation_with_key(client_key: str) -> Observation | None:
    return db.session.scalars(select(Observation).where(Observation.client_key == client_key)).one_or_none()


def is_item_of(review: Review, item_id: int) -> bool:
    """Whether this is an item of the programme of the review's visit."""
    chosen = select(ProgrammeItem.id).where(ProgrammeItem.id == item_id, ProgrammeItem.visit_id == review.visit_id)
    return db.session.scalars(chosen).first() is not None


# --- Files -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FileRow:
    """A photo or document with an observation, as lists show it."""

    id: int
    observation_id: int
    file_name: str
    size: int


@dataclass(frozen=True)
class NotedFile:
    """A file with the observation and the review that it belongs to."""

    review: Review
    observation: Observation
    file: ObservationFile


def files_of(review_id: int, observation_id: int | None = None) -> dict[int, list[FileRow]]:
    """The files of each observation of this review (or of one of them), in the order in which they came."""
    chosen = (
        select(ObservationFile.id, ObservationFile.observation_id, ObservationFile.file_name, ObservationFile.size)
        .join(Observation, Observation.id == ObservationFile.observation_id)
        .where(Observation.review_id == review_id)
        .order_by(ObservationFile.id)
    )
    if observation_id is not None:
        chosen = chosen.where(Observation.id == observation_id)
    found: dict[int, list[FileRow]] = defaultdict(list)
    for row in db.session.execute(chosen):
        found[row.observation_id].append(FileRow(*row))
    return dict(found)


def observation_file_for(actor: Actor, file_id: int) -> NotedFile | None:
    """A file with an observation of the actor's own team; None for everybody else."""
    if not 0 < file_id <= LARGEST:
        return None
    file = db.session.get(ObservationFile, file_id)
    review_id = (
        db.session.scalars(select(Observation.review_id).where(Observation.id == file.observation_id)).one()
        if file
        else 0
    )
    noted = observation_for(actor, review_id, file.observation_id) if file else None
    return NotedFile(noted.review, noted.observation, file) if noted and file else None


# --- For the device --------------------------------------------------------------------------------------------------


def kept_until(review: Review) -> datetime:
    """When a device forgets what it keeps of this review, should it not hear from us before."""
    return max(clock.now(), review.visit.ends_at or clock.now()) + KEPT_FOR


def own_accounts(review: Review) -> dict[int, Any]:
    """What the host wrote itself (rating, story, changes) by norm, once the self-evaluation was handed in; one query."""
    asked = (
        select(Answer.norm_id, Answer.rating, Answer.story, Answer.changes)
        .join(SelfEvaluation, SelfEvaluation.id == Answer.self_evaluation_id)
        .where(SelfEvaluation.trajectory_id == review.visit.host_id, SelfEvaluation.submitted_at.is_not(None))
    )
    return {row.norm_id: row for row in db.session.execute(asked)}


def own_account(review: Review, norm_id: int) -> Any | None:
    """What the host wrote itself about this norm (rating, story, changes), or None; once the self-evaluation was handed in."""
    asked = (
        select(Answer.rating, Answer.story, Answer.changes)
        .join(SelfEvaluation, SelfEvaluation.id == Answer.self_evaluation_id)
        .where(
            SelfEvaluation.trajectory_id == review.visit.host_id,
            SelfEvaluation.submitted_at.is_not(None),
        )
        .where(Answer.norm_id == norm_id)
    )
    return db.session.execute(asked).one_or_none()


def functions_of(outline: Outline) -> Sequence[tuple[str, Any]]:
    """(code, title in both languages) of each function that one may have spoken with."""
    return list(outline.interlocutor_labels.items())
