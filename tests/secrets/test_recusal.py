"""Of a dossier in which a member of the commission has an interest they are told nothing, wherever they ask or act.

The same world is made twice: with the dossier, in one state or another, and without it. What the member gets from every
address that there is, with every id that there is, is the same in both, byte for byte, with as many questions to the
database; so are the public register and its API, and what comes by letter. By the design a member sees that there is a
time slot in which they take no part: the two pages that show it are laid beside those of another case in that slot.
"""

import re
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from peerreview.commission import services as commission
from peerreview.commission.lifecycle import Choice, Outcome, QuestionState
from peerreview.commission.models import Attendance, Decision, Dossier
from peerreview.core import clock
from peerreview.core.access import SYSTEM
from peerreview.core.db import db, unit_of_work
from peerreview.reviews import services
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.queries import organisation_of
from tests.factories.commission import make_member, motion_text, vote_on
from tests.factories.impartiality import make_conflict
from tests.secrets.planted import WORD
from tests.secrets.test_reviews import nothing, same, statuses
from tests.secrets.worlds import Answering, host_of
from tests.twin_worlds import differences

pytestmark = pytest.mark.twin_worlds

SLOT = re.compile(r"^/meetings/\d+(/live.*)?$")


class Connected(Answering):
    """Two reports are final and wait for the secretariat; the impartiality register knows of the member and both hosts."""

    def __init__(self) -> None:
        super().__init__()
        pair = self.pair
        services.close_fact_check(pair.review, by=pair.host)
        services.close_fact_check(pair.other, by=pair.other_host)
        services.finalise(pair.review, by=pair.lead)
        self.hidden = [host_of(leg) for leg in (pair.review, pair.other)]
        self.judges = [self.readers["chair"], make_member("Ada Pot"), make_member("Bo Kars")]
        for trajectory in self.hidden:
            make_conflict(organisation_of(trajectory), person=self.readers["member"].person_id)
        with unit_of_work():
            self.question.state = QuestionState.ANSWERED
            for trajectory in self.hidden:
                trajectory.state = TrajectoryState.COMPLETE
            for actor in self.judges[1:]:
                there = {"meeting_id": self.meeting.id, "person_id": actor.person_id, "noted_at": clock.now()}
                db.session.add(Attendance(**there))
        self.numbers = {
            "dossier_id": list(range(1, 2 + (db.session.scalar(select(func.max(Dossier.id))) or 0))),
            "decision_id": [self.certificate.decision_id, 1 + (db.session.scalar(select(func.max(Decision.id))) or 0)],
        }

    def ids(self) -> dict[Any, list[Any]]:
        """With the numbers that the next dossier and the next decision get, whether or not they are there."""
        return super().ids() | self.numbers


def forward(world: Connected, which: int = 0) -> Dossier:
    dossier = commission.forward(world.hidden[which], release_reason="De ander is laat.", by=SYSTEM)
    assert dossier.id == world.numbers["dossier_id"][-1]
    return dossier


def put_on_agenda(world: Connected, which: int = 0) -> Dossier:
    dossier = forward(world, which)
    with unit_of_work():
        dossier.meeting_id, dossier.position, dossier.state = world.meeting.id, 2, world.dossier.state
    return dossier


def vote(world: Connected, *, outcome: Outcome = Outcome.REFUSED, closed: bool = True) -> None:
    dossier = put_on_agenda(world)
    motion = commission.put_motion(dossier, motion_text(outcome, motivation=WORD), by=world.judges[0])
    if closed:
        vote_on(motion, world.judges, *[Choice.FOR] * 3)
    else:
        commission.cast_vote(motion, choice=Choice.FOR, motivation=WORD, by=world.judges[1])


def decide(world: Connected, outcome: Outcome = Outcome.REFUSED) -> None:
    vote(world, outcome=outcome)
    dossier = db.session.get_one(Dossier, world.numbers["dossier_id"][-1])
    decision = commission.record_decision(dossier, motivation=WORD, by=world.judges[0])
    assert decision.id == world.numbers["decision_id"][-1]


@pytest.mark.timeout(300)  # six worlds
def test_a_recused_member_is_told_nothing_however_far_the_others_are(worlds):
    keeps = {
        "without": nothing, "forwarded": forward, "on the agenda": put_on_agenda,
        "while they vote": partial(vote, closed=False), "decided": decide, "another": partial(put_on_agenda, which=1),
    }  # fmt: skip
    seen = dict(zip(keeps, worlds(Connected, ("member", "visitor"), *keeps.values(), senders=("member",)), strict=True))
    assert statuses(seen["without"]) >= {200, 303, 404}
    same(seen["forwarded"], seen["without"])
    same(but_the_slot(seen["on the agenda"]), but_the_slot(seen["without"]))
    for how_far in ("on the agenda", "while they vote", "decided"):
        same(seen[how_far], seen["another"])


def but_the_slot(seen: dict[Any, Any]) -> dict[Any, Any]:
    return {key: answer for key, answer in seen.items() if not SLOT.match(key[1])}


def test_who_has_no_interest_sees_it(worlds):
    """The dossier is there, and these worlds can differ."""
    one, other = worlds(Connected, ("chair",), decide, nothing)
    pages = {key[1] for key in differences(one, other)}
    assert pages >= {
        "/dossiers", "/dossiers/1/advice", "/dossiers/3", "/dossiers/3/dossier.pdf", "/decisions/2", "/meetings/1/live",
    }  # fmt: skip
