"""The states of a letter and what letters are about, in words."""

from flask_babel import lazy_gettext as _l

from peerreview.core.outbox import LetterState

L = LetterState
STATES = {
    L.QUEUED: _l("Waits to leave"),
    L.HELD: _l("Held"),
    L.SENT: _l("Sent"),
    L.FAILED: _l("Refused"),
    L.BOUNCED: _l("Came back"),
}
LOOKS = {L.QUEUED: "waiting", L.HELD: "hold", L.SENT: "done", L.FAILED: "late", L.BOUNCED: "late"}

# By the first word of a kind.
SUBJECTS = {
    "accounts": _l("Accounts"),
    "certificate": _l("Certificates"),
    "completeness": _l("Commission"),
    "deadlines": _l("Deadlines"),
    "decision": _l("Decisions"),
    "dossier": _l("Dossiers"),
    "exchange": _l("Exchanges"),
    "impartiality": _l("Interests"),
    "matching": _l("Matching"),
    "meeting": _l("Meetings"),
    "organisations": _l("Members"),
    "partner_search": _l("A new partner"),
    "plan": _l("Improvement plans"),
    "programme": _l("Programmes"),
    "proposal": _l("Proposals"),
    "reviews": _l("Reports"),
    "round": _l("Rounds"),
    "self_evaluation": _l("Self-evaluations"),
    "trajectory": _l("Trajectories"),
    "visit": _l("Visits"),
}
ABOUT = {
    "decision": "/decisions/{}", "dossier": "/dossiers/{}", "exchange": "/exchanges/{}", "meeting": "/meetings/{}",
    "proposal": "/marketplace/proposals/{}", "review": "/reviews/{}", "trajectory": "/trajectories/{}",
    "visit": "/visits/{}",
}  # fmt: skip


def subject_name(kind: str) -> str:
    """What letters of this kind are about; its own first word where there is no other."""
    first = kind.partition(".")[0]
    return str(SUBJECTS.get(first, first.replace("_", " ").capitalize()))


def where(about_type: str, about_id: int | None) -> str:
    """The page of what a letter is about; '' where it has none of its own."""
    return ABOUT[about_type].format(about_id) if about_id is not None and about_type in ABOUT else ""
