"""The letter of the day, and postponing: the right people, each thing once, silent as soon as it is done."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from peerreview.core import audit, clock
from peerreview.core.access import SYSTEM
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow, StaleVersion
from peerreview.core.events import listeners_of
from peerreview.deadlines import queries, services
from peerreview.deadlines.lifecycle import Stage
from peerreview.deadlines.models import Postponement, Reminder
from peerreview.deadlines.services import reminding
from peerreview.matching import services as matching
from peerreview.matching.lifecycle import ExchangeState
from peerreview.matching.models import Exchange
from peerreview.matching.queries import exchange_of
from peerreview.rounds.lifecycle import RoundState
from peerreview.visits import queries as visits
from peerreview.visits.lifecycle import Can, Half
from peerreview.visits.services import finish_poll, mark_half_days
from tests.factories.matching import make_exchange, make_marketplace
from tests.factories.reviews import make_pair
from tests.factories.visits import answer_all, make_scene

NOW, DAY = "2027-02-01 09:00", date(2027, 2, 12)


def proposed(members: int = 2):
    """A proposed exchange with an answer due on Friday 12 February; (marketplace, exchange)."""
    market = make_marketplace(members)
    return market, make_exchange(market.trajectories[:2], state=ExchangeState.PROPOSED, answer_by=DAY)


def place(exchange: Exchange, n: int = 0):
    """A member as it is for an act."""
    return exchange_of(exchange.id).members[n]


def letters(outbox, kind="deadlines.digest"):
    return [(letter.recipient, letter.subject) for letter in outbox() if letter.kind == kind]


@pytest.fixture
def run(at, outbox):
    """`run("02-09 08:00")`: who gets a letter at that moment."""

    def at_moment(moment: str) -> list[str]:
        before = len(outbox())
        with at(f"2027-{moment}"):
            services.remind_due()
            assert services.remind_due() == 0  # twice does no harm
        return sorted(letter.recipient for letter in outbox()[before:])

    return at_moment


def test_who_is_silent_hears_it_before_and_after_the_day_and_then_the_secretariat_hears_of_whom_it_waits(
    app, at, run, outbox
):
    with at(NOW):
        market, exchange = proposed()
        matching.accept(place(exchange), by=market.coordinators[0])
    silent = sorted((market.coordinators[1].email, market.executives[1].email))
    seen = {moment: run(moment) for moment in (
        "02-08 12:00", "02-09 07:59", "02-09 08:00", "02-10 08:00", "02-14 12:00", "02-15 08:00", "02-17 08:00",
        "02-18 08:00",
    )}  # fmt: skip
    assert {moment: who for moment, who in seen.items() if who} == {
        "02-09 08:00": silent, "02-15 08:00": silent, "02-17 08:00": [market.secretariat.email],
    }  # fmt: skip
    with at("2027-02-18 08:00"):
        office = outbox()[-1]
    assert "Brugveld (Samira van Brugveld, Koen van Brugveld)" in office.body
    assert office.subject == "1 ding van anderen is te laat"
    stages = db.session.execute(select(Reminder.stage, Reminder.due_on).distinct().order_by(Reminder.stage)).all()
    assert [tuple(row) for row in stages] == [(Stage.AFTER, DAY), (Stage.BEFORE, DAY), (Stage.ESCALATED, DAY)]


def test_what_is_done_is_silent_at_once(app, at, run):
    with at(NOW):
        market, exchange = proposed()
        for n in (0, 1):
            matching.object_to(place(exchange, n), reason="Nee", by=market.coordinators[n])
    assert [run("02-09 08:00"), run("02-17 08:00")] == [[], []]


def test_in_a_round_that_is_closed_nobody_is_reminded(app, at, run):
    with at(NOW):
        market, _exchange = proposed()
        with unit_of_work():
            market.round.state = RoundState.CLOSED
    assert run("02-09 08:00") == []


def test_all_that_waits_for_somebody_comes_in_one_letter_at_the_hour_that_they_chose(app, at, run, outbox):
    with at(NOW):
        market, _exchange = proposed()
        lead = market.coordinators[0]
        services.choose_hour(16, by=lead)
        services.choose_hour(17, by=lead)
        other = make_marketplace(2)
        make_exchange(other.trajectories[:2], state=ExchangeState.PROPOSED, answer_by=DAY)
        from peerreview.accounts.models import Person
        from tests.factories.accounts import affiliation_of

        affiliation_of(db.session.get_one(Person, lead.person_id), "coordinator", other.organisations[0])
    assert lead.email not in run("02-09 16:59")
    assert run("02-09 17:00") == [lead.email]
    [letter] = [one for one in outbox() if one.recipient == lead.email and one.kind == "deadlines.digest"]
    assert (letter.subject, letter.body.count("\n- ")) == ("2 dingen wachten op jou", 2)
    assert letter.body.count("(in je rol Coördinator)") == 2  # who holds several roles must know in which


@pytest.mark.parametrize("moment", ["2027-03-26 08:00", "2027-03-29 08:00", "2027-10-29 08:00", "2027-11-01 08:00"])
def test_the_hour_is_that_of_a_dutch_clock_in_summer_and_in_winter(app, at, moment):
    day = date.fromisoformat(moment[:10])
    with at(f"{day - timedelta(days=14)} 09:00"):
        market = make_marketplace(2)
        make_exchange(market.trajectories, state=ExchangeState.PROPOSED, answer_by=day + timedelta(days=1))
    early = moment.replace("08:00", "07:59")
    sent = []
    for each in (early, moment):
        with at(each):
            sent.append(services.remind_due())
    # Good Friday and Easter Monday are no working days
    assert sent == ([0, 4] if clock.is_working_day(day) else [0, 0])


def test_a_worker_looks_once_an_hour_and_two_at_once_tell_it_once(app, at, outbox, monkeypatch):
    [turn] = [one for one in listeners_of("worker.turn") if one.__module__ == reminding.__name__]
    with at(NOW):
        proposed()
    monkeypatch.setattr(reminding, "_looked", {})
    with at("2027-02-09 08:00"):
        rules, held = queries.rules_of_rounds(), queries.held()
        news = reminding.news_of(queries.open_now(rules), rules, held, clock.today())
        midnight = clock.local(clock.now()).replace(hour=0, minute=0)
        assert [turn(by=SYSTEM), turn(by=SYSTEM)] == [True, False]
        before = len(outbox())
        person = news[0].person_id  # another worker had read the same news before the first one told it
        assert reminding._tell(person, [one for one in news if one.person_id == person], held, midnight) is False
        assert len(outbox()) == before


def test_on_the_road_of_a_visit_each_person_hears_what_they_can_do_and_no_more(app, at, run):
    with at("2027-02-01 09:00"):
        scene = make_scene()
    by_kind = {due.kind for due in queries.open_now(queries.rules_of_rounds())}
    assert by_kind == {"visits.poll"}
    with at("2027-02-10 09:00"):
        poll = visits.poll_of(scene.exchange.id)
        poll = mark_half_days(poll, day=poll.days[0], halves=list(Half), can=Can.YES, by=scene.leads[0])
        finish_poll(poll, by=scene.leads[0])
    due_on = poll.poll_by
    assert due_on == date(2027, 2, 15)
    everybody = sorted(each.email for each in scene.everybody if each is not scene.leads[0])
    assert run("02-10 10:00") == everybody
    with at("2027-02-12 09:00"):
        answer_all(scene)
        kinds = {(due.kind, due.holder) for due in queries.open_now(queries.rules_of_rounds())}
        assert kinds == {("visits.plan", "Brugveld"), ("visits.plan", "Lindenhof")}
    assert run("02-12 10:00") == sorted(each.email for each in scene.coordinators)


# --- Postponing --------------------------------------------------------------------------------------------------------


def one_due(kind: str, actor):
    due = queries.open_now(queries.rules_of_rounds(), kind=kind)[0]
    return queries.due_for(actor, kind, due.subject_id)


def test_a_postponed_answer_counts_for_all_of_the_exchange_and_each_is_told(app, at, run, outbox):
    with at(NOW):
        market, exchange = proposed()
        due, before = one_due("matching.answer", market.secretariat), len(outbox())
        services.postpone(due, to=date(2027, 2, 19), reason="Carnaval", by=market.secretariat)
        told = outbox()[before:]
    assert db.session.get_one(Exchange, exchange.id).answer_by == date(2027, 2, 19)
    assert {letter.kind for letter in told} == {"deadlines.postponed"}
    everybody = [*market.coordinators[:2], *market.executives[:2]]
    assert sorted(letter.recipient for letter in told) == sorted(each.email for each in everybody)
    assert "Carnaval" in told[0].body
    kept = db.session.scalars(select(Postponement).order_by(Postponement.id)).all()
    assert [(row.from_on, row.to_on, row.reason) for row in kept] == [(DAY, date(2027, 2, 19), "Carnaval")] * 2
    assert [run("02-09 08:00"), len(run("02-16 08:00"))] == [[], 4]
    assert list(audit.verify()) == []


def test_the_day_of_a_report_moves_and_the_road_of_its_host_with_it(app):
    pair = make_pair(due_on=clock.today())
    with unit_of_work():
        host = pair.review.visit.host
        host.due_on = clock.today()
    to = clock.add_working_days(clock.today(), 5)
    due = next(each for each in queries.open_now(queries.rules_of_rounds()) if each.subject_id == pair.review.id)
    services.postpone(due, to=to, reason="Ziekte", by=pair.secretariat)
    assert (pair.review.due_on, pair.review.visit.host.due_on, pair.other.due_on) == (to, to, clock.today())


@pytest.mark.parametrize(
    ("to", "reason", "wrong"),
    [
        (DAY, "Ziek", "on"),
        (DAY + timedelta(days=1), "Ziek", "on"),  # a Saturday
        (DAY + timedelta(days=500), "Ziek", "on"),
        (date(2027, 2, 19), "  ", "reason"),
    ],
)
def test_a_postponement_needs_a_later_working_day_and_a_reason(app, at, to, reason, wrong):
    with at(NOW):
        market, _exchange = proposed()
        due = one_due("matching.answer", market.secretariat)
        with pytest.raises(Invalid) as no:
            services.postpone(due, to=to, reason=reason, by=market.secretariat)
    assert no.value.problems == [wrong]


def test_who_comes_second_or_too_late_is_told_so(app, at):
    with at(NOW):
        market, exchange = proposed()
        due, to = one_due("matching.answer", market.secretariat), date(2027, 2, 19)
        with pytest.raises(NotAllowed):
            services.postpone(due, to=to, reason="Ziek", by=market.coordinators[0])
        services.postpone(due, to=to, reason="Ziek", by=market.secretariat)
        with pytest.raises(StaleVersion) as stale:
            services.postpone(due, to=date(2027, 2, 22), reason="Ziek", by=market.secretariat)
        assert stale.value.theirs == to
        matching.object_to(place(exchange, 1), reason="Nee", by=market.coordinators[1])
        with pytest.raises(NotNow):
            services.postpone(due, to=date(2027, 2, 22), reason="Ziek", by=market.secretariat)
