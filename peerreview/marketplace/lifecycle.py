"""The states of an offer, of a proposal, and of each organisation's answer to it; what one may ask of a partner."""

from enum import StrEnum

from peerreview.core.lifecycle import Lifecycle, Move


class OfferState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


OFFER = Lifecycle(
    "offer",
    OfferState,
    Move("publish", {OfferState.DRAFT, OfferState.WITHDRAWN}, OfferState.PUBLISHED),
    Move("withdraw", {OfferState.PUBLISHED}, OfferState.WITHDRAWN),
)


class SizeWish(StrEnum):
    ANY = "any"
    SMALLER = "smaller"
    ALIKE = "alike"
    LARGER = "larger"


class ExperienceWish(StrEnum):
    ANY = "any"
    NEWCOMER = "newcomer"  # one that does it for the first time
    EXPERIENCED = "experienced"


class ProposalKind(StrEnum):
    PAIR = "pair"
    RING = "ring"


class ProposalState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


PROPOSAL = Lifecycle(
    "proposal",
    ProposalState,
    Move("accept", {ProposalState.OPEN}, ProposalState.ACCEPTED),
    Move("decline", {ProposalState.OPEN}, ProposalState.DECLINED),
    Move("withdraw", {ProposalState.OPEN, ProposalState.ACCEPTED}, ProposalState.WITHDRAWN),
    Move("expire", {ProposalState.OPEN}, ProposalState.EXPIRED),
)


class ReplyState(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"


PROPOSAL_REPLY = Lifecycle(
    "proposal_reply",
    ReplyState,
    Move("accept", {ReplyState.PENDING}, ReplyState.ACCEPTED),
    # While others still have to answer, who accepted may yet decline.
    Move("decline", {ReplyState.PENDING, ReplyState.ACCEPTED}, ReplyState.DECLINED),
)
