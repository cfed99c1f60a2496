"""What an answer to somebody who acts could tell: a conflict that shows the other text, a refusal with what stands there.

Everybody sends to each address, too early or to what is not theirs, a form in two ways: as a page that saves by itself, with
an old version, and whole, with what does not fit everywhere. Whatever an act changes is taken back before the next.
"""

from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

from flask import Flask

from tests.secrets.asking import HX, Address, Reader, addresses
from tests.secrets.worlds import World
from tests.twin_worlds import answer_of

# Where texts and judgements are written. Elsewhere one acts on days, people and letters, and their pages are asked.
ACTS = {"selfevaluations", "questionnaires", "programmes", "reviews", "fairplay", "improvement", "commission"}
MINE = "Onze eigen woorden"
WHOLE = {
    **dict.fromkeys(
        "text note story strength improvement diverging_opinion not_assessed_reason summary evidence reason remark"
        " helped better what owner expected_effect motivation title heading letter grounds question change".split(), MINE),
    "outcome": "granted", "coming": "here", "item": "report", "addressee": "team",
    "rating": "partly", "version": "1", "answer": "comment", "advice": "leave", "verdict": "reject", "number": "1",
    "moment": "2027-01-11T11:00:00+00:00", "client_key": "o0", "key": "o0", "person": "1", "noted_at": "1",
    "position": "0", "edited": "1", "source": "heard", "interlocutor": "client", "observations": ["1", "4"],
    "leaned": "1", "take": ["value:V1:story"], "value:V1:story": MINE, "seen:V1": "1", "choice": "for",
    "helpful": "1", "then": "overview", "person_id": "1", "norm_id": "1", "due_on": "2027-06-01", "q1": "agree",
}  # fmt: skip
DRAFT = WHOLE | {"autosave": "1", "version": "0", "rating": "", "writes": "1"}
FORMS: tuple[tuple[dict[str, Any], dict[str, str]], ...] = ((DRAFT, HX), (WHOLE, {}))


EACH = ("review_id", "trajectory_id")  # of other things one is enough


def sent_in(world: World, app: Flask) -> list[Address]:
    """Every address to which one sends."""
    ids = {name: values if name in EACH else values[:1] for name, values in world.ids().items()}
    return addresses(app, ids | {"number": [1]}, "POST", ACTS)


def answers_to(reader: Reader, sent: list[Address], again: Callable[[], None]) -> dict[Any, Any]:
    """The answers to all that somebody sends, each to the world as it was."""
    seen: dict[Any, Any] = {}
    for one, (form, heads) in product(sent, FORMS):
        if not reader.asks("POST", one.endpoint):
            continue
        answer = reader.answer(one, partial(reader.client.send, one.path, form, headers=heads))
        if answer is None:
            continue
        seen[reader.who, one.path, form["version"]] = answer_of(answer, {})
        if answer.status_code < 400:
            again()
    return seen
