"""All exchanges of a round planned at once: people who are in several of them are on no two visits a day."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from peerreview.visits.planning.costs import Cost, unpacked
from peerreview.visits.planning.plans import Plan, plan_of
from peerreview.visits.planning.reasons import Reason
from peerreview.visits.planning.together import Effort, Group
from peerreview.visits.planning.wanted import Part, Wanted


@dataclass(frozen=True, slots=True)
class RoundAnswer:
    """The plan of each exchange, and of each that has none the reasons.

    `alone` is what each exchange would cost if it were alone, for those that then have a plan; no answer plans more.
    `cost` is that of all plans together, `bound` what these exchanges would cost alone; no answer that plans them costs
    less. Before improving `first_planned` exchanges had a plan, at the cost `first`; `improved` is how often looking
    again gained. `exact` tells that no answer is better.
    """

    plans: dict[int, Plan]
    unplanned: dict[int, tuple[Reason, ...]]
    alone: dict[int, Cost]
    cost: Cost
    bound: Cost
    first_planned: int
    first: Cost
    improved: int
    exact: bool

    @property
    def plannable(self) -> int:
        """How many exchanges could be planned if each were alone."""
        return len(self.alone)


def plan_round(wanted: Sequence[Wanted], *, today: date) -> RoundAnswer:
    """The best plans found for all these exchanges together: as many exchanges as can be, then the least cost.

    Exchanges that share nobody do not meet, and each gets its exact best; those that do are planned together
    (together.py). The same exchanges give the same answer, in whatever order they come; one without visits to plan is
    left out. Reasons for none: the codes of `Part.why_not`, and others_first (people, exchanges): it could be planned
    alone, but these people are on visits of these exchanges. ValueError when an exchange is there twice.
    """
    wanted = sorted((one for one in wanted if one.legs), key=lambda one: one.exchange_id)
    if len({one.exchange_id for one in wanted}) < len(wanted):
        raise ValueError("an exchange is there twice")
    parts = _parts(wanted, today)
    effort, groups = Effort(), []
    for some in _groups(parts):
        groups.append(group := Group(some, effort))
        group.solve()
    chosen = {id: priced for group in groups for id, priced in group.chosen.items()}
    plans, unplanned = {}, {}
    for group in groups:
        for part in group.parts:
            if part.id not in chosen:
                unplanned[part.id] = _why_not(part, group) if part.alone else part.why_not(today)
    for part in parts:
        if part.id in chosen:
            one, (cost, slots) = part.wanted, chosen[part.id]
            plans[part.id] = plan_of(
                one.legs, slots, unpacked(cost), one.answers, one.rules, today, one.fixed, one.circumstances
            )
    return RoundAnswer(
        plans=plans,
        unplanned=dict(sorted(unplanned.items())),
        alone={part.id: unpacked(part.worth) for part in parts if part.alone},
        cost=unpacked(sum(group.cost for group in groups)),
        bound=unpacked(sum(group.bound for group in groups)),
        first_planned=sum(group.first_planned for group in groups),
        first=unpacked(sum(group.first for group in groups)),
        improved=sum(group.improved for group in groups),
        exact=all(group.exact for group in groups),
    )


def _parts(wanted: Sequence[Wanted], today: date) -> list[Part]:
    """Each exchange with its options, which mind the visits of other exchanges that have their day already."""
    fixed: dict[int, list[tuple[int, date]]] = defaultdict(list)
    for one in wanted:
        for leg, slot in one.fixed:
            for person in leg.people:
                fixed[person] += [(one.exchange_id, day) for day in slot.days]
    parts = []
    for one in wanted:
        there = {
            id: [day for exchange, day in fixed[id] if exchange != one.exchange_id] for id in one.people & set(fixed)
        }
        parts.append(Part.of(one, {id: days for id, days in there.items() if days}, today))
    return parts


def _groups(parts: Sequence[Part]) -> list[list[Part]]:
    """The exchanges that hang together by shared people, directly or through others; each with whom it shares."""
    of_person: dict[int, list[int]] = defaultdict(list)
    for n, part in enumerate(parts):
        for person in part.wanted.people if part.alone else ():
            of_person[person].append(n)
    shared = frozenset(person for person, where in of_person.items() if len(where) > 1)
    root = list(range(len(parts)))

    def find(n: int) -> int:
        while root[n] != n:
            root[n] = root[root[n]]
            n = root[n]
        return n

    for person in sorted(shared):
        first, *rest = of_person[person]
        for other in rest:
            root[max(find(first), find(other))] = min(find(first), find(other))
    found: dict[int, list[Part]] = defaultdict(list)
    for n, part in enumerate(parts):
        part.share(shared)
        found[find(n)].append(part)
    return list(found.values())


def _why_not(part: Part, group: Group) -> tuple[Reason, ...]:
    """Who of its people are on visits of which exchanges, on days that it could have had."""
    days = {day for options in part.on_day for day in options}
    there = [
        (person, exchange)
        for person in sorted(part.shared)
        for day, exchange in group.taken.get(person, {}).items()
        if day in days
    ]
    people, exchanges = ({pair[n] for pair in there} for n in (0, 1))
    return (Reason("others_first", {"people": tuple(sorted(people)), "exchanges": tuple(sorted(exchanges))}),)
