"""An offer per trajectory, whom an organisation saved and wishes for, and proposals with everybody's reply."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerreview.accounts.models import Person
from peerreview.core.db import Json, Model, UtcDateTime, Versioned, enum_of, uncounted
from peerreview.marketplace.lifecycle import (
    ExperienceWish,
    OfferState,
    ProposalKind,
    ProposalState,
    ReplyState,
    SizeWish,
)
from peerreview.organisations.models import Organisation
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Trajectory


class Offer(Versioned, Model):
    """What an organisation brings to a round and what it looks for; matching reads it once it is published.

    Lists hold codes (work fields, competencies, norms) or numbers (`months` 1-12, `days` 1-5 from Monday).
    """

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint("max_travel_minutes BETWEEN 0 AND 480", name="travel_possible"),
        CheckConstraint("reviews BETWEEN 1 AND 4", name="reviews_possible"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trajectory_id: Mapped[int] = mapped_column(ForeignKey("trajectory.id"), unique=True)
    state: Mapped[OfferState] = mapped_column(enum_of(OfferState), default=OfferState.DRAFT, index=True)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    story: Mapped[str] = mapped_column(Text, default="")
    # What it brings
    work_fields: Mapped[list[str]] = mapped_column(Json, default=list)
    strengths: Mapped[list[str]] = mapped_column(Json, default=list)
    experienced_reviewers: Mapped[int] = mapped_column(default=0)
    reviews: Mapped[int] = mapped_column(default=1)
    # What it looks for
    learning: Mapped[list[str]] = mapped_column(Json, default=list)
    norms: Mapped[list[str]] = mapped_column(Json, default=list)
    partner_fields: Mapped[list[str]] = mapped_column(Json, default=list)
    partner_size: Mapped[SizeWish] = mapped_column(enum_of(SizeWish, "partner_size"), default=SizeWish.ANY)
    partner_experience: Mapped[ExperienceWish] = mapped_column(
        enum_of(ExperienceWish, "partner_experience"), default=ExperienceWish.ANY
    )
    # Where and when
    max_travel_minutes: Mapped[int] = mapped_column(default=90)
    months: Mapped[list[int]] = mapped_column(Json, default=list)
    days: Mapped[list[int]] = mapped_column(Json, default=list)

    trajectory: Mapped[Trajectory] = relationship(lazy="raise")


class SavedOffer(Model):
    """An offer that an organisation keeps to look at again; only itself knows."""

    __tablename__ = "saved_offer"
    __table_args__ = (UniqueConstraint("trajectory_id", "offer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trajectory_id: Mapped[int] = mapped_column(ForeignKey("trajectory.id", ondelete="CASCADE"), index=True)
    offer_id: Mapped[int] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"), index=True)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)

    offer: Mapped[Offer] = relationship(lazy="raise")


class Wish(Model):
    """Whom an organisation would like as its partner, 1 first; read by itself and the matching only."""

    __tablename__ = "wish"
    __table_args__ = (
        UniqueConstraint("trajectory_id", "organisation_id"),
        UniqueConstraint("trajectory_id", "rank"),
        CheckConstraint("rank BETWEEN 1 AND 5", name="one_of_five"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trajectory_id: Mapped[int] = mapped_column(ForeignKey("trajectory.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    rank: Mapped[int]

    organisation: Mapped[Organisation] = relationship(lazy="raise")


class Proposal(Versioned, Model):
    """One organisation asks one other to be a pair with it, or two or three to be a ring; in review order."""

    __tablename__ = "proposal"

    id: Mapped[int] = mapped_column(primary_key=True, default=uncounted)  # else it tells how many others ask
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    trajectory_id: Mapped[int] = mapped_column(ForeignKey("trajectory.id"), index=True)  # whose proposal it is
    kind: Mapped[ProposalKind] = mapped_column(enum_of(ProposalKind, "kind"))
    message: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer_by: Mapped[date]
    state: Mapped[ProposalState] = mapped_column(enum_of(ProposalState), default=ProposalState.OPEN, index=True)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)

    round: Mapped[Round] = relationship(lazy="raise")
    trajectory: Mapped[Trajectory] = relationship(lazy="raise")
    made_by: Mapped[Person | None] = relationship(lazy="raise")
    members: Mapped[list["ProposalMember"]] = relationship(
        back_populates="proposal", order_by="ProposalMember.position", lazy="raise"
    )


class ProposalMember(Versioned, Model):
    """One organisation's place in a proposal and its reply; who asks has accepted from the start.

    `message` is for the others; `reason` for itself and the secretariat only. While it is pending both are a draft, for
    itself alone. `locked` while the proposal is accepted by all: an organisation is in one such proposal at most.
    """

    __tablename__ = "proposal_member"
    __table_args__ = (
        UniqueConstraint("proposal_id", "position"),
        UniqueConstraint("proposal_id", "trajectory_id"),
        Index(
            "uq_proposal_member_locked",
            "trajectory_id",
            unique=True,
            sqlite_where=text("locked"),
            postgresql_where=text("locked"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), index=True)
    trajectory_id: Mapped[int] = mapped_column(ForeignKey("trajectory.id"), index=True)
    position: Mapped[int]
    state: Mapped[ReplyState] = mapped_column(enum_of(ReplyState), default=ReplyState.PENDING)
    locked: Mapped[bool] = mapped_column(default=False)
    message: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    proposal: Mapped[Proposal] = relationship(back_populates="members", lazy="raise")
    trajectory: Mapped[Trajectory] = relationship(lazy="raise")
    answered_by: Mapped[Person | None] = relationship(lazy="raise")
