"""The demo: deterministic, whole, and every page of every account in it opens."""

import re
import time

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import func, select

from peerreview.accounts.models import Person
from peerreview.core import audit, clock
from peerreview.core.db import db
from peerreview.demo import offers, scenario, services
from peerreview.demo.scenario import RoundPlan, Scenario, Stage
from peerreview.demo.services.accounts import TO_TRY, accounts
from peerreview.impartiality.models import Conflict, Waiver
from peerreview.marketplace.lifecycle import OfferState
from peerreview.marketplace.models import Offer, Proposal, ProposalMember, Wish
from peerreview.matching.queries import met_over_the_rounds, open_searches
from peerreview.matching.rotation import rotation_of
from peerreview.organisations.models import Organisation
from peerreview.organisations.work_fields import STARTERS
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.models import Finding, Review, finding_observation
from peerreview.trajectories.models import Exclusion, Trajectory

pytestmark = pytest.mark.timeout(300)  # an association takes its time on a busy machine
SMALL = Scenario(
    120,
    (
        RoundPlan("Voorjaar 2023", -1426, -1336, {Stage.CERTIFIED: 2}, closed=True),
        RoundPlan("Voorjaar 2026", -330, -240, {Stage.CERTIFIED: 3}, closed=True, returning=True),
        RoundPlan("Najaar 2026", -75, 60, dict.fromkeys(scenario.RUNNING, 1), {}, {Stage.SELF_EVALUATING: 2}),
        RoundPlan(
            "Voorjaar 2027",
            110,
            200,
            {},
            {},
            {Stage.DRAFT: 1, Stage.SUBMITTED: 1, Stage.SELF_EVALUATING: 14},
            open=True,
        ),
    ),
)


@pytest.fixture
def small(made_once):
    made_once("demo", lambda: services.build_demo(SMALL))


def test_the_same_plan_gives_the_same_association(app):
    first = _picture(services.build_demo(SMALL))
    db.session.remove()
    db.drop_all()
    db.create_all()
    assert _picture(services.build_demo(SMALL)) == first


def _picture(counts: dict[str, int]) -> list[object]:
    names = db.session.execute(
        select(Organisation.name, Organisation.place, Organisation.fte).order_by(Organisation.id)
    )
    states = db.session.execute(select(Trajectory.organisation_id, Trajectory.state).order_by(Trajectory.id))
    found = db.session.execute(select(Finding.norm_id, Finding.rating, Finding.story).order_by(Finding.id))
    people = db.session.execute(select(Person.email, Person.name).order_by(Person.id))
    offered = db.session.execute(select(Offer.trajectory_id, Offer.state, Offer.story, Offer.months).order_by(Offer.id))
    asked = db.session.execute(
        select(Proposal.trajectory_id, Proposal.state, Proposal.answer_by).order_by(
            Proposal.made_at, Proposal.trajectory_id, Proposal.answer_by, Proposal.state
        )
    )
    tied = db.session.execute(
        select(Conflict.kind, Conflict.state, Conflict.organisation_id, Conflict.other_organisation_id).order_by(
            Conflict.organisation_id, Conflict.other_organisation_id, Conflict.person_id, Conflict.kind, Conflict.state
        )
    )
    rows = (names, states, found, people, offered, asked, tied)
    return [counts, *(each.all() for each in rows)]


def test_the_audit_trail_of_the_demo_is_whole(small):
    assert list(audit.verify()) == []


def test_every_role_has_an_account(small):
    roles = {role for _email, role, _organisation, _name in accounts()}
    assert roles == {
        "coordinator", "executive", "contributor", "reviewer", "secretariat", "commission_member", "commission_chair",
        "oversight", "administrator",
    }  # fmt: skip


def test_everybody_who_is_said_to_have_something_to_try_has_an_account(small):
    assert set(TO_TRY) == {email.split("@")[0] for email, *_rest in accounts()}


def test_the_marketplace_has_something_of_everything(small):
    assert {(each.kind.value, each.state.value) for each in db.session.scalars(select(Proposal))} == {
        ("pair", "open"), ("pair", "accepted"), ("pair", "declined"), ("pair", "expired"), ("ring", "open"),
    }  # fmt: skip
    assert {each.state for each in db.session.scalars(select(Offer))} == set(OfferState) - {OfferState.WITHDRAWN}
    stories = list(db.session.scalars(select(Offer.story)))
    assert len(set(stories)) == len(stories) >= 12
    known = {(each.source.value, each.state.value) for each in db.session.scalars(select(Conflict))}
    assert known >= {
        ("detected", "standing"),
        ("detected", "dismissed"),
        ("declared", "standing"),
        ("registered", "standing"),
    }
    assert [each.state.value for each in db.session.scalars(select(Waiver))] == ["granted"]
    assert (db.session.query(Wish).count(), db.session.query(Exclusion).count()) == (10, 2)


