"""What a dossier must hold before the commission reads it, from facts; the secretariat decides, with a reason where it
lets something go. Nothing of it is ticked by hand.

`RECIPROCITY` does not stand in the way of `complete`: it is asked when a dossier is forwarded, and has its own release.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SELF_EVALUATION = "self_evaluation"
INDEPENDENCE = "independence"
REPORT = "report"
DELIVERED = "delivered"
SECOND_READER = "second_reader"
FACT_CHECK = "fact_check"
REVIEWERS = "reviewers"
NO_TIES = "no_ties"
PLAN_SIGNED = "plan_signed"
PLAN_COVERS = "plan_covers"
QUESTIONS = "questions"
RECIPROCITY = "reciprocity"
DEFERRAL = "deferral"  # no line of the list: what the commission itself asked when it deferred its decision
# In the order in which a dossier comes about; reciprocity last.
ITEMS = (
    SELF_EVALUATION, REVIEWERS, NO_TIES, INDEPENDENCE, REPORT, DELIVERED, FACT_CHECK, SECOND_READER, PLAN_SIGNED,
    PLAN_COVERS, QUESTIONS, RECIPROCITY,
)  # fmt: skip
OF_THE_TEAM = frozenset({REVIEWERS, NO_TIES, INDEPENDENCE, REPORT, DELIVERED, FACT_CHECK, SECOND_READER, RECIPROCITY})


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one trajectory when it is checked."""

    self_evaluation_submitted: bool
    report_final: bool
    open_answers: int  # of the fact check, that the lead reviewer has not yet accepted or rejected
    reviewers: int
    minimum_reviewers: int
    tied_reviewers: int  # reviewers who work for the host, or did so in the last five years
    plan_signed: bool
    uncovered: tuple[str, ...]  # codes of the norms below `complies` without an action
    waiting_for: tuple[str, ...]  # names of the organisations of the exchange whose own review is not final
    unsigned: int = 0  # reviewers who did not sign that nothing ties them to the host
    delivered: bool = True  # the host really got the report, from when its days for the fact check count
    read_along: bool = True  # each error of fact was read by a second reader, or the lead said why not
    open_questions: int = 0  # what the secretariat asked back and nobody answered yet


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist. `detail` says what is missing: codes, names or numbers, ready to be put in words."""

    code: str
    ok: bool
    detail: str = ""
    reason: str = ""  # why the secretariat lets it go


def checklist(facts: Facts) -> tuple[Item, ...]:
    """Every item of `ITEMS`, in that order."""
    enough = facts.reviewers >= facts.minimum_reviewers
    return (
        Item(SELF_EVALUATION, facts.self_evaluation_submitted),
        Item(REVIEWERS, enough, f"{facts.reviewers} / {facts.minimum_reviewers}"),
        Item(NO_TIES, not facts.tied_reviewers, _number(facts.tied_reviewers)),
        Item(INDEPENDENCE, not facts.unsigned, _number(facts.unsigned)),
        Item(REPORT, facts.report_final),
        Item(DELIVERED, facts.delivered),
        Item(FACT_CHECK, not facts.open_answers and facts.report_final, _number(facts.open_answers)),
        Item(SECOND_READER, facts.read_along),
        Item(PLAN_SIGNED, facts.plan_signed),
        Item(PLAN_COVERS, not facts.uncovered, ", ".join(facts.uncovered)),
        Item(QUESTIONS, not facts.open_questions, _number(facts.open_questions)),
        Item(RECIPROCITY, not facts.waiting_for, ", ".join(facts.waiting_for)),
    )


def _number(count: int) -> str:
    return str(count) if count else ""


def with_reasons(items: Iterable[Item], reasons: Mapping[str, str]) -> tuple[Item, ...]:
    """The list with the secretariat's reason at each missing item; a reason for what is there is not kept."""
    return tuple(
        Item(item.code, item.ok, item.detail, "" if item.ok else reasons.get(item.code, "").strip()) for item in items
    )


def in_the_way(items: Iterable[Item]) -> tuple[Item, ...]:
    """What is missing and was not let go; reciprocity is asked later."""
    return tuple(item for item in items if not (item.ok or item.reason) and item.code != RECIPROCITY)
