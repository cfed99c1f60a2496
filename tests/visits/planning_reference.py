"""Every plan there is, tried one by one: what the planner must not be worse than. And small instances to try it on."""

import random
from datetime import date, timedelta
from itertools import combinations, product

from peerreview.rounds.rules import Rules
from peerreview.visits.lifecycle import Can, Half
from peerreview.visits.planning import Circumstances, Cost, Leg, Slot, Wanted, cost_of, cost_together

TODAY = date(2027, 3, 22)
MONDAY = date(2027, 4, 12)


def may_be(one: tuple[Leg, Slot], other: tuple[Leg, Slot], gap: int) -> bool:
    """The rule said anew, day by day."""
    (leg, slot), (leg2, slot2) = one, other
    if set(slot.days) & set(slot2.days) and set(leg.people) & set(leg2.people):
        return False
    if {leg.host_id, leg.reviewing_id} & {leg2.host_id, leg2.reviewing_id}:
        return all(abs((day - day2).days) >= gap for day in slot.days for day2 in slot2.days)
    return True


def every_plan(one: Wanted, today: date = TODAY) -> list[tuple[Cost, tuple[Slot, ...]]]:
    """All plans of an exchange that can be, the best first."""
    found = []
    busy = one.circumstances.busy
    for slots in product(*[list(leg.slots(sorted(set(one.days)))) for leg in one.legs]):
        pairs = list(zip(one.legs, slots, strict=True))
        if any(day in busy.get(person, ()) for leg, slot in pairs for person in leg.people for day in slot.days):
            continue
        together = [*combinations(pairs, 2), *product(pairs, one.fixed)]
        if all(may_be(*two, one.gap) for two in together):
            costs = [cost_of(*pair, one.answers, one.rules, today, one.circumstances) for pair in pairs]
            costs += [cost_together(*two) for two in together]
            found.append((Cost(*map(sum, zip(*costs, strict=True))), slots))
    return sorted(found)


def best_round(wanted: list[Wanted]) -> tuple[int, Cost]:
    """How many exchanges must stay without a plan, and the least that the others then cost."""
    options = [every_plan(one) for one in wanted]
    found: list[tuple[int, Cost]] = []

    def go(n: int, taken: set[tuple[int, date]], unplanned: int, cost: Cost) -> None:
        if found and (unplanned, cost) >= found[0]:
            return
        if n == len(wanted):
            found[:] = [(unplanned, cost)]
            return
        for own, slots in options[n]:
            days = {
                (id, day)
                for leg, slot in zip(wanted[n].legs, slots, strict=True)
                for id in leg.people
                for day in slot.days
            }
            if not days & taken:
                go(n + 1, taken | days, unplanned, cost.plus(own))
        go(n + 1, taken, unplanned + 1, cost)

    go(0, set(), 0, Cost())
    return found[0]


def make_wanted(chance: random.Random, id: int = 1, *, members: int = 2, days: int = 4, shared: float = 0.0) -> Wanted:
    """An exchange on some days of two weeks; each of its people is with the chance `shared` one of four whom others
    have too."""
    on = [MONDAY + timedelta(days=n) for n in sorted(chance.sample([0, 1, 2, 3, 4, 7, 8, 9, 10, 11], days))]

    def somebody(n: int) -> int:
        return chance.randrange(1, 5) if chance.random() < shared else id * 100 + n

    teams = [[somebody(10 * member + n) for n in range(3)] for member in range(members)]
    legs = []
    for n, (*team, _own) in enumerate(teams):
        host = (n + 1) % members
        people = tuple(dict.fromkeys([*team, teams[host][2]]))
        length, far = chance.choice([1, 1, 2, 2, 3, 4, 6]), chance.choice([0, 0, 120])
        legs.append(Leg(10 * id + n, people, team[0], 10 * id + host, 10 * id + n, length, chance.random() < 0.4, far))
    people = sorted({person for leg in legs for person in leg.people})
    answers = {
        (person, day, half): can
        for person in people
        for day in (MONDAY + timedelta(days=n) for n in range(14))
        for half in Half
        if (can := chance.choice([Can.YES, Can.YES, Can.IF_NEED_BE, Can.NO, None]))
    }
    fixed = []
    if len(legs) > 2 and chance.random() < 0.5:
        leg = legs.pop()
        fixed.append((leg, Slot.of(chance.choice(on), leg.half_days)))
    return Wanted(
        exchange_id=id,
        legs=tuple(legs),
        days=tuple(on),
        answers=answers,
        rules=Rules(gap_calendar_days_between_visits=chance.randrange(4)),
        fixed=tuple(fixed),
        circumstances=Circumstances(
            busy={chance.choice(people): {chance.choice(on)}},
            off={chance.choice(people): {(chance.randrange(5), Half.MORNING)}, people[0]: {(1, Half.AFTERNOON)}},
            school={10 * id: [(on[1], on[2])]},
        ),
    )