def test_who_asks_and_who_is_asked_are_the_two_of_the_accounts(small):
    emails = {email.split("@")[0]: organisation for email, _role, organisation, _name in accounts()}
    asked = db.session.scalars(select(Proposal).where(Proposal.message == offers.ASK)).one()
    names = (
        select(Organisation.name).join(Trajectory).join(ProposalMember, ProposalMember.trajectory_id == Trajectory.id)
    )
    there = db.session.scalars(names.where(ProposalMember.proposal_id == asked.id).order_by(ProposalMember.position))
    assert there.all() == [emails["vraagt"], emails["marktplaats"]]


def test_two_without_a_partner_are_promised_one_and_one_of_the_days_is_past(small):
    today = clock.today()
    assert [search.partner_by < today for search in open_searches()] == [True, False]


def test_one_pair_keeps_meeting_each_other_and_nobody_else_does(small):
    rotation = rotation_of(met_over_the_rounds().meetings)
    assert [(len(club.members), club.alone) for club in rotation.clubs] == [(2, True)]
    assert max(len(group) for group in rotation.groups) > 2


def test_every_review_has_what_its_next_step_asks(small):
    leaning = select(func.count()).select_from(finding_observation).join(Finding).join(Review)
    before = leaning.where(Review.state.in_((ReviewState.PREPARING, ReviewState.RATING)))
    assert db.session.scalar(before) == 0  # they lean on what was noted when the ratings are revealed
    drafted = select(Review.summary).where(Review.state == ReviewState.DRAFTED)
    assert "" not in db.session.scalars(drafted).all()


def test_every_story_is_about_known_codes():
    competencies = {f"C{number}" for number in range(1, 11)}
    assert {code for story in offers.STORIES for code in (story.strength, story.learning)} <= competencies
    assert {story.field for story in offers.STORIES} <= {field.code for field in STARTERS} | {""}
    assert all(story.strength != story.learning and 40 < len(story.text) < 200 for story in offers.STORIES)
    assert len({story.text for story in offers.STORIES}) == len(offers.STORIES) >= 30


def test_a_second_demo_is_refused_and_if_empty_says_nothing(small, app):
    runner = app.test_cli_runner()
    assert runner.invoke(args=["demo", "--if-empty"]).output == ""
    assert runner.invoke(args=["demo"]).exit_code == 1
    assert db.session.scalar(select(func.count()).select_from(Organisation)) == 120


@pytest.mark.timeout(300)
def test_every_page_that_an_account_can_reach_opens(small, app):
    """Follow every link of every account, one page of a kind each; the page guard looks at all of them."""
    wrong = []
    for email, uniquifier in [(None, None), *_signed_in()]:
        client = app.test_client()
        if uniquifier:
            with client.session_transaction() as session:
                session.update({"_user_id": uniquifier, "identity.id": uniquifier, "_fresh": True, "fs_cc": "set"})
                session["fs_paa"] = time.time()
        wrong += [f"{email}: {path} answers {status}" for path, status in _walk(client) if status >= 400]
    assert wrong == []


def _signed_in():
    with_password = select(Person.email, Person.fs_uniquifier).where(Person.password.is_not(None)).order_by(Person.id)
    return [tuple(row) for row in db.session.execute(with_password)]


def _walk(client):
    todo, seen, kinds = ["/"], set(), set()
    while todo:
        path = todo.pop(0)
        kind = re.sub(r"/\d[^/]*|/[A-Z]+\d+", "/#", path.split("?")[0])
        if path in seen or kind in kinds:
            continue
        seen.add(path)
        kinds.add(kind)
        answer = client.get(path)
        yield path, answer.status_code
        if answer.mimetype == "text/html":
            todo += [link for link in _links(answer.get_data(as_text=True)) if link not in seen]
        elif 300 <= answer.status_code < 400:
            todo.append(answer.headers["Location"])


def _links(html: str) -> list[str]:
    found = [link.attributes["href"] or "" for link in LexborHTMLParser(html).css("a[href]")]
    outside = ("/language", "/theme", "/static", "/dev", "//")
    return [href for href in found if href.startswith("/") and not href.startswith(outside)]
