"""States, outcomes and reasons in words."""

from flask_babel import lazy_gettext as _l

from peerreview.appeals.independence import Cause
from peerreview.appeals.lifecycle import AppealOutcome, AppealState, ComplaintState, EntryKind, PanelAnswer

STATES = {
    AppealState.LODGED: _l("Lodged"),
    AppealState.ADMITTED: _l("With the panel"),
    AppealState.INADMISSIBLE: _l("Not taken up"),
    AppealState.DECIDED: _l("Decided by the panel"),
    AppealState.WITHDRAWN: _l("Taken back"),
}
OUTCOMES = {
    AppealOutcome.UPHELD: _l("The decision stands"),
    AppealOutcome.AMENDED: _l("The decision is amended"),
    AppealOutcome.REVERSED: _l("The decision is reversed"),
    AppealOutcome.SENT_BACK: _l("The commission decides again"),
}
OUTCOME_HINTS = {
    AppealOutcome.UPHELD.value: _l("nothing changes"),
    AppealOutcome.AMENDED.value: _l("the same outcome, on other terms"),
    AppealOutcome.REVERSED.value: _l("another outcome comes in its place"),
    AppealOutcome.SENT_BACK.value: _l("the dossier goes on an agenda again; nothing changes until then"),
}
ENTRIES = {
    EntryKind.STATEMENT: _l("From the organisation"),
    EntryKind.DEFENCE: _l("Defence of the commission"),
    EntryKind.HEARING: _l("Hearing"),
    EntryKind.NOTE: _l("Note of the panel"),
}
ANSWERS = {
    PanelAnswer.ASKED: _l("asked"),
    PanelAnswer.ACCEPTED: _l("takes part"),
    PanelAnswer.DECLINED: _l("cannot"),
}
CAUSES = {
    Cause.OWN_ORGANISATION: _l("belongs to this organisation, or did in the last five years"),
    Cause.EXCHANGE: _l("belongs to an organisation of the same exchange"),
    Cause.REVIEWED: _l("took part in the review"),
    Cause.DECIDED: _l("took part in the decision"),
    Cause.PREPARED: _l("prepared the dossier"),
    Cause.INTEREST: _l("has an interest in this dossier"),
    Cause.REGISTERED: _l("has a conflict of interest in the register"),
    Cause.OFFICE: _l("works for the secretariat"),
}
REFUSALS = {
    "late": _l("It came too late"),
    "other": _l("It is not against this decision"),
    "who": _l("It was not lodged by who may do so"),
}
NO_DAY = _l("A condition has a norm, what must be done, and a day in the future.")
COMPLAINT_STATES = {
    ComplaintState.RECEIVED: _l("Received"),
    ComplaintState.ACKNOWLEDGED: _l("Being looked into"),
    ComplaintState.ANSWERED: _l("Answered"),
    ComplaintState.WITHDRAWN: _l("Taken back"),
}
