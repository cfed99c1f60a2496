"""A whole round at once: the exchanges without days, and what a plan for all of them comes to, as a page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from peerreview.visits.planning import Plan, Reason, RoundAnswer, plan_round
from peerreview.visits.poll import Poll

AGAINST = ("lead_cannot", "cannot", "unknown")


@dataclass(frozen=True, slots=True)
class Line:
    """One exchange: its poll, and with a plan for the round its days, or why it has none."""

    poll: Poll
    plan: Plan | None = None
    unplanned: tuple[Reason, ...] = ()

    @property
    def answered(self) -> int:
        return len(self.poll.participants) - len(self.poll.waiting)

    @property
    def suits_all(self) -> bool:
        """Whether everybody answered that they can, be it if need be."""
        codes = {reason.code for choice in self.plan.choices for reason in choice.reasons} if self.plan else set()
        return self.plan is not None and not codes.intersection(AGAINST)


@dataclass(frozen=True, slots=True)
class Sums:
    """How many exchanges got days and how many not; on how many visits people can only if need be, or cannot."""

    planned: int
    unplanned: int
    if_need_be: int
    cannot: int
    unknown: int


def lines_of(polls: Sequence[Poll], today: date, *, plan: bool) -> tuple[list[Line], Sums]:
    """The exchanges that have visits without a day, and with `plan` the best days found for all of them together.

    An exchange for which a proposal waits keeps that, and is not planned again.
    """
    open_ = [poll for poll in polls if poll.open_visits]
    to_plan = [poll for poll in open_ if not poll.plan] if plan else []
    answer = plan_round([poll.wanted(today) for poll in to_plan], today=today)
    lines = [
        Line(poll, answer.plans.get(poll.exchange_id), answer.unplanned.get(poll.exchange_id, ())) for poll in open_
    ]
    return lines, _sums(answer)


def _sums(answer: RoundAnswer) -> Sums:
    reasons = [
        reason for plan in answer.plans.values() for choice in plan.choices for reason in choice.reasons
    ]  # fmt: skip

    def people(code: str) -> int:
        return sum(len(reason.params["people"]) for reason in reasons if reason.code == code)

    return Sums(len(answer.plans), len(answer.unplanned), people("if_need_be"), people("cannot"), people("unknown"))
