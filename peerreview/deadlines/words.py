"""What each kind of duty is called, and the steps of the road between them."""

from flask_babel import lazy_gettext as _l

KINDS = {
    "trajectories.sign_up": _l("Sign-up"),
    "trajectories.change": _l("Sign-up that came back"),
    "trajectories.accept": _l("Answer to a sign-up"),
    "trajectories.resume": _l("End of a pause"),
    "marketplace.answer": _l("Answer to a proposal"),
    "matching.answer": _l("Answer to a match"),
    "matching.search": _l("A new partner"),
    "selfevaluations.write": _l("Self-evaluation"),
    "visits.poll": _l("Giving dates"),
    "visits.plan": _l("Choosing the days"),
    "visits.programme": _l("Programme"),
    "visits.sign": _l("Independence"),
    "visits.objection": _l("Objection to somebody of a team"),
    "visits.visit": _l("Visit"),
    "reviews.draft": _l("Draft report"),
    "reviews.release": _l("Release of the reports"),
    "reviews.fact_check": _l("Right of reply"),
    "reviews.deliver": _l("Bringing a report"),
    "reviews.advise": _l("Reading along"),
    "reviews.correct": _l("Corrections"),
    "improvement.plan": _l("Improvement plan"),
    "commission.check": _l("Completeness check"),
    "commission.question": _l("Question back"),
    "commission.forward": _l("Forwarding to the commission"),
    "commission.declare": _l("Interests before a meeting"),
    "commission.vote": _l("Voting in writing"),
    "commission.condition": _l("Showing that a condition is met"),
    "commission.check_condition": _l("Judging a condition"),
    "commission.return": _l("Taking up a deferred decision again"),
    "commission.letter": _l("Letter about the decision"),
    "appeals.admit": _l("Taking up an appeal"),
    "appeals.panel": _l("Forming a panel"),
    "appeals.seat": _l("A place on a panel"),
    "appeals.decide": _l("Decision of a panel"),
    "appeals.acknowledge": _l("Acknowledging a complaint"),
    "appeals.answer": _l("Answer to a complaint"),
    "certificates.renew": _l("Signing up for a new certificate"),
    "certificates.suspension": _l("Decision on a suspension"),
}


def kind_name(kind: str) -> str:
    """The kind in words of the language now spoken; a kind without words is shown as it is."""
    return str(KINDS.get(kind, kind))
