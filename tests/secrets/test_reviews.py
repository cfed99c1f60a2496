"""Nobody sees a rating or a text before its time: not on a page, in a list, count, export, search, file or letter, nor in
what is answered to who acts.

The same reviews are made twice, in the same state: once with something there that could leak, and once with nothing or
with something else. Whoever may not see it gets the same answers in both, with as many questions to the database, from
every address that there is and with every id that there is.
"""

from functools import partial
from typing import Any

import pytest

from peerreview.reviews.lifecycle import Advice, Rating
from tests.secrets import planted
from tests.secrets.asking import SEARCHED, names_read, names_searched, rules
from tests.secrets.planted import WORD
from tests.secrets.worlds import Answered, Answering, Deciding, Late
from tests.twin_worlds import differences, shown

pytestmark = pytest.mark.twin_worlds

# Apart, for a busy machine makes no difference between a long test and one that hangs.
OUTSIDE = {
    "sides": (
        "coordinator", "executive", "contributor", "own reviewer", "partner", "second", "early team", "colleague",
    ),
    "association": ("visitor", "secretariat", "stranger", "chair", "oversight", "administrator"),  # a chair is a member
}  # fmt: skip
SENDERS = ("coordinator", "partner", "second", "secretariat", "colleague", "early team", "chair")
# What a team takes home is for its own organisation; that a host looked back is counted for who watches over it.
TAKEN_HOME = {
    (who, f"fairplay.{view}")
    for who in ("partner", "second")
    for view in ("list_take_homes", "export_take_homes", "edit_take_home", "change_take_home", "remove_take_home")
}
LOOKED_BACK = {("secretariat", "fairplay.show_part")}
# What comes before the review, or is about a certificate, knows nothing of answers, advice and looking back.
BESIDE = {
    "selfevaluations", "questionnaires", "visits", "programmes", "certificates", "credentials", "register",
}  # fmt: skip
ELSE = {"text": "Andere woorden", "rating": Rating.COMPLIES}


def nothing(world: Any) -> None:
    """Only what the world itself has."""


def same(one: dict[Any, Any], other: dict[Any, Any]) -> None:
    different = differences(one, other)
    assert different == [], shown(different, one, other)
    assert WORD not in str({key: answer for key, answer in one.items() if WORD not in str(key)})


def statuses(seen: dict[Any, Any]) -> set[int]:
    return {answer[-3] for key, answer in seen.items() if key != "letters"}


def test_every_search_is_asked(app):
    assert names_read() - names_searched() == set()
    assert set(SEARCHED) - {rule.endpoint for rule in rules(app, "GET")} == set()


@pytest.mark.parametrize("names", OUTSIDE.values(), ids=OUTSIDE)
def test_what_is_not_released_is_seen_by_nobody_else(worlds, names):
    def something(world: Deciding) -> None:
        planted.write_together(world)
        planted.rate_alone(world, both=True)
        planted.note_alone(world)
        planted.write_account(world)

    def something_else(world: Deciding) -> None:
        """As far, with nothing of what need not be there, and with other words and ratings where there must be some."""
        planted.write_together(world, **ELSE)
        planted.rate_alone(world, note="Iets anders", rating=Rating.COMPLIES, both=True)

    one, other = worlds(Deciding, names, something, something_else, senders=SENDERS, leave=TAKEN_HOME)
    assert statuses(one) >= {200, 404}
    same(one, other)


def test_a_colleague_sees_no_rating_before_their_own(worlds):
    def rate(world: Deciding, **what: Any) -> None:
        planted.note_alone(world)
        planted.rate_alone(world, **what)

    one, other = worlds(
        Deciding, ("mate",), rate, partial(rate, note="Iets anders", rating=Rating.COMPLIES), senders=("mate",)
    )
    different = differences(one, other)
    assert different == [], shown(different, one, other)


def test_who_was_late_sees_nothing_before_their_own_rating(worlds):
    other = partial(planted.decide_without, note="Iets anders", rating=Rating.COMPLIES, writes=False)
    keeps = (planted.decide_without, other)
    same(*worlds(Late, ("mate",), *keeps, senders=("mate",), leave=BESIDE))


def test_what_a_host_answers_is_its_own_until_it_sends_it(worlds):
    names = ("lead", "second", "partner", "secretariat")
    same(*worlds(Answering, names, planted.write_answers, nothing, senders=("lead",), leave=BESIDE))


def test_advice_is_for_the_team_and_what_a_host_thought_of_it_waits(worlds):
    def say(world: Answered) -> None:
        planted.advise(world)
        planted.look_back(world)

    names = ("lead", "partner", "chair", "secretariat")
    other = partial(planted.advise, text="Andere woorden", advice=Advice.TAKE_OVER)
    same(*worlds(Answered, names, say, other, senders=("partner",), leave=LOOKED_BACK | BESIDE))


def test_the_trail_of_acts_tells_no_rating_and_no_text(worlds):
    def write(world: Deciding, rating: Rating) -> None:
        planted.write_together(world, rating=rating)
        planted.note_alone(world)
        planted.rate_alone(world, rating=rating)

    keeps = (partial(write, rating=rating) for rating in (Rating.NOT, Rating.COMPLIES))
    one, other = worlds(Deciding, ("oversight", "administrator"), *keeps, trail=True)
    assert statuses(one) == {200}
    same(one, other)
