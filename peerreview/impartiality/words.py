"""Kinds of conflicts of interest, and what is done about them, in words for pages and letters."""

from flask_babel import lazy_gettext as _l

from peerreview.impartiality.lifecycle import ConflictKind, ConflictState, Direction, Severity, Source, WaiverState

K = ConflictKind

KINDS = {
    K.SAME_GROUP: _l("Same group"),
    K.SHARED_DIRECTOR: _l("Shared director or supervisor"),
    K.EMPLOYMENT: _l("Employment or paid advice"),
    K.SAME_TENDER: _l("Same tender"),
    K.MERGER_TALKS: _l("Merger talks"),
    K.SUBCONTRACTING: _l("Working on one contract"),
    K.REVIEWED_LAST_CYCLE: _l("Reviewed each other before"),
    K.PERSONAL_RELATION: _l("Family or friendship"),
    K.OPEN_DISPUTE: _l("Open dispute"),
}
# As an organisation says it about itself and another.
SAID_BY_US = {
    K.SAME_GROUP: _l("We belong to the same group"),
    K.SHARED_DIRECTOR: _l("Somebody directs or supervises both of us"),
    K.EMPLOYMENT: _l("Somebody works or worked for both of us, or gave paid advice (last five years)"),
    K.SAME_TENDER: _l("We compete or competed for the same contract (last or next year)"),
    K.MERGER_TALKS: _l("We talk about a merger"),
    K.SUBCONTRACTING: _l("We carry out a contract together"),
    K.REVIEWED_LAST_CYCLE: _l("We reviewed each other last time"),
    K.PERSONAL_RELATION: _l("There is a family tie or a friendship that counts"),
    K.OPEN_DISPUTE: _l("There is a dispute between us"),
}
# As a reviewer or a member of the commission says it about themselves and an organisation.
SAID_BY_ME = {
    K.SHARED_DIRECTOR: _l("I direct or supervise it, or did so in the last five years"),
    K.EMPLOYMENT: _l("I work or worked there, or gave paid advice (last five years)"),
    K.REVIEWED_LAST_CYCLE: _l("I reviewed it last time"),
    K.PERSONAL_RELATION: _l("I have family or a good friend there"),
    K.OPEN_DISPUTE: _l("There is a dispute between us"),
}
# What the system found, as an organisation reads it: never whom it is about.
FOUND_ABOUT_US = {
    K.SAME_GROUP: _l("You belong to the same group."),
    K.SHARED_DIRECTOR: _l("Somebody directs both of you, or did so in the last five years."),
    K.EMPLOYMENT: _l("Somebody has a role with both of you, or had one in the last five years."),
    K.REVIEWED_LAST_CYCLE: _l("You reviewed each other last time."),
}
FOUND_ABOUT_ME = {
    K.SHARED_DIRECTOR: _l("You direct it, or did so in the last five years."),
    K.EMPLOYMENT: _l("You have a role there, or had one in the last five years."),
}
SEVERITIES = {Severity.HARD: _l("rules out"), Severity.SOFT: _l("with leave")}
SEVERITY_HINTS = {
    Severity.HARD: _l("They never review each other while it counts."),
    Severity.SOFT: _l("They only review each other with leave."),
}
SEVERITY_NAMES = {Severity.HARD: _l("It rules out"), Severity.SOFT: _l("It needs leave")}
SOURCES = {
    Source.DECLARED: _l("declared"),
    Source.DETECTED: _l("found by the system"),
    Source.REGISTERED: _l("by the secretariat"),
}
STATES = {
    ConflictState.STANDING: _l("Counts"),
    ConflictState.DISMISSED: _l("Pinned as no conflict"),
    ConflictState.ENDED: _l("Ended"),
}
LOOKS = {ConflictState.STANDING: "busy", ConflictState.DISMISSED: "done", ConflictState.ENDED: "hold"}
DIRECTIONS = {Direction.BOTH: _l("both ways"), Direction.TOWARDS: _l("one way")}
WAIVER_STATES = {WaiverState.GRANTED: _l("Given"), WaiverState.REVOKED: _l("Taken back")}
ACTS = {
    "conflict.detect": _l("Found by the system"),
    "conflict.renew": _l("Dates changed by the system"),
    "conflict.declare": _l("Declared"),
    "conflict.register": _l("Written into the register"),
    "conflict.amend": _l("Declared anew"),
    "conflict.say_end": _l("End told"),
    "conflict.ask_again": _l("Asked to look again"),
    "conflict.dismiss": _l("Pinned as no conflict"),
    "conflict.end": _l("Ended"),
    "conflict.reinstate": _l("Counts again"),
    "conflict.set_severity": _l("Weight changed"),
    "waiver.grant": _l("Leave given"),
    "waiver.revoke": _l("Leave taken back"),
    "exchange.propose_by_hand": _l("Group made by hand against a rule"),
    "matching_run.publish": _l("Matching published in spite of a remark"),
}


def act(action: str) -> str:
    """An act of the audit trail in words of the language now spoken; its own name when it has none here."""
    return str(ACTS.get(action, action))
