"""Outcomes, votes, interests and the lines of the checklist in words, for pages and letters."""

from flask_babel import lazy_gettext as _l

from peerreview.commission import completeness as c
from peerreview.commission import quorum
from peerreview.commission.lifecycle import Choice, InterestKind, Outcome

OUTCOMES = {
    Outcome.GRANTED: _l("Granted"),
    Outcome.GRANTED_WITH_CONDITIONS: _l("Granted with conditions"),
    Outcome.DEFERRED: _l("Deferred"),
    Outcome.REFUSED: _l("Refused"),
}
CHOICES = {
    Choice.GRANTED: _l("Grant"),
    Choice.GRANTED_WITH_CONDITIONS: _l("Grant with conditions"),
    Choice.DEFERRED: _l("Defer"),
    Choice.REFUSED: _l("Refuse"),
    Choice.ABSTAIN: _l("Abstain"),
}
INTERESTS = {
    InterestKind.OWN_ORGANISATION: _l("works or worked for this organisation"),
    InterestKind.REVIEWING: _l("belongs to who reviewed this organisation"),
    InterestKind.REVIEWED: _l("belongs to the same exchange"),
    InterestKind.REGISTERED: _l("has a conflict of interest in the register"),
    InterestKind.DECLARED: _l("declared an interest"),
}
NO_DECISION = {
    quorum.NO_QUORUM: _l("Too few members could vote, so there is no decision."),
    quorum.NO_VOTES: _l("Nobody voted for an outcome, so there is no decision."),
    quorum.NO_MAJORITY: _l("No outcome has more than half of the votes, so there is no decision."),
}
# For each line of the checklist: what it says when it is there, and when it is missing.
CHECKLIST = {
    c.SELF_EVALUATION: (_l("The self-evaluation was submitted."), _l("The self-evaluation was not submitted.")),
    c.REVIEWERS: (_l("There were enough reviewers."), _l("There were too few reviewers:")),
    c.NO_TIES: (
        _l("No reviewer is tied to the organisation."),
        _l("Reviewers who work or worked for the organisation:"),
    ),
    c.REPORT: (_l("The report is final."), _l("The report is not final.")),
    c.FACT_CHECK: (
        _l("Each answer of the right of reply was handled."),
        _l("Answers of the right of reply that still wait:"),
    ),
    c.PLAN_SIGNED: (_l("The executive signed the improvement plan."), _l("The improvement plan was not signed.")),
    c.PLAN_COVERS: (
        _l("Each norm below “complies” has an action."),
        _l("Norms without an action:"),
    ),
    c.RECIPROCITY: (
        _l("All reports of the exchange are final."),
        _l("The exchange still waits for the report on:"),
    ),
}
