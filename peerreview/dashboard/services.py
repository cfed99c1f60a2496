"""The first page of each role, put together from what the queries found; nothing is changed here."""

from collections import Counter
from datetime import date
from typing import Any

from peerreview.commission.queries.coming import coming_meetings
from peerreview.core.access import Actor
from peerreview.core.deadlines import open_duties
from peerreview.dashboard import member, others, queries
from peerreview.dashboard.facts import MemberFacts
from peerreview.dashboard.tasks import Coming, Task, Waiting, in_order, marks, summary
from peerreview.reviews.queries.reader import asked_to_read
from peerreview.trajectories.lifecycle import ENDED, TrajectoryState
from peerreview.trajectories.road import Road, RoadFacts, road

COMMISSION = ("commission_member", "commission_chair")


def home_of(actor: Actor, today: date) -> dict[str, Any]:
    """Everything on the first page of this role: tasks, on whom one waits, days that are near, the road."""
    if actor.role == "reviewer":
        assignments = queries.assignments_of(actor)
        tasks = others.tasks_of_reviewer(assignments, today)
        tasks += [others.task_of_reader(*row) for row in asked_to_read(actor)] + _asked(actor)
        waiting = others.waiting_of_reviewer(assignments)
        return _page(tasks, waiting, others.coming_of_reviewer(assignments, today), today)
    if actor.role in COMMISSION:
        meetings, chair = coming_meetings(actor), actor.role == "commission_chair"
        tasks = others.tasks_of_commission(meetings, chair=chair) + _asked(actor)
        return _page(tasks, [], [], today)
    if actor.organisation_id is None:
        return _page([], [], [], today)
    facts = queries.member_facts(actor)
    asked = _asked(actor) if actor.role == "coordinator" else _appeals(actor)
    tasks = member.tasks_of(facts, actor.role) + asked
    found = _page(tasks, member.waiting_of(facts), member.coming_of(facts, today), today)
    return found if actor.role == "contributor" else found | {"facts": facts, "road": road_of(facts)}


def _asked(actor: Actor) -> list[Task]:
    """What the commission or its secretariat asks of this actor. One query, and two when a condition is to be judged."""
    dues = open_duties(role=actor.role, family="commission")
    return others.tasks_asked(due for due in dues if due.is_for(actor)) + _appeals(actor)


def _appeals(actor: Actor) -> list[Task]:
    """Appeals and complaints that wait for this actor. One query."""
    dues = open_duties(role=actor.role, family="appeals")
    return others.tasks_of_appeals(due for due in dues if due.is_for(actor))


def _page(tasks: list[Task], waiting: list[Waiting], coming: list[Coming], today: date) -> dict[str, Any]:
    ordered = in_order(tasks)
    return {
        "today": today,
        "tasks": list(zip(ordered, marks(ordered, today), strict=True)),
        "lead": summary(ordered, today),
        "waiting": waiting,
        "coming": coming,
        "facts": None,
        "road": None,
    }


def road_of(facts: MemberFacts) -> tuple[Road, list[list[str]] | None] | None:
    """The road of our trajectory beside the partner's; with more partners, each one's nine states beside it."""
    t = facts.trajectory
    if t is None:
        return None
    exchange = facts.exchange.state if facts.exchange else None
    hosting = next((leg for leg in facts.legs if leg.hosting), None)
    us = RoadFacts(
        TrajectoryState(t.state),
        TrajectoryState(t.held_from) if t.held_from else None,
        exchange,
        hosting.visit_state if hosting else None,
        hosting.review_state if hosting else None,
    )
    theirs = [
        RoadFacts(TrajectoryState(partner.state), None, exchange, partner.visit, partner.review)
        for partner in facts.partners
    ]
    roads = [road(us, them) for them in theirs] or [road(us)]
    ring = [list(one.steps_them) for one in roads] if len(roads) > 1 else None
    return roads[0], ring


def cockpit(actor: Actor, today: date) -> dict[str, Any]:
    """The secretariat's first page: piles, whose turn it is, where every trajectory stands, how far groups travel."""
    tasks = in_order([*others.tasks_of_office(queries.office_piles(actor, today), today), *_appeals(actor)])
    counts: Counter[int] = Counter()
    late: Counter[int] = Counter()
    for facts, count, overdue in queries.stage_counts(today):
        if facts.state not in ENDED:
            step = road(facts).now
            counts[step] += count
            late[step] += overdue
    return {
        "today": today,
        "tasks": list(zip(tasks, marks(tasks, today), strict=True)),
        "lead": summary(tasks, today),
        "turns": queries.whose_turn(today),
        "steps": [(step, counts[step] - late[step], late[step]) for step in range(1, 10)],
        "total": sum(counts.values()),
        "bands": others.distance_bands(queries.group_distances()),
    }
