"""The states of an appeal and of a complaint."""

from enum import StrEnum

from peerreview.core.lifecycle import Lifecycle, Move


class AppealState(StrEnum):
    LODGED = "lodged"
    ADMITTED = "admitted"  # a panel is formed and hears it
    INADMISSIBLE = "inadmissible"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


A = AppealState
APPEAL = Lifecycle(
    "appeal",
    AppealState,
    Move("admit", {A.LODGED}, A.ADMITTED),
    Move("reject", {A.LODGED}, A.INADMISSIBLE),
    Move("decide", {A.ADMITTED}, A.DECIDED),
    Move("withdraw", {A.LODGED, A.ADMITTED}, A.WITHDRAWN),
)


class AppealOutcome(StrEnum):
    """What the panel does with the decision: it stands, is amended, reversed, or goes back to the commission."""

    UPHELD = "upheld"
    AMENDED = "amended"
    REVERSED = "reversed"
    SENT_BACK = "sent_back"


class EntryKind(StrEnum):
    """What stands in the record of an appeal or a complaint."""

    STATEMENT = "statement"  # of the organisation
    DEFENCE = "defence"  # of the commission
    HEARING = "hearing"
    NOTE = "note"  # of the panel or the secretariat


class PanelAnswer(StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class ComplaintState(StrEnum):
    RECEIVED = "received"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


C = ComplaintState
COMPLAINT = Lifecycle(
    "complaint",
    ComplaintState,
    Move("acknowledge", {C.RECEIVED}, C.ACKNOWLEDGED),
    Move("answer", {C.ACKNOWLEDGED}, C.ANSWERED),
    Move("withdraw", {C.RECEIVED, C.ACKNOWLEDGED}, C.WITHDRAWN),
)
