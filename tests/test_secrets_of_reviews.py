"""Nobody sees a rating or a text before its time: not on a page, in a list, count, export, search, file or letter.

The same reviews are made twice, in the same state: once with something there that could leak, and once with nothing or
with something else. Whoever may not see it gets the same answers in both, with as many questions to the database, from
every address that there is and with every id that there is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import AnyConverter

from peerreview import FEATURES
from peerreview.core import clock, presence
from peerreview.core.daily import begin_day
from peerreview.core.db import db, unit_of_work
from peerreview.frameworks.queries import outline_of
from peerreview.reviews import services
from peerreview.reviews.lifecycle import Rating, ReviewState, Source
from peerreview.reviews.models import Observation
from peerreview.reviews.services.observation_files import add_observation_file
from peerreview.selfevaluations import services as accounts
from peerreview.selfevaluations.lifecycle import OwnRating
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory
from peerreview.visits.lifecycle import VisitState
from tests import factories
from tests.factories.accounts import make_actor
from tests.factories.files import PNG
from tests.factories.organisations import make_organisation
from tests.factories.questionnaires import fill_in, make_questionnaire
from tests.factories.reviews import finding_of, make_observation, make_pair, norms_in
from tests.factories.selfevaluations import answers_of, make_evidence, make_self_evaluation
from tests.test_access_matrix import LEFT_OUT, written
from tests.twin_worlds import answer_of, differences, from_an_empty_database, shown

pytestmark = pytest.mark.twin_worlds

COUNTED = (factories.accounts, factories.organisations, factories.rounds, factories.visits, factories.reviews)
WORD = "Zwanenmeer"  # in every secret, and nowhere else
# Whose columns of the access matrix tell what somebody is refused whatever is there: as host, and as who reviews.
COLUMNS = {
    "coordinator": ("coordinator", "partner"), "partner": ("coordinator", "partner"), "own reviewer": ("team",),
    "mate": ("team",), "early team": ("team",), "second": ("team",), "colleague": ("contributor",),
}  # fmt: skip
# Features that know nothing of these (tests/test_architecture.py: each imports only those before it), and what is public.
PUBLIC = {"certificates", "credentials", "register"}
APART = {*FEATURES[: FEATURES.index("selfevaluations")], "core", *PUBLIC} - {"trajectories"}
TRAIL = "dashboard.show_log"  # who reads the trail sees that something was done, and never what
Secrets = Callable[["World"], None]


class World:
    """A review for which each rates alone, that of the other side which is drafted soon, and an account that is written.

    Around them somebody of every role. `pair.review` is the first, `pair.other` the second.
    """

    def __init__(self) -> None:
        self.pair = pair = make_pair(norms=2, state=ReviewState.RATING)
        self.writing = make_pair(norms=2, state=ReviewState.PREPARING, visit_state=VisitState.AGREED)
        with unit_of_work():
            pair.other.state = ReviewState.CONSENSUS
            for host_id in [leg.visit.host_id for leg in (self.writing.review, self.writing.other)]:
                db.session.get_one(Trajectory, host_id).state = TrajectoryState.SELF_EVALUATING
        with unit_of_work():
            for host_id in [leg.visit.host_id for leg in (pair.review, pair.other)]:
                sent = make_self_evaluation(db.session.get_one(Trajectory, host_id), filled=True)
                sent.submitted_at = clock.now()
        written_by = db.session.get_one(Trajectory, self.writing.review.visit.host_id)
        self.account, self.asked = make_self_evaluation(written_by), make_questionnaire(written_by, token="x" * 30)
        self.readers = self._readers()
        with unit_of_work():
            pair.review.second_reader_id = self.readers["second"].person_id

    def _readers(self) -> dict[str, Any]:
        pair, reviewing = self.pair, self.pair.review.visit.reviewing.organisation
        return {
            "visitor": None, "coordinator": pair.host, "executive": pair.executive, "contributor": pair.contributor,
            "own reviewer": make_actor("reviewer", pair.review.visit.host.organisation), "partner": pair.other_host,
            "secretariat": pair.secretariat, "second": make_actor("reviewer", reviewing),
            "stranger": make_actor("coordinator", make_organisation()), "member": make_actor("commission_member"),
            "oversight": make_actor("oversight"), "administrator": make_actor("administrator"),
            "colleague": self.writing.contributor, "mate": pair.mate, "early team": self.writing.lead,
        }  # fmt: skip

    def ids(self) -> dict[str, list[Any]]:
        """Everything by which something can be asked."""
        review, other, account = self.pair.review, self.pair.other, self.account
        norm = norms_in(review)[0]
        return {
            "review_id": [review.id, other.id], "visit_id": [review.visit_id, other.visit_id],
            "exchange_id": [review.visit.exchange_id], "trajectory_id": [review.visit.host_id, account.trajectory_id],
            "round_id": [review.visit.host.round_id], "organisation_id": [review.visit.host.organisation_id],
            "person_id": [self.pair.lead.person_id], "norm_id": [norm.id, answers_of(account)[0].norm_id],
            "code": [norm.code], "number": [1], "slug": [review.visit.host.organisation.slug], "observation_id": [1, 4],
            "file_id": [1], "evidence_id": [1], "import_id": [1], "take_home_id": [1], "audience": ["clients"],
        }  # fmt: skip


# --- What could leak -------------------------------------------------------------------------------------------------


def note_alone(world: World) -> None:
    """Observations with and without a norm, a photo, and somebody who writes."""
    pair, norms = world.pair, norms_in(world.pair.review)
    for n, norm_id in enumerate((norms[0].id, norms[1].id, None)):
        services.note_observation(
            pair.review, norm_id=norm_id, text=f"{WORD} {n}", source=Source.HEARD, client_key=f"o{n}", by=pair.lead,
            interlocutor="client", flagged=True,
        )  # fmt: skip
    noted = db.session.scalars(select(Observation).order_by(Observation.id.desc())).first()
    add_observation_file(pair.review, noted, file_name=f"{WORD}.png", content=PNG, client_key="f", by=pair.lead)
    presence.is_here("finding", finding_of(pair.review).id, by=pair.lead, writes=True)


def rate_alone(world: World, *, note: str = WORD, rating: Rating = Rating.NOT) -> None:
    """What one of the team thinks of every norm. That they are done is no secret: the others wait for it."""
    for norm in norms_in(world.pair.review):
        services.give_rating(world.pair.review, norm_id=norm.id, rating=rating, note=note, by=world.pair.lead)


def write_together(world: World, *, text: str = WORD, rating: Rating = Rating.NOT) -> None:
    """The whole report of the other side, which waits for this one."""
    lead = world.pair.other_lead
    for number, norm in enumerate(norms_in(world.pair.other)):
        review, finding = world.pair.other, finding_of(world.pair.other, number)
        seen = make_observation(review, norm, review.visit.team[0].person, text, interlocutor="client")
        services.record_finding(
            review, finding, version=finding.version, by=lead, observations=[seen.id], rating=rating,
            story=f"{text}. Tweede zin.", improvement=text, strength=text, diverging_opinion=text, not_assessed_reason="",
        )  # fmt: skip
    services.write_summary(world.pair.other, summary=text, version=world.pair.other.version, by=lead)
    services.draft(world.pair.other, by=lead)


def write_account(world: World) -> None:
    """What an organisation has before it sends it: answers, remarks, documents, and fewer than five filled-in sheets."""
    by, account = world.writing.host, world.account
    for answer in answers_of(account):
        accounts.save_answer(answer, story=WORD, rating=OwnRating.NOT, version=answer.version, by=by)
        accounts.write_remark(answer, text=WORD, by=by)
    with unit_of_work():
        for reflection in accounts.begin_reflections(account):
            reflection.text = WORD
    make_evidence(account, norm_ids=(answers_of(account)[1].norm_id,), name=f"{WORD}.pdf")
    fill_in(world.asked, 4, text=WORD)


def something(world: World) -> None:
    write_together(world)
    rate_alone(world)
    note_alone(world)
    write_account(world)


def something_else(world: World) -> None:
    """As far, with nothing of what need not be there, and with other words and ratings where there must be some."""
    write_together(world, text="Andere woorden", rating=Rating.COMPLIES)
    rate_alone(world, note="Iets anders", rating=Rating.COMPLIES)


# --- What can be asked -----------------------------------------------------------------------------------------------


@contextmanager
def a_world(app: Flask, database: Any, monkeypatch: pytest.MonkeyPatch, at: Any, keep: Secrets) -> Iterator[World]:
    from_an_empty_database(database, monkeypatch, COUNTED)
    with at("2027-01-11 10:00"):
        world = World()
    with at("2027-01-11 11:00"):
        keep(world)
    for leg in (world.pair.review, world.writing.review):
        outline_of(leg.visit.host.framework_version_id)  # kept in memory from here on, in either world
    with at("2027-01-11 12:00"):
        yield world


def addresses(app: Flask, ids: dict[str, list[Any]]) -> list[tuple[str, str]]:
    """(endpoint, address) of all that can be got with these ids."""
    found = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        feature = rule.endpoint.split(".")[0]
        if "GET" not in (rule.methods or ()) or rule.endpoint in LEFT_OUT or feature in APART | {"security"}:
            continue
        names = sorted(rule.arguments)
        choices = [_values(name, rule._converters[name], ids) for name in names]
        for values in product(*choices):
            with app.test_request_context():
                path = app.url_for(rule.endpoint, **dict(zip(names, values, strict=True)))
            found.append((rule.endpoint, path))
    return found


def _values(name: str, kind: Any, ids: dict[str, list[Any]]) -> list[Any]:
    return ids.get(name) or (sorted(kind.items) if isinstance(kind, AnyConverter) else [])


def asks(who: str, endpoint: str, matrix: dict[str, dict[str, str]]) -> bool:
    """Whether this is more than what the access matrix has them refused, for things that are there."""
    return any(matrix[f"GET:{endpoint}"][column] == "yes" for column in COLUMNS.get(who, (who,)))


def seen_by(
    names: tuple[str, ...], world: World, app: Flask, as_: Any, queries: Any, outbox: Any, *, trail: bool = False
) -> dict[Any, Any]:
    """What these readers get from every address, and by letter; `trail` for what the trail of acts shows too."""
    matrix, paths, seen = written(), addresses(app, world.ids()), {}
    for who in names:
        client = as_(world.readers[who])
        for endpoint, path in paths:
            if (endpoint == TRAIL) != trail or not asks(who, endpoint, matrix):
                continue
            with queries() as asked:
                answer = client.get(path)
            # That a number is somebody's is no secret; what is found by it is.
            seen[who, path] = (len(asked) if answer.status_code == 200 else 0, *answer_of(answer, {}))
    begin_day(world.pair.review.due_on)
    emails = {world.readers[who].email for who in names if world.readers[who]}
    seen["letters"] = [(one.kind, one.subject, one.body) for one in outbox() if one.recipient in emails]
    return seen


def same(one: dict[Any, Any], other: dict[Any, Any]) -> None:
    different = differences(one, other)
    assert different == [], shown(different, one, other)
    assert WORD not in str(one)


OUTSIDE = (
    "visitor", "coordinator", "executive", "contributor", "own reviewer", "partner", "second", "secretariat",
    "stranger", "member", "oversight", "administrator", "colleague", "early team",
)  # fmt: skip


@pytest.fixture
def worlds(app, database, monkeypatch, at, as_, queries, outbox) -> Callable[..., list[dict[Any, Any]]]:
    """What these readers see in each of these worlds."""

    def look(names: tuple[str, ...], *keeps: Secrets, trail: bool = False) -> list[Any]:
        seen = []
        for keep in keeps:
            with a_world(app, database, monkeypatch, at, keep) as world:
                seen.append(seen_by(names, world, app, as_, queries, outbox, trail=trail))
        return seen

    return look


def test_what_is_not_released_is_seen_by_nobody_else(worlds):
    one, other = worlds(OUTSIDE, something, something_else)
    assert {answer[1] for key, answer in one.items() if key != "letters"} >= {200, 404}
    same(one, other)


def test_a_colleague_sees_no_rating_before_their_own(worlds):
    def rate(world: World, **what: Any) -> None:
        note_alone(world)
        rate_alone(world, **what)

    one, other = worlds(("mate",), rate, partial(rate, note="Iets anders", rating=Rating.COMPLIES))
    different = differences(one, other)
    assert different == [], shown(different, one, other)


def test_the_trail_of_acts_tells_no_rating_and_no_text(worlds):
    def write(world: World, rating: Rating) -> None:
        write_together(world, rating=rating)
        note_alone(world)
        rate_alone(world, rating=rating)

    keeps = (partial(write, rating=rating) for rating in (Rating.NOT, Rating.COMPLIES))
    one, other = worlds(("oversight", "administrator"), *keeps, trail=True)
    assert [answer[1] for key, answer in one.items() if key != "letters"] == [200, 200]
    same(one, other)
