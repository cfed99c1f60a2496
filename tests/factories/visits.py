"""The visits of an exchange, by default held last week."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.matching.models import Exchange
from peerreview.trajectories.models import Trajectory
from peerreview.visits import queries, services
from peerreview.visits.lifecycle import Can, Half, VisitState
from peerreview.visits.models import TeamMember, Visit
from peerreview.visits.planning import Slot
from tests.factories.accounts import make_actor, make_person
from tests.factories.matching import make_exchange
from tests.factories.organisations import make_organisation
from tests.factories.rounds import make_round
from tests.factories.trajectories import make_trajectory

_number = count(1)


def make_visit(exchange: Exchange, host: Trajectory, reviewing: Trajectory, **fields: object) -> Visit:
    start = clock.now() - timedelta(days=7)
    team = [TeamMember(person=offered.person, lead=offered.lead) for offered in reviewing.reviewers]
    values: dict[str, object] = {
        "exchange": exchange, "host": host, "reviewing": reviewing, "state": VisitState.HELD,
        "state_since": clock.now(), "starts_at": start, "ends_at": start + timedelta(hours=7),
        "uid": f"visit-{next(_number)}@voorbeeld.example", "team": team,
    }  # fmt: skip
    visit = Visit(**(values | fields))
    with unit_of_work():
        db.session.add(visit)
        db.session.flush()
    return visit


def make_visits(exchange: Exchange | None = None, **fields: object) -> list[Visit]:
    """One for each leg: each member visits the next in order."""
    exchange = exchange or make_exchange()
    around = [member.trajectory for member in exchange.members]
    return [
        make_visit(exchange, host=host, reviewing=reviewing, **fields)
        for reviewing, host in zip(around, around[1:] + around[:1], strict=True)
    ]


@dataclass
class Scene:
    """A confirmed exchange whose visits look for a day: with actors by organisation, in order of the members."""

    exchange: Exchange
    trajectories: list[Trajectory]
    coordinators: list[Actor]
    leads: list[Actor]  # of each member's own reviewers: who leads the team that it sends
    others: list[Actor]
    secretariat: Actor

    @property
    def visits(self) -> list[Visit]:
        """In order of the reviewing members: the first member visits the second, and so on."""
        return queries.visits_of(self.exchange.id)

    @property
    def everybody(self) -> list[Actor]:
        return [*self.leads, *self.others, *self.coordinators]


WINDOW = {
    "signup_opens_on": date(2026, 9, 1), "signup_closes_on": date(2026, 12, 1), "visits_from": date(2027, 4, 5),
    "visits_until": date(2027, 6, 25), "closes_on": date(2027, 12, 31),
}  # fmt: skip


def make_scene(members: int = 2, *, names: tuple[str, ...] = ("Lindenhof", "Brugveld", "Havenlicht", "Polderhart"),
               fte: tuple[int, ...] = (46, 58, 40, 30), **fields: object) -> Scene:  # fmt: skip
    """At the time of the test (stop it with `at`), in a round with visits from 5 April to 25 June 2027."""
    round_ = make_round(**{**WINDOW, **fields})
    places = ("Zutphen", "Zwolle", "Den Helder", "Urk")
    trajectories, coordinators, leads, others = [], [], [], []
    for n in range(members):
        organisation = make_organisation(names[n], place=places[n])
        lead, other = (make_person(f"{who} van {names[n]}") for who in ("Joost", "Merel"))
        leads.append(make_actor("reviewer", organisation, person=lead))
        others.append(make_actor("reviewer", organisation, person=other))
        coordinators.append(make_actor("coordinator", organisation, name=f"Samira van {names[n]}"))
        trajectories.append(
            make_trajectory(round_, organisation, reviewers=[lead, other], fte=Decimal(fte[n]), months=[4, 5, 6])
        )
    exchange = make_exchange(trajectories)
    secretariat = make_actor("secretariat", name="Secretariaat Bakker")
    services.plan_visits(exchange, by=secretariat)
    return Scene(exchange, trajectories, coordinators, leads, others, secretariat)


def answer_all(scene: Scene, can: Can = Can.YES) -> None:
    """Everybody gives the first four days the same answer and is done."""
    for who in scene.everybody:
        poll = queries.poll_of(scene.exchange.id)
        for day in poll.days[:4]:
            poll = services.mark_half_days(poll, day=day, halves=list(Half), can=can, by=who)
        services.finish_poll(poll, by=who)


def agree_all(scene: Scene) -> dict[int, Slot]:
    """Everybody answers, the first coordinator proposes the best plan, and the others agree; the slots by visit."""
    answer_all(scene)
    slots = queries.poll_of(scene.exchange.id).best_plans(clock.today())[0].slots
    services.propose_plan(scene.exchange.id, slots=slots, by=scene.coordinators[0])
    plan = queries.pending_plan(scene.exchange.id)
    for coordinator in scene.coordinators[1:]:
        services.accept_plan(scene.exchange.id, plan_id=plan.id, by=coordinator)
    return slots
