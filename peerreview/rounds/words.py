"""What the rules, days and states of a round are called, and what each rule means, in the reader's language."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from peerreview.rounds.lifecycle import RoundState

WORKING_DAYS, DAYS, MONTHS, NUMBER, WEIGHT, PERCENT = (
    _l("working days"),
    _l("days"),
    _l("months"),
    "",
    _l("of 100"),
    _l("percent"),
)

# name: (what it is called, what it means, unit)
RULES = {
    "accept_within": (
        _l("Answer to a sign-up"),
        _l("The secretariat accepts or returns a sign-up within this time."),
        WORKING_DAYS,
    ),
    "answer_match_within": (
        _l("Answer to a match"),
        _l("An organisation accepts or objects within this time. After that we remind it."),
        WORKING_DAYS,
    ),
    "poll_within": (_l("Giving dates"), _l("Both sides say within this time when a visit suits them."), WORKING_DAYS),
    "self_evaluation_calendar_days_before_visit": (
        _l("Self-evaluation ready"),
        _l("So long before the visit the reviewers can read it. Weekends count."),
        DAYS,
    ),
    "programme_calendar_days_before_visit": (
        _l("Programme ready"),
        _l("So long before the visit the programme is final. Weekends count."),
        DAYS,
    ),
    "gap_calendar_days_between_visits": (
        _l("Days between two visits"),
        _l("So many days lie at least between the visits of one exchange. Weekends count."),
        DAYS,
    ),
    "minimum_reviewers": (
        _l("Reviewers per organisation"),
        _l("An organisation offers at least so many reviewers."),
        NUMBER,
    ),
    "draft_report_within": (
        _l("Draft report"),
        _l("The team writes its report within this time after the visit."),
        WORKING_DAYS,
    ),
    "fact_check_within": (
        _l("Right of reply"),
        _l("The host says within this time whether the facts are right."),
        WORKING_DAYS,
    ),
    "correct_within": (
        _l("Corrections"),
        _l("The lead reviewer answers each correction within this time."),
        WORKING_DAYS,
    ),
    "plan_within": (_l("Improvement plan"), _l("The host makes its improvement plan within this time."), WORKING_DAYS),
    "completeness_within": (
        _l("Completeness check"),
        _l("The secretariat checks a plan within this time."),
        WORKING_DAYS,
    ),
    "decision_letter_within": (
        _l("Letter about the decision"),
        _l("The organisation reads the decision within this time after the meeting."),
        WORKING_DAYS,
    ),
    "quorum": (_l("Quorum"), _l("So many members without an interest must be present for a decision."), NUMBER),
    "most_partly": (
        _l("Most norms that partly comply"),
        _l("Up to this number the software advises to grant. People decide."),
        NUMBER,
    ),
    "most_not": (
        _l("Most norms that do not comply yet"),
        _l("Up to this number the software advises to grant. People decide."),
        NUMBER,
    ),
    "most_essential_below": (
        _l("Most essential norms that do not fully comply"),
        _l("Up to this number the software advises to grant. People decide."),
        NUMBER,
    ),
    "certificate_months": (_l("Term of the certificate"), _l("A certificate is valid for this long."), MONTHS),
    "hold_months": (_l("Longest pause"), _l("A trajectory is paused for this long at most."), MONTHS),
    "suspension_months": (_l("Longest suspension"), _l("A certificate is suspended for this long at most."), MONTHS),
    "appeal_calendar_days": (
        _l("Time to appeal"),
        _l("An organisation can appeal within this time. Weekends count."),
        DAYS,
    ),
    "weight_travel": (_l("Short travelling"), "", WEIGHT),
    "weight_work_fields": (_l("The same work fields"), "", WEIGHT),
    "weight_size": (_l("About the same size"), "", WEIGHT),
    "weight_learning": (_l("Learning from each other"), "", WEIGHT),
    "weight_experience": (_l("Experienced beside new reviewers"), "", WEIGHT),
    "weight_months": (_l("Months that suit both"), "", WEIGHT),
    "weight_novelty": (_l("A partner you have not met"), "", WEIGHT),
    "weight_wishes": (_l("A partner that was wished for"), "", WEIGHT),
    "largest_ring": (
        _l("Largest group"),
        _l("2 makes pairs only. With 3 or 4 a ring of that many may be made as well."),
        NUMBER,
    ),
    "ring_cost": (_l("What a ring must be better"), _l("So many percent better than pairs, per member."), PERCENT),
    "conflict_cost": (
        _l("What a soft conflict of interest costs"),
        _l("So many percent off how well two fit."),
        PERCENT,
    ),
    "broken_promise_cost": (
        _l("What it costs to break a published exchange"),
        _l("A change must make the whole better by so many percent of one exchange."),
        PERCENT,
    ),
    "best_worst_first": (
        _l("Fairness"),
        _l("1: first make the worst exchange as good as possible. 0: first the total."),
        NUMBER,
    ),
    "answer_proposal_within": (
        _l("Answer to a proposal on the marketplace"),
        _l("After this time a proposal expires."),
        WORKING_DAYS,
    ),
    "partner_within": (
        _l("A new partner"),
        _l("Who lost its partner has a new one within this time."),
        WORKING_DAYS,
    ),
    "remind_working_days_before": (
        _l("Reminding"),
        _l("So long before a deadline we remind who can still do it."),
        WORKING_DAYS,
    ),
    "escalate_working_days_after": (
        _l("Telling the secretariat"),
        _l("So long after a deadline the secretariat reads who is waited for."),
        WORKING_DAYS,
    ),
}

GROUPS = (
    ("signup", _l("Signing up and matching"), (
        "accept_within", "minimum_reviewers", "answer_proposal_within", "answer_match_within", "partner_within",
    )),
    ("visit", _l("Visit"), (
        "poll_within", "self_evaluation_calendar_days_before_visit", "programme_calendar_days_before_visit",
        "gap_calendar_days_between_visits",
    )),
    ("report", _l("Report and plan"), (
        "draft_report_within", "fact_check_within", "correct_within", "plan_within", "completeness_within",
    )),
    ("deadlines", _l("Deadlines"), ("remind_working_days_before", "escalate_working_days_after")),
    ("decision", _l("Decision and certificate"), (
        "quorum", "most_partly", "most_not", "most_essential_below", "decision_letter_within", "appeal_calendar_days",
        "certificate_months", "suspension_months", "hold_months",
    )),
    ("weights", _l("What counts when we look for a partner"), (
        "weight_travel", "weight_work_fields", "weight_size", "weight_learning", "weight_experience", "weight_months",
        "weight_novelty", "weight_wishes", "largest_ring", "ring_cost", "conflict_cost", "broken_promise_cost",
        "best_worst_first",
    )),
)  # fmt: skip

# What an organisation that takes part wants to know; the rest is the secretariat's.
FOR_MEMBERS = ("signup", "visit", "report")

DATES = {
    "signup_opens_on": (_l("Signing up from"), _l("From this day on an organisation can sign up.")),
    "signup_closes_on": (_l("Signing up until"), _l("This day is the last one.")),
    "visits_from": (_l("Visits from"), _l("The first day on which a visit can be.")),
    "visits_until": (_l("Visits until"), _l("The last day on which a visit can be.")),
    "closes_on": (_l("The round closes on"), _l("By then every organisation has its decision.")),
}

STATES = {
    RoundState.DRAFT: _l("In preparation"),
    RoundState.OPEN: _l("Open for signing up"),
    RoundState.MATCHING: _l("Matching"),
    RoundState.RUNNING: _l("Under way"),
    RoundState.CLOSED: _l("Closed"),
}

_HALF_DAYS = (
    _l("half a day"),
    _l("a day"),
    _l("a day and a half"),
    _l("two days"),
    _l("two and a half days"),
    _l("three days"),
)


def half_days(count: int) -> LazyString:
    """So many half-days, one to six, as people say it."""
    return _HALF_DAYS[count - 1]
