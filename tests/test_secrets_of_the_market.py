"""Tried as an organisation: nothing about other members' blocks, wishes, conflicts or unpublished runs can be noticed.

The same market is built twice: once in which the others keep to themselves whatever can be kept, and once in which they
have nothing to keep. Everything that our people can ask of the application answers the same in both: every address of
the access matrix with every id that there is, what comes of our own acts (and with how many questions to the database),
the letters to us, and our calendar.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count, pairwise, product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import AnyConverter, IntegerConverter

from peerreview.core.db import db, unit_of_work
from peerreview.impartiality import services as impartiality
from peerreview.impartiality.lifecycle import ConflictKind, Severity
from peerreview.impartiality.models import Conflict, Waiver
from peerreview.marketplace.models import Offer, Proposal
from peerreview.marketplace.services import block, decline, expire_due, save_answer, wish_for, withdraw
from peerreview.matching import services as matching
from peerreview.matching.models import Exchange, MatchingRun, PartnerSearch
from peerreview.matching.services import begin_search
from peerreview.organisations.models import Organisation
from peerreview.rounds.models import Round
from peerreview.trajectories.models import OfferedReviewer, Trajectory
from peerreview.visits.queries import feed_of
from peerreview.visits.services import renew_feed
from tests import factories
from tests.factories.accounts import make_actor
from tests.factories.marketplace import make_offer
from tests.factories.matching import Marketplace, make_marketplace
from tests.factories.proposals import make_accepted, make_proposal, place_in
from tests.test_access_matrix import LEFT_OUT
from tests.twin_worlds import SIGNED, Known, answer_of, bare, differences, from_an_empty_database, shown

pytestmark = pytest.mark.twin_worlds

US = 0
K = ConflictKind
COUNTED = (factories.accounts, factories.organisations, factories.rounds, factories.visits)
Secrets = Callable[[Marketplace], None]
ROLES = ("coordinator", "executive", "reviewer", "contributor")


class World:
    """A market of eight of which the first is ours, with one of each of our roles."""

    def __init__(self) -> None:
        self.market = make_marketplace(6)
        self.market.add("Zonneveld", "Deventer", 52.20)
        self.market.add("Kernkracht", "Epe", 52.17)
        us = self.market.organisations[US]
        self.people = {
            "coordinator": self.market.coordinators[US],
            "executive": self.market.executives[US],
            "reviewer": make_actor("reviewer", us),
            "contributor": make_actor("contributor", us),
        }
        self.emails = {each.email for each in self.people.values()}
        for each in self.market.trajectories:
            make_offer(each)
        self._ours()

    def _ours(self) -> None:
        """What we did ourselves, and what was asked of us: the same in both worlds."""
        market, by, t = self.market, self.market.coordinators[US], self.market.trajectories
        self.known = {
            "ours": make_proposal(market, maker=US, asked=(1,)).id,
            "to us": make_proposal(market, maker=7, asked=(US,)).id,
            "declared": impartiality.declare(market.organisations[6].id, kind=K.SUBCONTRACTING, by=by).id,
        }
        wish_for(t[US], market.organisations[3], by=by)
        wish_for(t[US], market.organisations[1], by=by)
        block(t[US], market.organisations[5], reason="Te dichtbij", by=by)
        renew_feed(by=self.people["reviewer"])

    def organisation(self, number: int) -> int:
        return self.market.organisations[number].id


def keep_secrets(market: Marketplace) -> None:
    """Whatever others can keep from us: with each other, and about us."""
    o, t, by, office = market.organisations, market.trajectories, market.coordinators, market.secretariat
    for who, whom in ((1, 0), (2, 0), (4, 0), (6, 7), (3, 0)):
        block(t[who], o[whom], reason="Geheim", by=by[who])
    wish_for(t[7], o[0], by=by[7])
    wish_for(t[1], o[2], by=by[1])
    wish_for(t[5], o[0], by=by[5])
    _ask_each_other(market)
    _declare(market)
    asked = place_in(db.session.scalars(select(Proposal).where(Proposal.trajectory_id == t[US].id)).one(), market, 1)
    save_answer(asked, message="Concept", reason="Liever niet", version=asked.version, by=by[1])
    matching.propose_by_hand(market.round, [t[4], t[5]], by=office, reason="Geheim")
    begin_search(t[6], partner_by=date(2027, 2, 15), by=office)
    run = matching.rehearse(market.round, by=office)
    matching.rehearse(market.round, by=office, forbidden=[(o[0].id, o[1].id)])
    matching.rehearse(market.round, by=office, locked=[[o[0].id, o[7].id]], overrides=[])
    matching.adjust(market.round, by=office)
    matching.discard(run, by=office)


def _declare(market: Marketplace) -> None:
    o, by, office = market.organisations, market.coordinators, market.secretariat
    disputed = impartiality.declare(o[0].id, kind=K.OPEN_DISPUTE, by=by[4])
    soft = impartiality.declare(o[0].id, kind=K.SUBCONTRACTING, by=by[5])
    impartiality.declare(o[0].id, kind=K.SUBCONTRACTING, by=by[6])  # as we said it ourselves
    impartiality.declare(o[3].id, kind=K.MERGER_TALKS, by=by[2])
    impartiality.declare(o[0].id, kind=K.PERSONAL_RELATION, by=make_actor("reviewer", o[1]))
    impartiality.register(o[0].id, other_id=o[7].id, kind=K.OPEN_DISPUTE, by=office)
    impartiality.register(o[0].id, other_id=o[1].id, kind=K.SAME_TENDER, by=office)
    ours = select(OfferedReviewer.person_id).where(OfferedReviewer.trajectory_id == market.trajectories[US].id)
    for person_id in db.session.scalars(ours).all():
        impartiality.register(o[2].id, person_id=person_id, kind=K.EMPLOYMENT, by=office)
    impartiality.waive(soft, reason="Mag", ends_on=date(2027, 12, 1), by=office)
    impartiality.dismiss(disputed, reason="Voorbij", by=office)
    impartiality.set_severity(soft, severity=Severity.HARD, reason="Toch", by=office)


def _ask_each_other(market: Marketplace) -> None:
    """Proposals between others in every state."""
    by = market.coordinators
    late = make_proposal(market, maker=4, asked=(6,), message="Geheim")
    with unit_of_work():
        db.session.get_one(Proposal, late.id).answer_by = date(2027, 1, 4)
    expire_due()
    declined = make_proposal(market, maker=6, asked=(4,))
    decline(place_in(declined, market, 4), reason="Geheim", message="Nee", by=by[4])
    withdraw(make_proposal(market, maker=5, asked=(6,)), by=by[5], reason="Geheim")
    make_accepted(market, maker=2, asked=(3,))
    make_proposal(market, maker=4, asked=(5, 6))


@contextmanager
def a_world(
    app: Flask, database: Any, monkeypatch: pytest.MonkeyPatch, at: Any, keep: Secrets | None
) -> Iterator[World]:
    """A world from an empty database, with the same names and numbers each time."""
    from_an_empty_database(database, monkeypatch, COUNTED)
    with at("2027-01-11 10:00"):
        world = World()
    if keep:
        with at("2027-01-11 11:00"):
            keep(world.market)
    with at("2027-01-11 12:00"):
        yield world


# --- What can be asked -----------------------------------------------------------------------------------------------

IDS: dict[str, Any] = {
    "proposal_id": Proposal, "conflict_id": Conflict, "waiver_id": Waiver, "run_id": MatchingRun,
    "exchange_id": Exchange, "search_id": PartnerSearch, "offer_id": Offer, "organisation_id": Organisation,
    "round_id": Round, "trajectory_id": Trajectory,
}  # fmt: skip
WORDS = {
    "token": "x" * 30,
    "address": "2001",
    "kind": "csv",
    "day": "2027-01-11",
    "code": "V1",
    "slug": "organisation-2",
}
SEARCHED = (
    "/marketplace?view=map", "/marketplace?minutes=10000", "/marketplace?minutes=30&page=2", "/marketplace?kept=1",
    "/marketplace?seek=1&bring=1", "/marketplace/compare?offer=2&offer=3", "/marketplace/compare?offer=5&offer=8",
    "/marketplace/wishes?q=e", "/marketplace/wishes?q=Brugveld", "/marketplace/wishes?add=3", "/conflicts/new?q=e",
    *(f"/marketplace/proposals/new?member={n}&member={n + 1}" for n in range(1, 8)),
    *(f"/conflicts/new?about={n}" for n in range(1, 9)), *(f"/marketplace/offers/{n}" for n in range(1, 9)),
)  # fmt: skip


def ids_of_all() -> dict[str, list[int]]:
    return {name: sorted(db.session.scalars(select(model.id))) for name, model in IDS.items()}


def addresses(app: Flask, ids: dict[str, list[int]], known: Known) -> Iterator[str]:
    """Everything that can be got, with every id that there is."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    for rule in sorted(rules, key=lambda rule: rule.rule):
        if rule.endpoint in LEFT_OUT | SIGNED or rule.endpoint.startswith("security."):
            continue
        names = sorted(rule.arguments)
        kinds = {name: rule._converters[name] for name in names}
        choices = [_values(name, kinds[name], ids, known) for name in names]
        for values in product(*choices):
            with app.test_request_context():
                yield app.url_for(rule.endpoint, **dict(zip(names, values, strict=True)))
    yield from SEARCHED


