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
    Move("settle", {D.COMPLETE, D.ON_AGENDA, D.DEFERRED}, D.DECIDED),  # by the panel of an appeal
    Move("reopen", {D.DECIDED}, D.COMPLETE),  # sent back by the panel of an appeal
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


class MeetingKind(StrEnum):
    """Around a table or on a screen at one moment; or by a written procedure, until a closing moment."""

    GATHERING = "gathering"
    WRITTEN = "written"


class MotionState(StrEnum):
    """A motion is put to the vote (`open`, its votes sealed); closed it is carried or lost, or has no quorum (void)."""

    OPEN = "open"
    CARRIED = "carried"
    LOST = "lost"
    VOID = "void"
    WITHDRAWN = "withdrawn"


P = MotionState
MOTION = Lifecycle(
    "motion",
    MotionState,
    Move("carry", {P.OPEN}, P.CARRIED),
    Move("lose", {P.OPEN}, P.LOST),
    Move("void", {P.OPEN}, P.VOID),
    Move("withdraw", {P.OPEN}, P.WITHDRAWN),
)


class ConditionState(StrEnum):
    """What the organisation still has to show about one norm: open, shown, and then met or not."""

    OPEN = "open"
    SHOWN = "shown"
    MET = "met"
    NOT_MET = "not_met"


K = ConditionState
CONDITION = Lifecycle(
    "condition",
    ConditionState,
    Move("show", {K.OPEN}, K.SHOWN),
    Move("ask_again", {K.SHOWN}, K.OPEN),
    Move("meet", {K.SHOWN}, K.MET),
    Move("fail", {K.OPEN, K.SHOWN}, K.NOT_MET),
)


class QuestionState(StrEnum):
    """What the secretariat asks back about a thing that is missing."""

    ASKED = "asked"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


Q = QuestionState
COMPLETENESS_QUESTION = Lifecycle(
    "completeness_question",
    QuestionState,
    Move("answer", {Q.ASKED}, Q.ANSWERED),
    Move("ask_again", {Q.ANSWERED}, Q.ASKED),
    Move("withdraw", {Q.ASKED, Q.ANSWERED}, Q.WITHDRAWN),
)


class Addressee(StrEnum):
    """Whom the secretariat asks: the review team, or the organisation that was reviewed."""

    TEAM = "team"
    ORGANISATION = "organisation"


class SeatKind(StrEnum):
    """What a member of the commission is besides a member: the chair's stand-in, or a substitute who is called."""

    VICE_CHAIR = "vice_chair"
    SUBSTITUTE = "substitute"


class Coming(StrEnum):
    """What a member answered to an invitation."""

    HERE = "here"
    ONLINE = "online"
    ABSENT = "absent"


class DeferralCause(StrEnum):
    """Why a decision is deferred: something is asked, or somebody has to find something out."""

    INFORMATION = "information"
    INQUIRY = "inquiry"


class Outcome(StrEnum):
    GRANTED = "granted"
    GRANTED_WITH_CONDITIONS = "granted_with_conditions"
    DEFERRED = "deferred"
    REFUSED = "refused"


class Choice(StrEnum):
    """A vote on a motion: for, against, or an abstention, which is counted and shown."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"


class InterestKind(StrEnum):
    OWN_ORGANISATION = "own_organisation"
    REVIEWED = "reviewed"
    REVIEWING = "reviewing"
    REGISTERED = "registered"  # a conflict of interest that stands in the impartiality register
    DECLARED = "declared"
