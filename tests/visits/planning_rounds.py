"""Made-up rounds at any size, for tests and for the bench; the same seed gives the same round."""

import random
from datetime import date

from peerreview.rounds.rules import Rules
from peerreview.visits.lifecycle import Can, Half
from peerreview.visits.planning import Circumstances, Leg, Wanted, offered_days

SCHOOL_HOLIDAY = (date(2027, 4, 24), date(2027, 5, 9))


def make_round(exchanges: int, *, seed: int = 1, shared: float = 0.15, days: int = 20) -> list[Wanted]:
    """So many exchanges (85 % pairs, the others rings) with visits between April and June 2027.

    Of the reviewers the share `shared` also reviews in other exchanges, from a pool as large as that share of the
    exchanges. Four in five people answered for the first so many `days`: 60 % yes, 15 % if need be, 25 % no.
    """
    chance = random.Random(seed)
    offered = offered_days(date(2027, 4, 5), date(2027, 6, 25), [], date(2027, 1, 4))[:days]
    pool = [-n for n in range(1, max(1, int(exchanges * shared)) + 1)]
    found, person = [], 0

    def somebody(of_pool: float) -> int:
        nonlocal person
        person += 1
        return chance.choice(pool) if chance.random() < of_pool else person

    for id in range(1, exchanges + 1):
        size = chance.choices([2, 3, 4], [85, 10, 5])[0]
        teams = [[somebody(shared) for _ in range(chance.choice([2, 2, 3]))] for _ in range(size)]
        coordinators = [[somebody(0) for _ in range(chance.choice([1, 2]))] for _ in range(size)]
        legs = []
        for n, team in enumerate(teams):
            host = (n + 1) % size
            people = tuple(dict.fromkeys([*team, *coordinators[host]]))
            length = chance.choices([1, 2, 3, 4], [20, 60, 10, 10])[0]
            ready, minutes = chance.random() < 0.3, chance.choice([30, 60, 100, 120])
            legs.append(Leg(10 * id + n, people, team[0], 10 * id + host, 10 * id + n, length, ready, minutes))
        everybody = sorted({one for leg in legs for one in leg.people})
        found.append(
            Wanted(
                exchange_id=id,
                legs=tuple(legs),
                days=tuple(offered),
                answers=_answers(chance, everybody, offered),
                rules=Rules(),
                circumstances=Circumstances(
                    off={one: {(chance.randrange(5), chance.choice(list(Half)))} for one in everybody[::3]},
                    school={10 * id: [SCHOOL_HOLIDAY]},
                ),
            )
        )
    return found


def _answers(chance: random.Random, people: list[int], days: list[date]) -> dict[tuple[int, date, Half], Can]:
    found = {}
    for person in people:
        if chance.random() < 0.2:
            continue
        for day in days:
            can = chance.choices(list(Can), [60, 15, 25])[0]
            for half in Half:
                found[person, day, half] = can if chance.random() < 0.85 else chance.choice(list(Can))
    return found
