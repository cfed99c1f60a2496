"""Outcomes, votes, interests and the lines of the checklist in words, for pages and letters."""

from flask_babel import lazy_gettext as _l

from peerreview.commission import advice, quorum
from peerreview.commission import completeness as c
from peerreview.commission.completeness import DEFERRAL
from peerreview.commission.lifecycle import Addressee, Choice, DeferralCause, InterestKind, Outcome
from peerreview.reviews.lifecycle import Rating

OUTCOMES = {
    Outcome.GRANTED: _l("Granted"),
    Outcome.GRANTED_WITH_CONDITIONS: _l("Granted with conditions"),
    Outcome.DEFERRED: _l("Deferred"),
    Outcome.REFUSED: _l("Refused"),
}
# What a motion for each outcome asks the members to do.
MOVES = {
    Outcome.GRANTED: _l("Grant"),
    Outcome.GRANTED_WITH_CONDITIONS: _l("Grant with conditions"),
    Outcome.DEFERRED: _l("Defer"),
    Outcome.REFUSED: _l("Refuse"),
}
CAUSES = {
    DeferralCause.INFORMATION: _l("The organisation has to tell or show something"),
    DeferralCause.INQUIRY: _l("The commission has something found out"),
}
CHOICES = {
    Choice.FOR: _l("For"),
    Choice.AGAINST: _l("Against"),
    Choice.ABSTAIN: _l("Abstain"),
}
TALLY = {
    Choice.FOR: _l("for"),
    Choice.AGAINST: _l("against"),
    Choice.ABSTAIN: _l("abstained"),
}
INTERESTS = {
    InterestKind.OWN_ORGANISATION: _l("works or worked for this organisation"),
    InterestKind.REVIEWING: _l("belongs to who reviewed this organisation"),
    InterestKind.REVIEWED: _l("belongs to the same exchange"),
    InterestKind.REGISTERED: _l("has a conflict of interest in the register"),
    InterestKind.DECLARED: _l("declared an interest"),
}
RATINGS = {
    Rating.COMPLIES: _l("complies"),
    Rating.PARTLY: _l("partly complies"),
    Rating.NOT: _l("does not comply yet"),
    Rating.NOT_ASSESSED: _l("not assessed"),
}
THRESHOLDS = {
    advice.PARTLY: _l("Partly complies"),
    advice.NOT: _l("Does not comply yet"),
    advice.ESSENTIAL: _l("Essential and below “complies”"),
}
LIMITS = {
    "most_partly": _l("Partly complies, at most"),
    "most_not": _l("Does not comply yet, at most"),
    "most_essential_below": _l("Essential norms below “complies”, at most"),
}
WHY = {
    quorum.NO_QUORUM: _l("Too few members took part, so the vote does not count."),
    quorum.NO_VOTES: _l("Nobody voted for or against."),
    quorum.NO_MAJORITY: _l("There were not enough votes for it."),
    quorum.TIE: _l("The votes were equal."),
    quorum.CASTING: _l("The votes were equal. The vote of who led the case decided."),
}
ADDRESSEES = {Addressee.TEAM: _l("The review team"), Addressee.ORGANISATION: _l("The organisation")}
# What a line of the checklist is about, in a few words.
ITEMS = {
    c.SELF_EVALUATION: _l("Self-evaluation"),
    c.REVIEWERS: _l("Number of reviewers"),
    c.NO_TIES: _l("Ties of the reviewers"),
    c.INDEPENDENCE: _l("Independence"),
    c.REPORT: _l("Report"),
    c.DELIVERED: _l("Receiving the report"),
    c.FACT_CHECK: _l("Right of reply"),
    c.SECOND_READER: _l("Reading along"),
    c.PLAN_SIGNED: _l("Signature of the plan"),
    c.PLAN_COVERS: _l("Improvement plan"),
    c.QUESTIONS: _l("Earlier questions"),
    c.RECIPROCITY: _l("The other reports"),
    DEFERRAL: _l("The deferred decision"),
}
# For each line of the checklist: what it says when it is there, and when it is missing.
CHECKLIST = {
    c.SELF_EVALUATION: (_l("The self-evaluation was submitted."), _l("The self-evaluation was not submitted.")),
    c.REVIEWERS: (_l("There were enough reviewers."), _l("There were too few reviewers:")),
    c.NO_TIES: (
        _l("No reviewer is tied to the organisation."),
        _l("Reviewers who work or worked for the organisation:"),
    ),
    c.INDEPENDENCE: (
        _l("Each reviewer signed that nothing ties them to the organisation."),
        _l("Reviewers who did not sign that nothing ties them to it:"),
    ),
    c.DELIVERED: (
        _l("The organisation received the report, and had all its days to answer."),
        _l("Nobody knows that the organisation received the report."),
    ),
    c.SECOND_READER: (
        _l("A second reader looked at each error of fact, or the team says why not."),
        _l("Nobody who was not on the visit read the errors of fact."),
    ),
    c.QUESTIONS: (
        _l("Every question of the secretariat was answered."),
        _l("Questions that still wait for an answer:"),
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
