"""How long a visit is: the table, its faults, and the page on which the secretariat edits it."""

from decimal import Decimal

import pytest
from bs4 import BeautifulSoup

from peerreview.core.db import db
from peerreview.core.errors import Invalid, NotNow
from peerreview.rounds import services
from peerreview.rounds.lengths import DEFAULT, Length, faults_of, half_days_for, read_lengths, stored_lengths
from peerreview.rounds.lifecycle import RoundState
from tests.factories.accounts import make_actor
from tests.factories.rounds import make_round


@pytest.mark.parametrize(
    ("fte", "whole", "parts"),
    [(0, 2, 2), (1, 1, 1), (15, 1, 1), (15.5, 2, 1), (75, 2, 1), (76, 3, 2), (250, 3, 2), (251, 4, 3), (9999, 4, 3)],
)
def test_the_length_follows_the_size_and_what_is_reviewed(fte, whole, parts):
    assert (half_days_for(Decimal(str(fte)), parts=False), half_days_for(fte, parts=True)) == (whole, parts)


def test_a_table_is_kept_and_read_as_it_is():
    assert read_lengths(stored_lengths(DEFAULT)) == DEFAULT
    assert read_lengths([]) == DEFAULT


@pytest.mark.parametrize(
    ("table", "faults"),
    [
        (DEFAULT, []),
        ([Length(0, 2, 2)], []),
        ([], ["no_last"]),
        ([Length(15, 1, 1)], ["no_last"]),
        ([Length(0, 1, 1), Length(0, 2, 2)], ["no_last"]),
        ([Length(15, 1, 1), Length(15, 2, 1), Length(0, 3, 1)], ["not_rising"]),
        ([Length(15, 0, 0), Length(0, 7, 7)], ["impossible"]),
        ([Length(15, 3, 1), Length(0, 2, 1)], ["shrinking"]),
        ([Length(15, 1, 2), Length(0, 2, 2)], ["parts_longer"]),
        ([*(Length(n, 1, 1) for n in range(1, 7)), Length(0, 1, 1)], ["too_many"]),
    ],
)
def test_a_table_that_cannot_be_says_why(table, faults):
    assert faults_of(table) == faults


def fill(client, round_, **changed):
    path = f"/rounds/{round_.id}/visit-lengths"
    form = BeautifulSoup(client.get(path).data, "html.parser").find("form", attrs={"action": path})
    fields = {one["name"]: one.get("value", "") for one in form.find_all("input")}
    for one in form.find_all("select"):
        chosen = one.find("option", selected=True) or one.find("option")
        fields[one["name"]] = chosen["value"]
    return client.post(path, data=fields | changed)


def test_the_secretariat_edits_the_table_of_a_round(app, as_, get):
    round_, secretariat = make_round(), make_actor("secretariat")
    assert fill(as_(secretariat), round_, up_to_3="400", whole_3="4", parts_3="3", whole_5="5").status_code == 303
    db.session.refresh(round_)
    assert round_.lengths == (*DEFAULT[:3], Length(400, 4, 3), Length(0, 5, 3))
    assert "tot en met 400 fte" in get(make_actor("coordinator"), f"/rounds/{round_.id}")


def test_a_wrong_table_comes_back_with_what_was_typed(app, as_):
    round_ = make_round()
    answer = fill(as_(make_actor("secretariat")), round_, up_to_1="10", up_to_2="niets")
    assert answer.status_code == 422
    assert BeautifulSoup(answer.data, "html.parser").find(id="up_to_1")["value"] == "10"
    assert fill(as_(make_actor("secretariat")), round_, up_to_1="10").status_code == 422
    db.session.refresh(round_)
    assert round_.visit_lengths == []


def test_a_closed_round_and_a_wrong_table_are_refused(app):
    secretariat = make_actor("secretariat")
    with pytest.raises(NotNow):
        services.set_visit_lengths(make_round(state=RoundState.CLOSED), table=DEFAULT, by=secretariat)
    with pytest.raises(Invalid):
        services.set_visit_lengths(make_round(), table=[], by=secretariat)
