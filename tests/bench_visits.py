"""`make bench`, the part about visits: a whole round planned at once, beside a first fit in the same run.

The first fit takes the visits one by one and gives each the cheapest day that is left, as somebody with a list would.
An exchange with a visit for which nothing is left has no plan there.
"""

import gc
import statistics
import time
from collections import defaultdict
from datetime import date
from typing import Any

from peerreview.visits.planning import Cost, Wanted, cost_together, go_together, plan_round
from peerreview.visits.planning.costs import packed, total, unpacked
from peerreview.visits.planning.plans import options_of
from tests.visits.planning_rounds import make_round

TODAY = date(2027, 1, 4)
EXCHANGES, MOST_SECONDS = 550, 5.0
SHORT_OF_DAYS: Any = {"days": 6, "shared": 0.3}


def planning(days: int = 20, shared: float = 0.15, turns: int = 3) -> dict[str, Any]:
    """Seconds, share planned and distance to the bound for a made-up round, ours and the first fit.

    Seconds are those of the processor, medians; the clock, which also counts what others do here, stands beside.

    With few `days` and many reviewers who are in other exchanges too (`shared`) not every exchange finds its place.

    The distance is told for each place of a cost where there is any; later is in half-days over all visits.
    """
    wanted = make_round(EXCHANGES, seed=1, shared=shared, days=days)
    times, clocks, fitted = [], [], []
    for _turn in range(turns):
        gc.collect()
        started, clock = time.process_time(), time.perf_counter()
        answer = plan_round(wanted, today=TODAY)
        times.append(time.process_time() - started)
        clocks.append(time.perf_counter() - clock)
        started = time.process_time()
        fits, cost = first_fit(wanted)
        fitted.append(time.process_time() - started)
    alone = sum(not any(_above(plan.cost, answer.alone[id]).values()) for id, plan in answer.plans.items())
    return {
        "exchanges": EXCHANGES,
        "days": days,
        "visits": sum(len(one.legs) for one in wanted),
        "seconds": statistics.median(times),
        "seconds_by_the_clock": statistics.median(clocks),
        "planned": len(answer.plans) / EXCHANGES,
        "plannable": answer.plannable / EXCHANGES,
        "as_good_as_alone": alone / EXCHANGES,
        "above_bound": _above(answer.cost, answer.bound),
        "first_fit": {
            "seconds": statistics.median(fitted), "planned": fits / EXCHANGES, "above_bound": _above(cost, answer.bound),
        },
    }  # fmt: skip


def first_fit(wanted: list[Wanted]) -> tuple[int, Cost]:
    """How many exchanges get a plan, and what these cost."""
    taken: dict[int, set[date]] = defaultdict(set)
    costs = []
    for one in wanted:
        chosen: list[Any] = []
        cost = 0
        for leg in one.legs:
            options = options_of(leg, one.days, one.answers, one.rules, TODAY, one.fixed, one.circumstances)
            for own, slot in options:
                free = not any(day in taken[person] for person in leg.people for day in slot.days)
                if free and all(go_together((leg, slot), other, one.gap) for other in chosen):
                    cost += own + sum(packed(cost_together((leg, slot), other)) for other in chosen)
                    chosen.append((leg, slot))
                    break
        if len(chosen) == len(one.legs):
            costs.append(unpacked(cost))
            for leg, slot in chosen:
                for person in leg.people:
                    taken[person].update(slot.days)
    return len(costs), total(costs)


def _above(cost: Cost, bound: Cost) -> dict[str, int]:
    return {name: there - least for name, there, least in zip(Cost._fields, cost, bound, strict=True) if there != least}


def show(several: list[dict[str, Any]]) -> None:
    """What `make bench` prints of it."""
    for found in several:
        print("\n".join(_lines(found)))


def _lines(found: dict[str, Any]) -> list[str]:
    fit, head = found["first_fit"], f"{found['exchanges']} exchanges on {found['days']} days"

    def told(above: dict[str, int]) -> str:
        return ", ".join(f"{name} {more:+,}" for name, more in above.items()) or "nothing"

    return [
        f"{head:30} {found['seconds']:.2f} s ({found['seconds_by_the_clock']:.2f} s by the clock) "
        f"for {found['visits']:,} visits (target {MOST_SECONDS:.0f} s"
        f"{', MISSED' if found['seconds'] >= MOST_SECONDS else ''}); "
        f"{found['planned']:.1%} planned (of {found['plannable']:.1%}), {found['as_good_as_alone']:.1%} as good as if alone",
        f"{'':30} above the lower bound: {told(found['above_bound'])}",
        f"{'':30} first fit {fit['seconds']:.2f} s; {fit['planned']:.1%} planned; above it: {told(fit['above_bound'])}",
    ]


if __name__ == "__main__":
    show([planning(), planning(**SHORT_OF_DAYS)])
