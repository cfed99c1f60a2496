"""A review with its observations, blind ratings, findings, the host's fact check, and the reports made of them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    DDL,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerreview.accounts.models import Person
from peerreview.core.db import Base, Json, Model, UtcDateTime, Versioned, enum_of
from peerreview.frameworks.models import Norm
from peerreview.reviews.lifecycle import (
    Advice,
    FactAnswer,
    Rating,
    ReviewState,
    Source,
    Verdict,
)
from peerreview.selfevaluations.models import Evidence
from peerreview.visits.models import Visit

finding_observation = Table(
    "finding_observation",
    Base.metadata,
    Column("finding_id", ForeignKey("finding.id", ondelete="CASCADE"), primary_key=True),
    Column("observation_id", ForeignKey("observation.id"), primary_key=True, index=True),
)


blind_rating_observation = Table(
    "blind_rating_observation",
    Base.metadata,
    Column("blind_rating_id", ForeignKey("blind_rating.id", ondelete="CASCADE"), primary_key=True),
    Column("observation_id", ForeignKey("observation.id", ondelete="CASCADE"), primary_key=True),
)


class Review(Versioned, Model):
    """The reviewing organisation's review of the host; who they are is the visit's to say."""

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), unique=True)
    state: Mapped[ReviewState] = mapped_column(enum_of(ReviewState), default=ReviewState.PREPARING, index=True)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date | None] = mapped_column(index=True)
    summary: Mapped[str] = mapped_column(Text, default="")
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    release_reason: Mapped[str] = mapped_column(Text, default="")
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when the host really got or opened the report
    second_reader_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    unread_reason: Mapped[str] = mapped_column(Text, default="")  # why the lead judges errors without a second reader

    visit: Mapped[Visit] = relationship(lazy="raise")
    second_reader: Mapped[Person | None] = relationship(lazy="raise")
    findings: Mapped[list["Finding"]] = relationship(back_populates="review", lazy="raise")


class Observation(Versioned, Model):
    """What was seen, heard or read; no judgement. `client_key` is made on the device, so that it arrives once."""

    __tablename__ = "observation"

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), index=True)
    norm_id: Mapped[int | None] = mapped_column(ForeignKey("norm.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    client_key: Mapped[str] = mapped_column(String(40), unique=True)
    text: Mapped[str] = mapped_column(Text)
    source: Mapped[Source] = mapped_column(enum_of(Source, "source"), default=Source.HEARD)
    interlocutor: Mapped[str] = mapped_column(String(40), default="")
    flagged: Mapped[bool] = mapped_column(default=False)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("programme_item.id", ondelete="SET NULL"))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)  # by the device's clock, never later than its arrival
    position: Mapped[int] = mapped_column(default=0)  # its rank on the device, for notes of one moment

    person: Mapped[Person] = relationship(lazy="raise")
    norm: Mapped[Norm | None] = relationship(lazy="raise")


class ObservationFile(Model):
    """A photo or document with an observation; its bytes are in the storage under `key`."""

    __tablename__ = "observation_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    observation_id: Mapped[int] = mapped_column(ForeignKey("observation.id", ondelete="CASCADE"), index=True)
    client_key: Mapped[str] = mapped_column(String(40), unique=True)
    file_name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    checksum: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(40), unique=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BlindRating(Versioned, Model):
    """One reviewer's own rating of one norm, sealed from colleagues until the lead reviewer reveals all."""

    __tablename__ = "blind_rating"
    __table_args__ = (UniqueConstraint("review_id", "norm_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), index=True)
    norm_id: Mapped[int] = mapped_column(ForeignKey("norm.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    rating: Mapped[Rating | None] = mapped_column(enum_of(Rating, "rating"))  # None: only a note so far
    note: Mapped[str] = mapped_column(Text, default="")
    rated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(lazy="raise")


class Finding(Versioned, Model):
    """The team's judgement on one norm. All are made, empty, when the review is; a rating comes in consensus."""

    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("review_id", "norm_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), index=True)
    norm_id: Mapped[int] = mapped_column(ForeignKey("norm.id"), index=True)
    rating: Mapped[Rating | None] = mapped_column(enum_of(Rating, "rating"))
    not_assessed_reason: Mapped[str] = mapped_column(Text, default="")
    story: Mapped[str] = mapped_column(Text, default="")
    strength: Mapped[str] = mapped_column(Text, default="")
    improvement: Mapped[str] = mapped_column(Text, default="")
    diverging_opinion: Mapped[str] = mapped_column(Text, default="")
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    updated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    review: Mapped[Review] = relationship(back_populates="findings", lazy="raise")
    norm: Mapped[Norm] = relationship(lazy="raise")
    updated_by: Mapped[Person | None] = relationship(lazy="raise")
    observations: Mapped[list[Observation]] = relationship(
        secondary=finding_observation,
        order_by=(Observation.noted_at, Observation.position, Observation.id),
        lazy="raise",
    )
    fact_check: Mapped["FactCheckAnswer | None"] = relationship(back_populates="finding", lazy="raise")


class SentenceSource(Model):
    """A sentence of a finding's texts, by its words (`sentence`: a hash of them), and an observation that it rests on."""

    __tablename__ = "sentence_source"
    __table_args__ = (UniqueConstraint("finding_id", "sentence", "observation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id", ondelete="CASCADE"), index=True)
    sentence: Mapped[str] = mapped_column(String(40))
    observation_id: Mapped[int] = mapped_column(ForeignKey("observation.id", ondelete="CASCADE"), index=True)


class FactCheckAnswer(Versioned, Model):
    """The host's answer to one finding and the lead reviewer's verdict; `story_before` keeps the redline."""

    __tablename__ = "fact_check_answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), unique=True)
    answer: Mapped[FactAnswer] = mapped_column(enum_of(FactAnswer, "answer"))
    text: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[str] = mapped_column(String(500), default="")
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id", ondelete="SET NULL"))
    answered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[Verdict] = mapped_column(enum_of(Verdict), default=Verdict.PENDING)
    advice: Mapped[Advice | None] = mapped_column(enum_of(Advice, "advice"))
    advice_text: Mapped[str] = mapped_column(Text, default="")
    advised_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verdict_reason: Mapped[str] = mapped_column(Text, default="")
    verdict_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verdict_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    story_before: Mapped[str | None] = mapped_column(Text)
    rating_before: Mapped[Rating | None] = mapped_column(enum_of(Rating, "rating_before"))

    finding: Mapped[Finding] = relationship(back_populates="fact_check", lazy="raise")
    document: Mapped[Evidence | None] = relationship(lazy="raise")


class ReportVersion(Model):
    """The report as it stood at its release and when it became final; its content never changes.

    `files` maps a language to the key of the PDF in the storage, once somebody asked for it.
    """

    __tablename__ = "report_version"
    __table_args__ = (UniqueConstraint("review_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    files: Mapped[dict[str, str]] = mapped_column(Json, default=dict)


# The judgement is locked from the release on: the database refuses another rating, but for the one change that an
# accepted error of fact gives, while the lead reviewer answers the host.
LOCKED = """OLD.rating IS NOT NULL AND (
  (SELECT r.state FROM review r WHERE r.id = OLD.review_id) IN ('released', 'final')
  OR ((SELECT r.state FROM review r WHERE r.id = OLD.review_id) = 'fact_checked' AND NOT EXISTS (
    SELECT 1 FROM fact_check_answer a
    WHERE a.finding_id = OLD.id AND a.answer = 'error' AND a.state = 'accepted' AND a.rating_before = OLD.rating)))"""
GUARD_SQLITE = [
    f"CREATE TRIGGER finding_rating_locked BEFORE UPDATE OF rating ON finding WHEN OLD.rating IS NOT NEW.rating AND "
    f"{LOCKED} BEGIN SELECT RAISE(ABORT, 'the judgement is locked'); END"
]
GUARD_POSTGRESQL = [
    f"CREATE OR REPLACE FUNCTION finding_rating_is_locked() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF OLD.rating IS DISTINCT FROM NEW.rating AND {LOCKED} THEN RAISE EXCEPTION 'the judgement is locked'; END IF; "
    f"RETURN NEW; END $$",
    "CREATE TRIGGER finding_rating_locked BEFORE UPDATE OF rating ON finding "
    "FOR EACH ROW EXECUTE FUNCTION finding_rating_is_locked()",
]
for _dialect, _statements in (("sqlite", GUARD_SQLITE), ("postgresql", GUARD_POSTGRESQL)):
    for _statement in _statements:
        event.listen(Finding.__table__, "after_create", DDL(_statement).execute_if(dialect=_dialect))
