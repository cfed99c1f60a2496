"""The answer to a document as plain values that can be written as JSON, with the names of the document."""

from datetime import date
from typing import Any

from peerreview.visits.planning.costs import Cost
from peerreview.visits.planning.document import Document
from peerreview.visits.planning.plans import Choice, Plan, best_plans
from peerreview.visits.planning.reasons import Reason
from peerreview.visits.planning.round import RoundAnswer
from peerreview.visits.planning.wanted import Wanted


def as_plain(asked: Document, answer: RoundAnswer, *, best: int = 0) -> dict[str, Any]:
    """The answer with the names of the file; `best` adds so many plans of each exchange as if it were alone."""
    writer = _Writer(asked)
    exchanges = []
    for one in asked.wanted:
        if one.exchange_id in answer.plans:
            plan = answer.plans[one.exchange_id]
            written = {"key": asked.exchanges[one.exchange_id], **writer.plan(plan)}
            exchanges.append(written | ({"alone": writer.alone(one, best)} if best else {}))
    unplanned = [
        {"key": asked.exchanges[id], "reasons": [writer.reason(reason) for reason in reasons]}
        for id, reasons in answer.unplanned.items()
    ]
    return {
        "planned": len(answer.plans),
        "plannable": answer.plannable,
        "exact": answer.exact,
        "cost": answer.cost._asdict(),
        "bound": answer.bound._asdict(),
        "exchanges": exchanges,
        "unplanned": unplanned,
    }


class _Writer:
    def __init__(self, asked: Document) -> None:
        self.asked = asked

    def plan(self, plan: Plan) -> dict[str, Any]:
        return {"visits": [self.choice(choice) for choice in plan.choices], "cost": _told(plan.cost)}

    def alone(self, one: Wanted, count: int) -> list[dict[str, Any]]:
        found = best_plans(
            one.legs, one.days, one.answers, rules=one.rules, today=self.asked.today, fixed=one.fixed,
            circumstances=one.circumstances, count=count,
        )  # fmt: skip
        return [self.plan(plan) for plan in found]

    def choice(self, choice: Choice) -> dict[str, Any]:
        slot = choice.slot
        return {
            "key": self.asked.visits[choice.visit_id],
            "days": [day.isoformat() for day in slot.days],
            "from": slot.covers[0][1].value,
            "until": slot.covers[-1][1].value,
            "reasons": [self.reason(reason) for reason in choice.reasons],
        }

    def reason(self, reason: Reason) -> dict[str, Any]:
        return {"code": reason.code} | {name: self.named(name, value) for name, value in reason.params.items()}

    def named(self, name: str, value: Any) -> Any:
        names = {
            "people": self.asked.people, "person": self.asked.people, "organisations": self.asked.organisations,
            "exchanges": self.asked.exchanges, "visit": self.asked.visits,
        }.get(name)  # fmt: skip
        if isinstance(value, date):
            return value.isoformat()
        if names is None:
            return value
        return [names[id] for id in value] if isinstance(value, tuple) else names[value]


def _told(cost: Cost) -> dict[str, int]:
    """The places of a cost that are not nothing."""
    return {name: value for name, value in cost._asdict().items() if value}
