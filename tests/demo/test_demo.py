"""The demo: deterministic, whole, and every page of every account in it opens."""

import re
import time

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from peerreview.accounts.models import Person
from peerreview.core import audit
from peerreview.core.db import db
from peerreview.demo import scenario, services
from peerreview.demo.scenario import RoundPlan, Scenario, Stage
from peerreview.demo.services.accounts import accounts
from peerreview.organisations.models import Organisation
from peerreview.reviews.models import Finding
from peerreview.trajectories.models import Trajectory

SMALL = Scenario(
    60,
    (
        RoundPlan("Voorjaar 2026", -330, -240, {Stage.CERTIFIED: 2}, closed=True),
        RoundPlan("Najaar 2026", -75, 60, dict.fromkeys(scenario.RUNNING, 1), {}, {Stage.SELF_EVALUATING: 1}),
        RoundPlan("Voorjaar 2027", 110, 200, {}, {}, {Stage.DRAFT: 1, Stage.SUBMITTED: 1}, open=True),
    ),
)


@pytest.fixture
def small(app):
    services.build_demo(SMALL)


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
    return [counts, names.all(), states.all(), found.all(), people.all()]


def test_the_audit_trail_of_the_demo_is_whole(small):
    assert list(audit.verify()) == []


def test_every_role_has_an_account(small):
    roles = {role for _email, role, _organisation, _name in accounts()}
    assert roles == {
        "coordinator", "executive", "contributor", "reviewer", "secretariat", "commission_member", "commission_chair",
        "oversight", "administrator",
    }  # fmt: skip


def test_a_second_demo_is_refused_and_if_empty_says_nothing(small, app):
    runner = app.test_cli_runner()
    assert runner.invoke(args=["demo", "--if-empty"]).output == ""
    assert runner.invoke(args=["demo"]).exit_code == 1
    assert db.session.scalar(select(func.count()).select_from(Organisation)) == 60


@pytest.mark.timeout(300)
def test_every_page_that_an_account_can_reach_opens(small, app):
    """Follow every link of every account, at most three pages of one kind each; the page guard looks at all of them."""
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
    todo, seen, kinds = ["/"], set(), {}
    while todo:
        path = todo.pop(0)
        kind = re.sub(r"/\d[^/]*|/[A-Z]+\d+", "/#", path.split("?")[0])
        if path in seen or kinds.get(kind, 0) >= 2:
            continue
        seen.add(path)
        kinds[kind] = kinds.get(kind, 0) + 1
        answer = client.get(path)
        yield path, answer.status_code
        if answer.mimetype == "text/html":
            todo += [link for link in _links(answer.get_data(as_text=True)) if link not in seen]
        elif 300 <= answer.status_code < 400:
            todo.append(answer.headers["Location"])


def _links(html: str) -> list[str]:
    found = [a["href"] for a in BeautifulSoup(html, "html.parser").find_all("a", href=True)]
    outside = ("/language", "/theme", "/static", "/dev", "//")
    return [href for href in found if href.startswith("/") and not href.startswith(outside)]