def _values(name: str, kind: Any, ids: dict[str, list[int]], known: Known) -> list[Any]:
    if isinstance(kind, AnyConverter):
        return sorted(kind.items)
    if isinstance(kind, IntegerConverter):
        return [each for each in ids.get(name, [1, 2]) if each not in known.values()]
    return [WORDS.get(name, "x")]


def our_letters(world: World, letters: list[Any]) -> list[tuple[str, ...]]:
    ours = [each for each in letters if each.recipient in world.emails or "Lindenhof" in each.recipient_name]
    return [(each.kind, each.recipient_name, each.subject, bare(each.body, world.known)) for each in ours]


def all_that_is_seen(world: World, paths: list[str], as_: Any, outbox: Any) -> dict[Any, Any]:
    own = [f"/marketplace/proposals/{world.known[name]}" for name in ("ours", "to us")]
    own += [f"/conflicts/{world.known['declared']}/{act}" for act in ("end-date", "question")]
    seen: dict[Any, Any] = {}
    feed = feed_of(world.people["reviewer"].person_id)
    world.known |= {"feed": feed.token} if feed else {}
    for role in ROLES:
        client = as_(world.people[role])
        for path in (*paths, *own):
            seen[role, bare(path, world.known)] = answer_of(client.get(path), world.known)
    seen["calendar"] = answer_of(as_(None).get(f"/calendar/{world.known['feed']}.ics"), world.known)
    seen["letters"] = our_letters(world, outbox())
    return seen


