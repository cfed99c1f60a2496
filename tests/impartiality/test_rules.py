"""How long each kind counts, and what the system finds in what it knows."""

from dataclasses import dataclass
from datetime import date

import pytest

from peerreview.impartiality import detection, kinds, words
from peerreview.impartiality.detection import Tie
from peerreview.impartiality.lifecycle import ConflictKind, Direction, Severity

K = ConflictKind
TODAY = date(2027, 3, 1)


@dataclass(frozen=True)
class Dates:
    kind: ConflictKind
    starts_on: date | None = None
    ends_on: date | None = None


def test_what_rules_out_and_what_only_needs_leave():
    hard = {kind for kind in K if kinds.MEANINGS[kind].severity == Severity.HARD}
    assert set(K) - hard == {K.SAME_TENDER, K.SUBCONTRACTING, K.PERSONAL_RELATION}


def test_every_kind_has_its_words():
    assert set(words.KINDS) == set(words.SAID_BY_US) == set(K)
    assert set(words.SAID_BY_ME) == set(kinds.OF_PERSONS)
    assert set(words.FOUND_ABOUT_US) == {*detection.KINDS_OF_FACTS, K.REVIEWED_LAST_CYCLE}


@pytest.mark.parametrize(
    ("conflict", "counts"),
    [
        (Dates(K.OPEN_DISPUTE), True),
        (Dates(K.OPEN_DISPUTE, ends_on=TODAY), True),
        (Dates(K.OPEN_DISPUTE, ends_on=date(2027, 2, 28)), False),
        (Dates(K.OPEN_DISPUTE, starts_on=date(2027, 3, 2)), False),
        (Dates(K.EMPLOYMENT, ends_on=date(2022, 3, 2)), True),
        (Dates(K.EMPLOYMENT, ends_on=date(2022, 3, 1)), False),
        (Dates(K.SHARED_DIRECTOR, ends_on=date(2022, 3, 2)), True),
        (Dates(K.SAME_TENDER, date(2028, 3, 1), date(2028, 3, 1)), True),
        (Dates(K.SAME_TENDER, date(2028, 3, 2), date(2028, 3, 2)), False),
        (Dates(K.SAME_TENDER, date(2026, 3, 2), date(2026, 3, 2)), True),
        (Dates(K.SAME_TENDER, date(2026, 3, 1), date(2026, 3, 1)), False),
        (Dates(K.REVIEWED_LAST_CYCLE, date(2024, 3, 1), date(2027, 3, 1)), True),
    ],
)
def test_when_a_conflict_counts(conflict, counts):
    assert kinds.counts_on(conflict, TODAY) == counts


@pytest.mark.parametrize("kind", K)
@pytest.mark.parametrize("ends_on", [date(2026, 2, 28), date(2028, 2, 29), date(2022, 8, 31)])
def test_it_counts_until_the_day_that_is_said_and_is_over_the_day_after(kind, ends_on):
    conflict = Dates(kind, ends_on=ends_on)
    until = kinds.counts_until(conflict)
    after = date.fromordinal(until.toordinal() + 1)
    assert (kinds.counts_on(conflict, until), kinds.is_over(conflict, until)) == (True, False)
    assert (kinds.counts_on(conflict, after), kinds.is_over(conflict, after)) == (False, True)


def test_what_has_no_end_is_never_over():
    assert not kinds.is_over(Dates(K.SAME_GROUP), date(2099, 1, 1))
    assert kinds.counts_until(Dates(K.SAME_GROUP)) is None


def test_the_usual_end_of_what_lasts_a_known_time():
    ends = {kind: kinds.end_of_facts(kind, date(2026, 1, 31), None, TODAY) for kind in K}
    assert {kind: end for kind, end in ends.items() if end} == {
        K.SAME_TENDER: date(2026, 1, 31), K.REVIEWED_LAST_CYCLE: date(2029, 1, 31),
    }  # fmt: skip
    assert kinds.end_of_facts(K.SAME_TENDER, None, None, TODAY) == TODAY
    assert kinds.end_of_facts(K.SAME_GROUP, None, date(2030, 1, 1), TODAY) == date(2030, 1, 1)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2028, 2, 29), -60, date(2023, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2027, 1, 15), -1, date(2026, 12, 15)),
        (date(2027, 12, 1), 1, date(2028, 1, 1)),
    ],
)
def test_months_earlier_and_later(day, months, then):
    assert kinds.add_months(day, months) == then


# --- What the system finds ------------------------------------------------------------------------------------------


def test_organisations_of_one_group_however_its_name_is_written():
    found = list(detection.in_groups({3: "De Brug ", 1: "de  brug", 2: "Anders", 5: "", 4: "DE BRUG"}))
    assert [one.fingerprint for one in found] == ["same_group:1-3", "same_group:1-4", "same_group:3-4"]
    assert {one.direction for one in found} == {Direction.BOTH}


def tie(organisation_id, *, person=7, executive=False, judges=False, began=date(2020, 1, 1), ended=None):
    return Tie(person, organisation_id, executive, judges, began, ended)


def found(*ties):
    return {one.fingerprint: (one.starts_on, one.ends_on) for one in detection.of_people(ties, TODAY)}


def test_two_executives_chairs_are_a_shared_director_and_any_other_two_roles_employment():
    assert list(found(tie(1, executive=True), tie(2, executive=True))) == ["shared_director:1-2:p7"]
    assert list(found(tie(2, executive=True), tie(1))) == ["employment:1-2:p7"]
    assert list(found(tie(1), tie(2), tie(3))) == ["employment:1-2:p7", "employment:1-3:p7", "employment:2-3:p7"]
    assert found(tie(1), tie(1, executive=True)) == {}
    assert found(tie(1), tie(2, person=8)) == {}


def test_the_years_count_from_the_first_of_the_two_that_ended():
    first, last = date(2023, 5, 1), date(2025, 5, 1)
    assert found(tie(1, ended=last), tie(2, ended=first)) == {"employment:1-2:p7": (date(2020, 1, 1), first)}
    assert found(tie(1, ended=first), tie(2, began=last)) == {"employment:1-2:p7": (first, first)}
    assert found(tie(1, ended=date(2022, 3, 1)), tie(2)) == {}
    assert list(found(tie(1, ended=date(2022, 3, 2)), tie(2))) == ["employment:1-2:p7"]


def test_who_holds_a_second_role_there_still_holds_one():
    still = found(tie(1, ended=date(2023, 5, 1)), tie(1, began=date(2024, 1, 1)), tie(2))
    assert still == {"employment:1-2:p7": (date(2020, 1, 1), None)}


def test_who_judges_elsewhere_is_tied_to_each_organisation_where_they_have_a_role():
    assert found(tie(1, judges=True)) == {}  # a reviewer of the own organisation reviews others
    assert found(tie(None, judges=True), tie(1)) == {"employment:1:p7": (date(2020, 1, 1), None)}
    assert sorted(found(tie(2, judges=True), tie(1, executive=True))) == ["employment:1-2:p7", "shared_director:1:p7"]
    assert found(tie(None, judges=True, ended=date(2026, 1, 1)), tie(1)) == {}
    [one] = detection.of_people([tie(None, judges=True), tie(1)], TODAY)
    assert (one.organisation_id, one.person_id, one.direction) == (1, 7, Direction.TOWARDS)
