"""What moving a visit does is known before it is certain: every deadline, the other visits, and who can."""

from datetime import date

import pytest

from peerreview.core.db import db
from peerreview.rounds.rules import Rules
from peerreview.trajectories.models import Trajectory
from peerreview.visits import moving, queries
from peerreview.visits.lifecycle import Can, Half, VisitState
from peerreview.visits.moving import Effects, effects_of, other_slots, road_of
from peerreview.visits.planning import Circumstances, Slot
from peerreview.visits.poll import Poll, PollVisit, Somebody
from tests.factories.visits import agree_all, make_scene

TODAY = date(2027, 2, 1)
RULES = Rules()


def visit(n, slot, *, state=VisitState.AGREED, ready=False):
    """Organisation n visits the next of two; its team is n0 and n1, the host's coordinator is 9 and the host's number."""
    host = 2 if n == 1 else 1
    return PollVisit(
        id=n, state=state, host_id=host, host_name=f"Gastheer {host}", host_place="Zwolle", reviewing_id=n,
        reviewing_name=f"Team {n}", team=(n * 10, n * 10 + 1), lead_id=n * 10, coordinators=(90 + host,),
        half_days=2, self_evaluation_ready=ready, slot=slot,
    )  # fmt: skip


def poll(*visits, answers=None, days=(), busy=None, off=None):
    people = {id: Somebody(id, f"P{id}") for one in visits for id in one.people}
    return Poll(
        exchange_id=1, round_name="Ronde", window=(date(2027, 4, 5), date(2027, 6, 25)), closes_on=date(2027, 12, 31),
        rules=RULES, poll_by=None, visits=visits, people=people, answers=answers or {}, done=frozenset(), days=days,
        plan=None, circumstances=Circumstances(busy or {}, off or {}, {}),
    )  # fmt: skip


FIRST, SECOND = Slot(date(2027, 4, 6)), Slot(date(2027, 4, 8))


def test_the_road_counts_from_the_visit_and_waits_for_the_last_report():
    road = road_of(FIRST, [SECOND], RULES)
    assert road == {
        "visit": date(2027, 4, 6), "self_evaluation": date(2027, 2, 23), "programme": date(2027, 3, 23),
        "report": date(2027, 5, 5), "release": date(2027, 5, 10), "fact_check": date(2027, 5, 25),
        "corrections": date(2027, 6, 8), "plan": date(2027, 7, 20),
    }  # fmt: skip
    assert road_of(FIRST, [None], RULES)["report"] == date(2027, 5, 5)
    assert road_of(FIRST, [None], RULES)["plan"] is None
    assert road_of(Slot(date(2027, 4, 6), more=2), [], RULES)["report"] == date(2027, 5, 7)  # its last day counts


def test_only_what_changes_is_marked():
    both = poll(visit(1, FIRST), visit(2, SECOND))
    earlier = {step.code: step.changed for step in effects_of(both, 1, Slot(date(2027, 4, 5)), TODAY).steps}
    assert [code for code, changed in earlier.items() if not changed] == [
        "release", "fact_check", "corrections", "plan",  # the other visit's report is the last one, as before
    ]  # fmt: skip
    later = effects_of(both, 1, Slot(date(2027, 5, 12)), TODAY)
    assert all(step.changed for step in later.steps)
    same = effects_of(both, 1, FIRST, TODAY)
    assert not any(step.changed for step in same.steps)


def test_a_self_evaluation_that_is_there_has_no_day_and_one_too_late_is_due_today():
    ready = effects_of(poll(visit(1, FIRST, ready=True)), 1, SECOND, TODAY)
    assert "self_evaluation" not in {step.code for step in ready.steps}
    late = effects_of(poll(visit(1, FIRST)), 1, Slot(date(2027, 2, 16)), TODAY).steps[1]
    assert (late.code, late.after, late.past) == ("self_evaluation", TODAY, True)


def test_a_deadline_that_was_postponed_is_shown_as_it_stands():
    kept = {"self_evaluation": date(2027, 3, 9)}
    step = effects_of(poll(visit(1, FIRST)), 1, FIRST, TODAY, kept=kept).steps[1]
    assert (step.before, step.after, step.changed) == (date(2027, 3, 9), date(2027, 2, 23), True)


def test_the_other_visit_has_a_gap_an_order_and_people_in_common():
    other = visit(2, SECOND)
    shared = PollVisit(**{f: getattr(other, f) for f in PollVisit.__slots__} | {"team": (10, 21)})
    both = poll(visit(1, FIRST), shared)
    (far,) = effects_of(both, 1, Slot(date(2027, 5, 12)), TODAY).beside
    assert (far.apart_before, far.apart_after, far.turns, far.both, far.fault) == (2, 34, True, (10,), "")
    (near,) = effects_of(both, 1, Slot(date(2027, 4, 7)), TODAY).beside
    assert (near.apart_after, near.turns, near.fault) == (1, False, "too_close")
    (on_it,) = effects_of(both, 1, SECOND, TODAY).beside
    assert on_it.fault == "same_day"
    assert effects_of(poll(visit(1, FIRST), visit(2, None, state=VisitState.POLLING)), 1, SECOND, TODAY).beside == ()