def test_no_address_answers_otherwise_by_what_others_keep_to_themselves(app, database, monkeypatch, at, as_, outbox):
    with a_world(app, database, monkeypatch, at, keep_secrets) as world:
        paths = list(addresses(app, ids_of_all(), world.known))
        with_secrets = all_that_is_seen(world, paths, as_, outbox)
    with a_world(app, database, monkeypatch, at, None) as world:
        without = all_that_is_seen(world, paths, as_, outbox)
    assert {answer[0] for key, answer in with_secrets.items() if key[0] == "coordinator"} >= {200, 303, 403, 404}
    different = differences(with_secrets, without)
    assert different == [], shown(different, with_secrets, without)


# --- What comes of our acts ------------------------------------------------------------------------------------------


def our_acts(world: World) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(who, address, form) of all that we can do to each of the others, and take back again."""
    for number in range(1, 8):
        them = world.organisation(number)
        yield "coordinator", f"/marketplace/wishes/{them}", {}
        yield "executive", f"/marketplace/wishes/{them}/up", {}
        yield "coordinator", "/marketplace/proposals", {"member": them, "message": "Zullen we?", "look": "1"}
        yield "coordinator", "/marketplace/proposals", {"member": them, "message": "Zullen we?"}
        yield (
            "executive",
            "/marketplace/proposals",
            {"member": [them, world.organisation(number % 7 + 1)], "message": ""},
        )
        yield "coordinator", f"/marketplace/wishes/{them}/removal", {}
        yield "executive", f"/marketplace/blocks/{them}", {"reason": "Liever niet"}
        yield "coordinator", f"/marketplace/blocks/{them}/removal", {}
        yield "coordinator", f"/marketplace/offers/{number + 1}/saved", {}
        yield "reviewer", f"/marketplace/offers/{number + 1}/saved", {}
        yield "coordinator", "/conflicts", {"about": them, "kind": "same_tender", "note": ""}
        yield "reviewer", "/conflicts", {"about": them, "kind": "personal_relation", "note": ""}
        yield "contributor", f"/marketplace/wishes/{them}", {}


def taken_back(world: World) -> Iterator[str]:
    """Every proposal of ours, in the order in which we made them."""
    mine = select(Proposal.id).where(Proposal.trajectory_id == world.market.trajectories[US].id)
    yield from (
        f"/marketplace/proposals/{one}/withdrawal" for one in db.session.scalars(mine.order_by(Proposal.made_at))
    )


def done_by_us(world: World, as_: Any, at: Any, queries: Any, outbox: Any) -> list[Any]:
    """Each act with its answer, the page after it, and how many questions it asked."""
    clients = {role: as_(world.people[role]) for role in ROLES}
    said: list[Any] = []

    def act(minute: int, who: str, path: str, form: dict[str, Any]) -> None:
        with at(f"2027-01-11 {13 + minute // 60}:{minute % 60:02d}"):
            with queries() as asked:
                answer = clients[who].send(path, form)
            there = answer.headers.get("Location", "")
            if number := re.search(r"proposals/(\d+)", there):
                world.known.setdefault(f"made{len(world.known)}", int(number[1]))
            _note_declared(world)
            after = clients[who].get(there) if answer.status_code == 303 else answer
            said.append((bare(path, world.known), len(asked), *answer_of(answer, world.known)))
            said.append(answer_of(after, world.known))

    minutes = count()
    for who, path, form in our_acts(world):
        act(next(minutes), who, path, form)
    for path in list(taken_back(world)):
        act(next(minutes), "coordinator", path, {"reason": ""})
    said.append(our_letters(world, outbox()))
    return said


def _note_declared(world: World) -> None:
    """Give what we declared ourselves its name."""
    ours = [each.person_id for each in world.people.values()]
    mine = select(Conflict.id).where(Conflict.declared_by_id.in_(ours)).order_by(Conflict.noted_at)
    for place, number in enumerate(db.session.scalars(mine)):
        world.known.setdefault("declared" if place == 0 else f"declared{place}", number)


def test_nothing_that_we_do_to_others_answers_otherwise(app, database, monkeypatch, at, as_, queries, outbox):
    with a_world(app, database, monkeypatch, at, keep_secrets) as world:
        with_secrets = done_by_us(world, as_, at, queries, outbox)
    with a_world(app, database, monkeypatch, at, None) as world:
        without = done_by_us(world, as_, at, queries, outbox)
    statuses = {answer[2] for answer in without[:-1:2]}
    assert statuses >= {303, 403, 404, 409}
    one, other = (dict(enumerate(said)) for said in (with_secrets, without))
    different = differences(one, other)
    assert different == [], shown(different, one, other)


# --- What was published ----------------------------------------------------------------------------------------------


def keep_from_the_matching(market: Marketplace) -> None:
    """What others kept to themselves before they were matched: about us, and about our partner to be."""
    o, t, by, office = market.organisations, market.trajectories, market.coordinators, market.secretariat
    for who, whom in ((1, 0), (2, 0), (3, 0), (5, 1), (6, 7)):
        block(t[who], o[whom], reason="Geheim", by=by[who])
    wish_for(t[1], o[3], by=by[1])
    wish_for(t[6], o[0], by=by[6])
    wish_for(t[4], o[0], by=by[4])
    impartiality.declare(o[0].id, kind=K.OPEN_DISPUTE, by=by[7])
    impartiality.declare(o[0].id, kind=K.MERGER_TALKS, by=by[1])
    impartiality.register(o[0].id, other_id=o[6].id, kind=K.OPEN_DISPUTE, by=office)
    waived = impartiality.register(o[0].id, other_id=o[1].id, kind=K.SUBCONTRACTING, by=office)
    impartiality.waive(waived, reason="Mag", ends_on=date(2027, 12, 1), by=office)
    make_accepted(market, maker=2, asked=(4,))


def published(world: World, as_: Any, at: Any, outbox: Any) -> dict[Any, Any]:
    """Our exchange with who it would be in either world, as we read it: proposed, and ended again."""
    market, keys = world.market, [each.id for each in world.market.organisations]
    pairs = [[keys[here], keys[here + 1]] for here in range(0, 8, 2)]
    with at("2027-01-12 09:00"):
        run = matching.rehearse(market.round, by=market.secretariat, locked=pairs)
        made = matching.publish(run, reason="Zo afgesproken", by=market.secretariat)
        numbers = [each.id for each in made]
        seen = _exchanges(world, numbers, as_, outbox)
    with at("2027-01-13 09:00"):
        ours = db.session.get_one(Exchange, numbers[0])
        matching.dissolve(ours, reason="Het komt niet uit.", by=market.secretariat)
        return {**seen, "ended": _exchanges(world, numbers, as_, outbox)}


def _exchanges(world: World, numbers: list[int], as_: Any, outbox: Any) -> dict[Any, Any]:
    paths = ["/", "/exchange", "/marketplace", *(f"/exchanges/{number}" for number in numbers)]
    return all_that_is_seen(world, paths, as_, outbox)


def test_why_we_have_this_partner_and_no_other_tells_nothing_of_others(app, database, monkeypatch, at, as_, outbox):
    worlds = []
    for keep in (keep_from_the_matching, None):
        with a_world(app, database, monkeypatch, at, keep) as world:
            worlds.append(published(world, as_, at, outbox))
    one, other = worlds
    page = str(one["coordinator", "/exchanges/1"])
    assert ("En een ander?" in page, "zij staan op jullie lijst" in page) == (True, True)
    assert differences(one, other) == [], shown(differences(one, other), one, other)


# --- How many there are ----------------------------------------------------------------------------------------------


def test_the_number_of_what_is_ours_does_not_count_that_of_others(app):
    market = make_marketplace(4)
    proposals = [make_proposal(market, maker=0, asked=(n,)).id for n in (1, 2, 3)]
    declared = [
        impartiality.declare(each.id, kind=K.SUBCONTRACTING, by=market.coordinators[0]).id
        for each in market.organisations[1:]
    ]
    for numbers in (proposals, declared):
        assert {b - a for a, b in pairwise(numbers)} != {1}
        assert min(numbers) > 1000
