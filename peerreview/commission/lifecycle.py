"""The states of a dossier and a meeting, what a member can vote, and what can be decided."""

from enum import StrEnum

from peerreview.core.lifecycle import Lifecycle, Move


class DossierState(StrEnum):
    COMPLETE = "complete"
    ON_AGENDA = "on_agenda"
    DEFERRED = "deferred"
    DECIDED = "decided"


D = DossierState
DOSSIER = Lifecycle(
    "dossier",
    DossierState,
    Move("put_on_agenda", {D.COMPLETE, D.DEFERRED}, D.ON_AGENDA),
    Move("take_off_agenda", {D.ON_AGENDA}, D.COMPLETE),
    Move("defer", {D.ON_AGENDA}, D.DEFERRED),
    Move("decide", {D.ON_AGENDA}, D.DECIDED),
)


class MeetingState(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


M = MeetingState
MEETING = Lifecycle(
    "meeting",
    MeetingState,
    Move("open", {M.PLANNED}, M.OPEN),
    Move("close", {M.OPEN}, M.CLOSED),
    Move("cancel", {M.PLANNED}, M.CANCELLED),
)


class Outcome(StrEnum):
    GRANTED = "granted"
    GRANTED_WITH_CONDITIONS = "granted_with_conditions"
    DEFERRED = "deferred"
    REFUSED = "refused"


class Choice(StrEnum):
    """A vote: one of the outcomes, or an abstention, which is counted and shown."""

    GRANTED = "granted"
    GRANTED_WITH_CONDITIONS = "granted_with_conditions"
    DEFERRED = "deferred"
    REFUSED = "refused"
    ABSTAIN = "abstain"


class InterestKind(StrEnum):
    OWN_ORGANISATION = "own_organisation"
    REVIEWED = "reviewed"
    REVIEWING = "reviewing"
    REGISTERED = "registered"  # a conflict of interest that stands in the impartiality register
    DECLARED = "declared"
