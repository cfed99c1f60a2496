"""The rounds of the demo with their groups; each group is told by its stage."""

from collections import Counter, defaultdict
from collections.abc import Iterable
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

Met = defaultdict[int, set[int]]
Fixed = dict[Stage, list[list[Organisation]]]
KEPT = 12


def make_rounds(plan: Scenario, members: list[Organisation], random: Random) -> dict[str, int]:
    """All rounds; how many groups, findings and certificates they hold."""
    version, people = demo_framework(), People(random)
    commission = Commission(people)
    counts: Counter[str] = Counter()
    busy: set[int] = set()  # an organisation walks one road at a time, and the next one after some years
    before: list[list[Organisation]] = []
    held: list[Round] = []
    met: Met = defaultdict(set)
    for round_plan in plan.rounds:
        fixed = _fixed(round_plan, members, before)
        again = [each for group in before for each in group] if round_plan.returning else []
        free = _free(members, again, busy | _ids(fixed.values()), random)
        held.append(_round(round_plan, version))
        maker, before = groups.Maker(held[-1], version, people, commission, random), []
        for stage, sizes in _wanted(round_plan).items():
            for size in sizes:
                ready = stage in fixed and fixed[stage] and len(fixed[stage][0]) == size
                together = fixed[stage].pop(0) if ready else _nearby(free, size, met, random)
                counts.update(maker.make(together, stage))
                before.append(together)
        for group in before:
            for member in group:
                met[member.id] |= _ids([[group]])
        if round_plan.returning or not round_plan.closed:
            busy |= _ids([before])
        commission.close_round(round_plan.closed)
    if plan.rounds[0].closed:
        others = [member for member in members[_kept(members) :] if member.id not in met]
        people.random = Random(plan.seed + 1)  # noqa: S311 - believable, not secret
        maker = groups.Maker(held[0], version, people, commission, people.random)
        counts.update(_cycle_before(members[0], others, maker))
        commission.close_round(closed=True)
    return dict(counts)


def _cycle_before(writes: Organisation, others: list[Organisation], maker: groups.Maker) -> Counter[str]:
    """Who writes the self-evaluation of the mock-ups did so before, some years ago, with a partner of then."""
    if not others:
        return Counter()
    together = [writes, others[0]]
    for member in together:
        db.session.refresh(member, ["work_fields"])
    return maker.make(together, Stage.CERTIFIED)


def _ids(groups: Iterable[Iterable[Iterable[Organisation]]]) -> set[int]:
    return {member.id for some in groups for group in some for member in group}


def _fixed(plan: RoundPlan, members: list[Organisation], before: list[list[Organisation]]) -> Fixed:
    """Groups that are known beforehand: those of the mock-ups, and a pair that meets again."""
    if plan.returning and before:
        return {Stage.CERTIFIED: [before[0]]}
    if Stage.POLLING in plan.pairs:
        return {Stage.POLLING: [members[:2]]}
    if plan.open:
        return {Stage.SELF_EVALUATING: [[member] for member in members[2 : _kept(members)]]}
    return {}


def _kept(members: list[Organisation]) -> int:
    """How many members, those of the mock-ups, take part in no round by chance."""
    return KEPT if len(members) > 100 else 2


def _free(
    members: list[Organisation], again: list[Organisation], apart: set[int], random: Random
) -> list[Organisation]:
    """Who can still be put in a group, in the order of their turn: who comes again first, the others by chance."""
    there = apart | {each.id for each in again}
    others = [member for member in members[_kept(members) :] if member.id not in there]
    return [each for each in again if each.id not in apart] + random.sample(others, len(others))


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


def _nearby(free: list[Organisation], size: int, met: Met, random: Random) -> list[Organisation]:
    """Take the first free organisation and some of the thirty nearest to it that it did not meet yet."""
    first = free.pop(0)
    away = distances_km([_point(first), *map(_point, free)])[0][1:]
    nearest = [free[n] for n in away.argsort(kind="stable") if free[n].id not in met[first.id]][:30]
    around = random.sample(nearest, size - 1)
    for other in around:
        free.remove(other)
    return [first, *around]


def _point(organisation: Organisation) -> tuple[float, float]:
    return organisation.latitude or 0.0, organisation.longitude or 0.0
