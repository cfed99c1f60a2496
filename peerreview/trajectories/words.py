"""What states, routes and moves of a trajectory are called, and who is to act next, in the reader's language."""

from datetime import date
from typing import Any

from flask_babel import format_date
from flask_babel import lazy_gettext as _l

from peerreview.trajectories.lifecycle import Route, ScopeKind
from peerreview.trajectories.lifecycle import TrajectoryState as S

STATES = {
    S.DRAFT: _l("Sign-up not sent yet"),
    S.SUBMITTED: _l("Sign-up sent"),
    S.RETURNED: _l("Sign-up returned"),
    S.REJECTED: _l("Not accepted"),
    S.ACCEPTED: _l("Accepted"),
    S.SELF_EVALUATING: _l("Self-evaluation under way"),
    S.SELF_EVALUATED: _l("Self-evaluation ready"),
    S.SCHEDULED: _l("Visit planned"),
    S.VISITED: _l("Visit held"),
    S.REPORTED: _l("Report final"),
    S.PLANNED: _l("Improvement plan ready"),
    S.COMPLETE: _l("Complete"),
    S.FORWARDED: _l("With the commission"),
    S.DECIDED: _l("Decided"),
    S.CERTIFIED: _l("Certified"),
    S.REFUSED: _l("Refused"),
    S.WITHDRAWN: _l("Withdrawn"),
    S.ON_HOLD: _l("Paused"),
}

# The kind of `ui.state` that goes with each.
LOOKS = {
    S.DRAFT: "todo", S.SUBMITTED: "waiting", S.RETURNED: "waiting", S.REJECTED: "stopped", S.WITHDRAWN: "stopped",
    S.REFUSED: "stopped", S.CERTIFIED: "done", S.ON_HOLD: "hold",
}  # fmt: skip

ROUTES = {
    Route.PEER: (_l("With one another"), _l("Another member visits you, and you visit another member.")),
    Route.AUDIT: (_l("By a certification body"), _l("An audit firm visits you. You visit nobody.")),
    Route.COMBINED: (_l("Both together"), _l("A member and an audit firm visit you together.")),
}
SCOPES = {
    ScopeKind.WHOLE: (_l("The whole organisation"), _l("The certificate is then valid for everything that you do.")),
    ScopeKind.PARTS: (_l("Some parts"), _l("The certificate then names these parts, and says nothing about the rest.")),
}
ROUTE_HINTS = {route.value: hint for route, (_label, hint) in ROUTES.items()}
SCOPE_HINTS = {scope.value: hint for scope, (_label, hint) in SCOPES.items()}

# field: (what is missing, the id of its control in the form)
MISSING = {
    "scope_text": (_l("Name the parts that you sign up."), "scope_text"),
    "fte": (_l("Fill in how many fte your organisation has."), "fte"),
    "work_fields": (_l("Choose at least one work field."), "work_fields-0"),
    "reviewers": (_l("Offer more reviewers."), "reviewers"),
    "lead": (_l("Choose who leads the team of reviewers."), "reviewers"),
    "months": (_l("Choose at least one month for the visits."), "months-0"),
    "learning": (_l("Choose at least one competency that you want to learn about."), "learning-0"),
    "exclusions": (_l("Say why you must not meet an organisation."), "exclusions"),
}

# Verbs of the lifecycle, as something that somebody did.
MOVES = {
    "sign_up": _l("began the sign-up"),
    "submit": _l("signed and sent the sign-up"),
    "accept": _l("accepted the sign-up"),
    "return": _l("returned the sign-up"),
    "reject": _l("did not accept the sign-up"),
    "start_self_evaluation": _l("opened the self-evaluation"),
    "submit_self_evaluation": _l("signed and sent the self-evaluation"),
    "reopen_self_evaluation": _l("opened the self-evaluation again"),
    "schedule": _l("noted that the visit is planned"),
    "visit": _l("noted that the visit was held"),
    "report": _l("made the report final"),
    "plan": _l("signed and sent the improvement plan"),
    "complete": _l("found everything complete"),
    "ask_back": _l("asked for a better improvement plan"),
    "forward": _l("sent the dossier to the commission"),
    "decide": _l("signed the decision"),
    "certify": _l("gave the certificate"),
    "refuse": _l("closed the trajectory without a certificate"),
    "withdraw": _l("withdrew the trajectory"),
    "hold": _l("paused the trajectory"),
    "move_deadline": _l("chose another date"),
}

US, SECRETARIAT, TEAM, COMMISSION, BOTH = "us", "secretariat", "team", "commission", "both"
WHO = {
    SECRETARIAT: _l("the secretariat"),
    TEAM: _l("the reviewers"),
    COMMISSION: _l("the commission"),
    BOTH: _l("you and your partner"),
}
# state: (who is to act, what they do)
NEXT = {
    S.DRAFT: (US, _l("Fill in the sign-up and have it signed.")),
    S.RETURNED: (US, _l("Change the sign-up and have it signed again.")),
    S.SUBMITTED: (SECRETARIAT, _l("They read the sign-up.")),
    S.ACCEPTED: (SECRETARIAT, _l("They open the self-evaluation.")),
    S.SELF_EVALUATING: (US, _l("Write the self-evaluation together.")),
    S.SELF_EVALUATED: (BOTH, _l("Choose the days of the visits.")),
    S.SCHEDULED: (BOTH, _l("Prepare the visits.")),
    S.VISITED: (TEAM, _l("They write the report.")),
    S.REPORTED: (US, _l("Make the improvement plan.")),
    S.PLANNED: (SECRETARIAT, _l("They check whether everything is complete.")),
    S.COMPLETE: (SECRETARIAT, _l("They send the dossier to the commission.")),
    S.FORWARDED: (COMMISSION, _l("They read the dossier and decide.")),
    S.DECIDED: (SECRETARIAT, _l("They send the letter about the decision.")),
}

# A visit was held: who is to act is told by the report about it, once that was released.
WITH_REPORT = {
    "released": (US, _l("Say for each finding whether the report is right.")),
    "fact_checked": (TEAM, _l("They answer what was said about the report.")),
}

TRAVEL = tuple(range(15, 181, 15))


def next_of(state: S, report: str | None) -> tuple[str, Any] | None:
    """(who is to act, what they do) in this state of the trajectory and of the report about it; None at the end."""
    return WITH_REPORT.get(report or "") if state == S.VISITED and report in WITH_REPORT else NEXT.get(state)


def state_name(state: S) -> str:
    """A state in the language now spoken."""
    return str(STATES[state])


def move_name(action: str) -> str:
    """What somebody did, from the audit trail's action 'trajectory.<verb>'."""
    verb = action.partition(".")[2]
    return str(_l("went on after the pause") if verb.startswith("resume") else MOVES.get(verb, verb))


def month_names() -> list[tuple[int, str]]:
    """(1-12, its name) in the language now spoken."""
    return [(number, format_date(date(2024, number, 1), "LLLL")) for number in range(1, 13)]


def travel_name(minutes: int) -> str:
    """'1 hour 15 minutes' from minutes."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return str(_l("%(num)s minutes", num=rest))
    if not rest:
        return str(_l("1 hour") if hours == 1 else _l("%(num)s hours", num=hours))
    if hours == 1:
        return str(_l("1 hour and %(rest)s minutes", rest=rest))
    return str(_l("%(num)s hours and %(rest)s minutes", num=hours, rest=rest))