def test_everybody_stands_once_by_what_keeps_them_most():
    day = date(2027, 5, 12)
    said = {
        (10, day, Half.MORNING): Can.NO,
        (11, day, Half.MORNING): Can.IF_NEED_BE,
        (11, day, Half.AFTERNOON): Can.YES,
    }
    one = poll(visit(1, FIRST), answers=said, busy={10: [day]}, off={92: [(2, Half.AFTERNOON)]})
    effects = effects_of(one, 1, Slot(day), TODAY)
    assert people(effects) == {"elsewhere": (10,), "cannot": (), "off": (92,), "unwilling": (11,), "unknown": ()}
    assert not effects.everybody_can
    every = {(who, day, half): Can.YES for who in (10, 11, 92) for half in Half}
    assert effects_of(poll(visit(1, FIRST), answers=every), 1, Slot(day), TODAY).everybody_can


def people(effects: Effects):
    return {name: getattr(effects, name) for name in ("elsewhere", "cannot", "off", "unwilling", "unknown")}


def test_the_best_other_days_are_those_that_people_marked_and_that_can_be():
    days = tuple(date(2027, 4, n) for n in (6, 8, 13, 15, 20, 22))
    said = {(who, day, half): Can.YES for who in (10, 11, 92) for day in days for half in Half}
    said |= {(10, date(2027, 4, 13), half): Can.NO for half in Half}
    asked = poll(visit(1, FIRST), visit(2, SECOND), answers=said, days=days, busy={11: [date(2027, 4, 15)]})
    assert [choice.slot.day.day for choice in other_slots(asked, 1, TODAY)] == [20, 22, 13]
    assert other_slots(poll(visit(1, FIRST)), 1, TODAY) == []


# --- The page --------------------------------------------------------------------------------------------------------


@pytest.fixture
def scene(app, at):
    with at("2027-02-01 10:00"):
        scene = make_scene()
        agree_all(scene)
        yield scene


def typed(scene, **fields):
    visit = scene.visits[0]
    return {"day": "2027-05-12", "length": "", "location": "Zwolle", "reason": "Brand.", "version": str(visit.version),
            "seen": "", **fields}  # fmt: skip


def test_first_it_is_shown_and_only_then_done(scene, as_, outbox):
    visit, client, before = scene.visits[0], as_(scene.coordinators[1]), len(outbox())
    url = f"/visits/{visit.id}/move"
    shown = client.send(url, typed(scene))
    assert shown.status_code == 200
    for told in ("Dit verandert", "28 april", "Wie krijgt een brief", scene.leads[0].name,
                 "Er zitten 34 dagen tussen in plaats van 2."):  # fmt: skip
        assert told in shown.text.replace("\N{NO-BREAK SPACE}", " "), told
    assert len(outbox()) == before
    done = client.send(url, typed(scene, seen=f"{visit.id}=2027-05-12"))
    assert done.status_code == 303
    assert queries.slot_of(scene.visits[0]) == Slot(date(2027, 5, 12))
    assert (
        db.session.get(Trajectory, visit.host_id).due_on
        == road_of(Slot(date(2027, 5, 12)), [], RULES)[moving.SELF_EVALUATION]
    )


def test_a_suggested_day_is_looked_at_without_losing_what_was_typed(scene, as_):
    visit, client = scene.visits[0], as_(scene.coordinators[1])
    url = f"/visits/{visit.id}/move"
    best = other_slots(queries.poll_of(scene.exchange.id), visit.id, TODAY)[0].slot
    assert f"{visit.id}={best.day}" in client.get(url).text
    shown = client.send(url, typed(scene, choose=f"{visit.id}={best.day}", reason=""))
    assert shown.status_code == 200
    assert f'value="{best.day}"' in shown.text
    assert "Dit verandert" in shown.text
    sure = client.send(url, typed(scene, choose=f"{visit.id}={best.day}", reason="Brand in de zaal"))
    assert "Brand in de zaal" in sure.text
    assert f'value="{visit.id}={best.day}"' in sure.text  # what was shown can be confirmed
    assert client.send(url, typed(scene, choose="onzin")).status_code == 200


def test_a_day_that_cannot_be_shows_why_and_what_it_would_do(scene, as_):
    visit, client = scene.visits[0], as_(scene.coordinators[1])
    wrong = client.send(f"/visits/{visit.id}/move", typed(scene, day="2027-04-09"))
    assert wrong.status_code == 422
    assert "te dicht op elkaar" in wrong.text
    assert "Verplaats het bezoek en vertel het iedereen" not in wrong.text
    assert queries.slot_of(scene.visits[0]) != Slot(date(2027, 4, 9))
    assert client.send(f"/visits/{visit.id}/move", typed(scene, day="", length="9")).status_code == 422


def test_the_page_asks_no_more_than_twelve_times(scene, as_, queries):
    client, url = as_(scene.coordinators[1]), f"/visits/{scene.visits[0].id}/move"
    client.get(url)
    with queries() as seen:
        client.get(url)
    assert len(seen) == 12
