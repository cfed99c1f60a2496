"""Everything that can be asked: every address with every id, every search and filter, whole and as the part of a page."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.routing import AnyConverter

from peerreview import FEATURES
from peerreview.core import clock
from peerreview.core.daily import begin_day
from tests.secrets.planted import WORD
from tests.secrets.worlds import World
from tests.test_access_matrix import LEFT_OUT, written
from tests.twin_worlds import SIGNED, answer_of

# Features that can know nothing of these, for each imports only those before it (tests/test_architecture.py), and what is
# public. Trajectories are asked: they are told how far a review is. The market is told how an organisation rates itself,
# and says it to whom may change its offer: tests/test_secrets_of_the_market.py is about that.
# An appeal comes after a decision, so what it shows of a report is final; the commission's own pages are asked.
APART = {*FEATURES[: FEATURES.index("selfevaluations")], "core", "appeals"} - {"trajectories"}
TRAIL = "dashboard.show_log"  # who reads the trail sees that something was done, and never what
Ids = dict[Any, list[Any]]


@dataclass(frozen=True)
class Address:
    """A path, with the endpoint and the ids that it is made of."""

    endpoint: str
    path: str
    values: dict[str, Any]


HX = {"HX-Request": "true"}
# Whose columns of the access matrix tell what somebody is refused whatever is there: as host, and as who reviews.
COLUMNS = {
    "coordinator": ("coordinator", "partner"), "partner": ("coordinator", "partner"), "own reviewer": ("team",),
    "mate": ("team",), "lead": ("team",), "early team": ("team",), "second": ("team",), "colleague": ("contributor",),
}  # fmt: skip

# Who could be told something where the matrix has everybody refused: the two sides and the office, or the commission.
OFFICE = {"secretariat", "member", "chair"}
INVOLVED = dict.fromkeys(("commission", "certificates", "credentials", "register"), OFFICE)
TWO_SIDES = {*COLUMNS, "executive", "contributor", "secretariat"}

LIST = ("page=2",)
SEARCHED: dict[str, tuple[str, ...]] = {
    "commission.ask_question": ("item=report",),
    "commission.call_substitute": ("person_id=1",),
    "commission.list_decisions": LIST,
    "commission.list_dossiers": LIST,
    "commission.list_interests": ("withdrawn=1",),
    "commission.list_to_check": LIST,
    "commission.show_advice": ("V1=not",),
    "commission.show_live": ("seen=1",),
    "credentials.check": ("number={word}",),
    "credentials.list_reviewers": LIST,
    "credentials.show_plain_logo": ("download=1&language=en",),
    "dashboard.show_log": ("action=finding.record", "action={word}&page=2"),
    "deadlines.export_deadlines": ("q={word}&show=others",),
    "deadlines.list_deadlines": ("q={word}", "q={name}&show=week&page=2"),
    "fairplay.export_figures": ("round={round}",),
    "fairplay.list_take_homes": LIST,
    "fairplay.show_part": ("round={round}&page=2",),
    "improvement.add_action": ("norm=V1",),
    "improvement.show_plan": ("asked=1",),
    "letters.list_addresses": LIST,
    "letters.list_letters": ("q={word}", "q={name}", "kind=reviews&state=queued", "about=review:1&page=2"),
    "programmes.add_item": ("norm=V1",),
    "programmes.show_programme": ("chapter=V&removed=1",),
    "questionnaires.download_paper": ("language=en",),
    "questionnaires.type_sheet": ("saved=1",),
    "register.api_list_organisations": ("q={word}", "q={name}&on=2027-01-01"),
    "register.ask_to_follow": ("organisation={word}",),
    "register.export_register_csv": ("q={word}",),
    "register.list_register": (
        "q={word}&status=active&order=end",
        "q={name}&on=2027-01-01&field=a&province=a&municipality={word}&page=2",
    ),
    "register.show_badge": ("lang=en",),
    "register.show_page_history": ("version=2",),
    "register.show_registered": ("on=2027-01-01",),
    "reviews.answer_finding": ("say=error",),
    "reviews.list_findings": ("show=difference", "show=open", "show=done"),
    "reviews.list_ratings": ("show=open",),
    "reviews.list_reports": LIST,
    "reviews.list_reviews": LIST,
    "reviews.note_observation": ("noted=1",),
    "reviews.rest_sentences": ("then=report",),
    "reviews.show_device": ("leaving=1",),
    "reviews.show_finding_history": ("version=2",),
    "reviews.show_summary_history": ("version=2",),
    "reviews.show_workspace": ("item=1&norm=V1&noted=1",),
    "selfevaluations.list_answer_versions": ("number=2",),
    "selfevaluations.list_reflection_versions": ("number=2",),
    "trajectories.export_trajectories": ("q={word}", "q={name}"),
    "trajectories.list_trajectories": ("q={word}", "q={name}&round={round}", "state=visited&step=4&late=1&page=2"),
    "visits.list_objections": LIST,
    "visits.list_reviewers": ("round={round}&page=2",),
    "visits.list_visits": ("state=held&page=2",),
    "visits.show_invitation": ("coming=yes",),
    "visits.show_round_days": ("plan=1&select=soonest", "done=1&reminded=1"),
    "visits.show_week": ("exchange=1",),
}
READ = re.compile(
    r'(?:request\.args|request\.values|asked|typed)(?:\.get\(|\[)"(\w+)"|"(\w+)" in (?:request\.args|asked)\b'
)


def feature_of(endpoint: str) -> str:
    return endpoint.split(".")[0]


def names_read() -> set[tuple[str, str]]:
    """(feature, name) of each part of a query that a page reads."""
    found = set()
    for path in Path("peerreview").glob("*/routes*"):
        files = sorted(path.glob("*.py")) if path.is_dir() else [path]
        code = "".join(file.read_text() for file in files)
        found |= {(path.parent.name, one or other) for one, other in READ.findall(code)}
    return {(feature, name) for feature, name in found if feature not in APART}


def names_searched() -> set[tuple[str, str]]:
    pairs = ((feature_of(endpoint), query) for endpoint, queries in SEARCHED.items() for query in queries)
    return {(feature, part.partition("=")[0]) for feature, query in pairs for part in query.split("&")}


# --- Addresses --------------------------------------------------------------------------------------------------------


FEATURES_ASKED = frozenset(FEATURES) - APART


def rules(app: Flask, method: str, features: Collection[str] = FEATURES_ASKED) -> Iterator[Any]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        apart = rule.endpoint in LEFT_OUT | SIGNED or feature_of(rule.endpoint) not in features
        if method in (rule.methods or ()) and not apart:
            yield rule


def addresses(app: Flask, ids: Ids, method: str = "GET", features: Collection[str] = FEATURES_ASKED) -> list[Address]:
    """All that can be asked with these ids. A part of an address without an id is a failure."""
    found = []
    with app.test_request_context():
        for rule in rules(app, method, features):
            names = sorted(rule.arguments)
            for values in product(*(_values(rule, name, ids) for name in names)):
                given = dict(zip(names, values, strict=True))
                found.append(Address(rule.endpoint, app.url_for(rule.endpoint, **given), given))
    return found


def _values(rule: Any, name: str, ids: Ids) -> list[Any]:
    kind = rule._converters[name]
    found = sorted(kind.items) if isinstance(kind, AnyConverter) else ids.get((rule.endpoint, name), ids.get(name, []))
    assert found, f"{rule.endpoint} is never asked: `ids` of tests/secrets/worlds.py has no {name}"
    return found


def searches(world: World, paths: list[Address]) -> Iterator[Address]:
    """Each of these addresses with what one may search and filter there: the secret, and whose it is."""
    host = world.pair.review.visit.host
    words = {"word": WORD, "name": host.organisation.name, "round": host.round_id}
    for one in paths:
        for query in SEARCHED.get(one.endpoint, ()):
            yield replace(one, path=f"{one.path}?{query.format(**words)}")


# --- Answers ----------------------------------------------------------------------------------------------------------


class Reader:
    """Somebody who asks, and what need not be asked again: that they cannot know of a thing is one answer for all its
    addresses, given by what loads it (`core.access.requires`)."""

    def __init__(self, who: str, client: Any, app: Flask, leave: Callable[[str, str], bool]) -> None:
        self.who, self.client, self.leave, self.matrix = who, client, leave, written()
        self.loads = {name: _loaded(view) for name, view in app.view_functions.items()}
        self.unknown: set[tuple[Any, ...]] = set()

    def asks(self, method: str, endpoint: str) -> bool:
        """Whether this is more than what the access matrix has them refused, for things that are there.

        What it has everybody refused is so by the state of those things, and proves nothing. What is for visitors too,
        only a visitor asks; but the first page has something for each.
        """
        row = self.matrix[f"{method}:{endpoint}"]
        if row["visitor"] == "yes" and self.who != "visitor" and endpoint != "dashboard.show_home":
            return False
        by_state = "yes" not in row.values() and self.who in INVOLVED.get(feature_of(endpoint), TWO_SIDES)
        allowed = any(row[column] == "yes" for column in COLUMNS.get(self.who, (self.who,)))
        return (by_state or allowed) and not self.leave(self.who, endpoint)

    def answer(self, one: Address, act: Callable[[], Any]) -> Any | None:
        """What they get, or None when they were told already that there is no such thing."""
        loader, names = self.loads[one.endpoint]
        thing = (loader, *(one.values[name] for name in names if name in one.values))
        if loader and thing in self.unknown:
            return None
        answer = act()
        if answer.status_code == 404:
            self.unknown.add(thing)
        return answer


def _loaded(view: Any) -> tuple[Any, Sequence[str]]:
    """What loads the thing that a page is about, and from which ids; where `core.access.requires` guards it."""
    while view is not None:
        held = dict(zip(view.__code__.co_freevars, view.__closure__ or (), strict=True))
        if "load" in held and "named" in held:
            return held["load"].cell_contents, held["named"].cell_contents
        view = getattr(view, "__wrapped__", None)
    return None, ()


def asked_in(world: World, app: Flask) -> list[tuple[Address, dict[str, str]]]:
    """Every page, and every search as htmx asks for it."""
    paths = addresses(app, world.ids())
    return [*((one, {}) for one in paths), *((one, HX) for one in searches(world, paths))]


def seen_by(reader: Reader, asked: list[tuple[Address, dict[str, str]]], queries: Any) -> dict[Any, Any]:
    """What this reader gets."""
    seen = {}
    for one, heads in asked:
        if not reader.asks("GET", one.endpoint):
            continue
        with queries() as done:
            answer = reader.answer(one, partial(reader.client.get, one.path, headers=heads))
        if answer is not None:  # that a number is somebody's is no secret; what is found by it is
            seen[reader.who, one.path] = (len(done) if answer.status_code == 200 else 0, *answer_of(answer, {}))
    return seen


def letters_to(names: tuple[str, ...], world: World, outbox: Any) -> list[tuple[str, str, str]]:
    """What comes by letter, also on the day that the report is due, or else today."""
    begin_day(world.pair.review.due_on or clock.today())
    emails = {world.readers[who].email for who in names if world.readers[who]}
    return [(one.kind, one.subject, one.body) for one in outbox() if one.recipient in emails]
