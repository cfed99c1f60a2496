"""The first page of each role says what waits, for whom one waits, and nothing that may not be known."""

import pytest

from peerreview.core import clock
from peerreview.core.db import unit_of_work
from peerreview.dashboard.menu import MENU
from peerreview.matching.lifecycle import ExchangeState
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.models import Review
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.visits.lifecycle import VisitState
from peerreview.visits.queries import poll_of
from peerreview.visits.services import propose_plan
from tests.factories.accounts import make_actor
from tests.factories.matching import make_exchange
from tests.factories.organisations import make_organisation
from tests.factories.reviews import make_review
from tests.factories.rounds import make_round
from tests.factories.trajectories import make_trajectory
from tests.factories.visits import answer_all, make_scene, make_visits


def test_every_item_of_every_menu_leads_to_a_page(app):
    endpoints = {item.endpoint for items in MENU.values() for item in items}
    assert endpoints - set(app.view_functions) == set()


@pytest.mark.parametrize("role", [role for role in MENU if role not in ("visitor", "none")])
def test_every_role_has_a_first_page_and_may_open_all_of_its_menu(app, as_, get, role):
    organisation = make_organisation()
    make_trajectory(make_round(), organisation)
    here = organisation if role in ("coordinator", "executive", "contributor", "reviewer") else None
    actor = make_actor(role, here)
    get(actor, "/")
    client = as_(actor)
    with app.test_request_context():
        paths = [app.url_for(item.endpoint) for item in MENU[role]]
    assert {path: client.get(path, follow_redirects=True).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_a_member_without_a_trajectory_is_invited_to_the_open_round(app, get):
    make_round("Voorjaar 2027")
    assert "Meld je aan voor de ronde Voorjaar 2027" in get(make_actor("coordinator", make_organisation()), "/")


def test_an_executive_is_asked_to_sign(app, get):
    organisation = make_organisation()
    make_trajectory(make_round("Voorjaar 2027"), organisation, state=TrajectoryState.DRAFT)
    assert "Teken de aanmelding voor de ronde Voorjaar 2027" in get(make_actor("executive", organisation), "/")


def test_who_answered_waits_for_who_did_not(app, get):
    with unit_of_work():
        round_ = make_round()
        ours, theirs = make_organisation("Lindenhof"), make_organisation("Brugveld")
        exchange = make_exchange(
            [make_trajectory(round_, ours), make_trajectory(round_, theirs)], state=ExchangeState.PROPOSED
        )
        exchange.answer_by = clock.add_working_days(clock.today(), 9)
        member = exchange.members[0]
    us, them = make_actor("coordinator", ours), make_actor("coordinator", theirs)
    assert "Zeg of Brugveld bij jullie past als partner" in get(us, "/")
    from peerreview.matching.services import accept  # the act itself is matching's; only its effect is ours

    accept(member, by=us)
    assert "zegt of jullie bij hen passen als partner" in get(us, "/")
    assert "Zeg of Lindenhof bij jullie past als partner" in get(them, "/")


@pytest.mark.parametrize("state", [ReviewState.RATING, ReviewState.CONSENSUS, ReviewState.DRAFTED])
def test_a_host_learns_only_that_its_reviewers_are_busy(app, get, state):
    with unit_of_work():
        round_ = make_round()
        host, reviewing = make_organisation("Lindenhof"), make_organisation("Brugveld")
        pair = [make_trajectory(round_, one, state=TrajectoryState.VISITED) for one in (host, reviewing)]
        visits = make_visits(make_exchange(pair, state=ExchangeState.ACTIVE), state=VisitState.HELD)
        make_review(next(visit for visit in visits if visit.host is pair[0]), state=state)
    pages = {get(make_actor("coordinator", host, name="Samira El Idrissi"), "/")}
    [page] = pages
    assert "Brugveld</strong> schrijft het rapport over jullie." in page
    assert f"/reviews/{Review.query.first().id if hasattr(Review, 'query') else 1}/report" not in page


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("role", "expected"), [("secretariat", 7), ("oversight", 2)])
def test_a_first_page_asks_the_same_few_questions_for_one_and_for_three(app, as_, queries, count, role, expected):
    for _ in range(count):
        make_exchange()
    client = as_(make_actor(role))
    with queries() as seen:
        client.get("/")
    seen.expect(expected)


def test_only_who_watches_over_the_whole_reads_the_log(app, as_, get):
    make_exchange()
    assert "Wie deed wat?" in get(make_actor("oversight"), "/log")
    assert as_(make_actor("secretariat")).get("/log").status_code == 403


@pytest.mark.parametrize("path", ["/", "/label", "/how-it-works", "/privacy", "/accessibility", "/contact"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_public_pages_speak_both_languages(app, as_, path, language):
    answer = as_(None).get(path, headers={"Accept-Language": language})
    assert (answer.status_code, answer.headers["Content-Language"]) == (200, language)


def test_when_everybody_gave_dates_the_coordinators_hear_whose_turn_it_is(app, get, at):
    with at("2027-01-20 10:00"):
        scene = make_scene()
        answer_all(scene)
        ours, theirs = scene.coordinators[:2]
        assert "Leg de dagen van de twee bezoeken vast" in get(ours, "/")
        slots = poll_of(scene.exchange.id).best_plans(clock.today())[0].slots
        propose_plan(scene.exchange.id, slots=slots, by=ours)
        assert "zegt of de dagen die jullie voorstelden hun passen" in get(ours, "/")
        assert "Zeg of de voorgestelde dagen passen" in get(theirs, "/")
