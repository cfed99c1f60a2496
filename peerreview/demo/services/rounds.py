"""The rounds of the demo with their groups; each group is told by its stage."""

from collections import Counter
from datetime import timedelta
from random import Random

from peerreview.core import clock
from peerreview.core.db import db
from peerreview.demo.scenario import RoundPlan, Scenario, Stage
from peerreview.demo.services import group as groups
from peerreview.demo.services.commission import Commission
from peerreview.demo.services.framework import demo_framework
from peerreview.demo.services.people import People
from peerreview.frameworks.models import FrameworkVersion
from peerreview.marketplace.travel import distances_km
from peerreview.organisations.models import Organisation
from peerreview.rounds.lifecycle import RoundState
from peerreview.rounds.models import Round


def make_rounds(plan: Scenario, members: list[Organisation], random: Random) -> dict[str, int]:
    """All rounds; how many groups, findings and certificates they hold."""
    version, people = demo_framework(), People(random)
    commission = Commission(people)
    counts: Counter[str] = Counter()
    under_way: set[int] = set()  # an organisation walks one road at a time
    for round_plan in plan.rounds:
        round_ = _round(round_plan, version)
        free = [member for member in members[2:] if member.id not in under_way]
        free = random.sample(free, len(free))
        if Stage.POLLING in round_plan.pairs:
            free = members[:2] + free
        maker = groups.Maker(round_, version, people, commission, random)
        for stage, sizes in _wanted(round_plan).items():
            for size in sizes:
                fixed = stage == Stage.POLLING and free[:2] == members[:2]  # the two of the mock-ups
                together = [free.pop(0), free.pop(0)] if fixed else _nearby(free, size, random)
                counts.update(maker.make(together, stage))
                if not round_plan.closed:
                    under_way.update(member.id for member in together)
        commission.close_round(round_plan.closed)
    return dict(counts)


def _wanted(plan: RoundPlan) -> dict[Stage, list[int]]:
    """The size of each group by stage; polling comes first, for the fixed pair."""
    order = sorted({*plan.pairs, *plan.rings, *plan.loose}, key=lambda stage: (stage != Stage.POLLING, stage))
    return {
        stage: [2] * plan.pairs.get(stage, 0) + [3] * plan.rings.get(stage, 0) + [1] * plan.loose.get(stage, 0)
        for stage in order
    }


def _round(plan: RoundPlan, version: FrameworkVersion) -> Round:
    today = clock.today()
    opens = min(plan.visits_from - 150, -7)
    round_ = Round(
        name=plan.name,
        framework_version_id=version.id,
        signup_opens_on=today + timedelta(days=opens),
        signup_closes_on=today + timedelta(days=plan.visits_from - 80),
        visits_from=today + timedelta(days=plan.visits_from),
        visits_until=today + timedelta(days=plan.visits_until),
        closes_on=today + timedelta(days=plan.visits_until + 200),
        rules_data={},
        state=RoundState.CLOSED if plan.closed else RoundState.OPEN if plan.open else RoundState.RUNNING,
        state_since=clock.now() + timedelta(days=opens),
    )
    db.session.add(round_)
    db.session.flush()
    return round_


def _nearby(free: list[Organisation], size: int, random: Random) -> list[Organisation]:
    """Take the first free organisation and some of the thirty nearest to it: a match is not about distance alone."""
    first = free.pop(0)
    away = distances_km([_point(first), *map(_point, free)])[0][1:]
    nearest = [free[n] for n in away.argsort(kind="stable")[:30]]
    around = random.sample(nearest, size - 1)
    for other in around:
        free.remove(other)
    return [first, *around]


def _point(organisation: Organisation) -> tuple[float, float]:
    return organisation.latitude or 0.0, organisation.longitude or 0.0
