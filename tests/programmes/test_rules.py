"""The rules of a programme: the example, what clashes, what is spoken about, and how items change places."""

from dataclasses import replace
from datetime import datetime, time
from itertools import product

import pytest

from peerreview.core.clock import AMSTERDAM
from peerreview.frameworks.outline import NormView, Outline, PartView, VersionView
from peerreview.programmes.clashes import ClashKind, clashes, travel_minutes
from peerreview.programmes.coverage import Cell, coverage, not_yet_heard, planned_pairs, questions
from peerreview.programmes.items import Item, on_other_days, swapped, windows
from peerreview.programmes.lifecycle import ItemKind
from peerreview.programmes.templates import duos, example, spread, together

K, C = ItemKind, ClashKind
HOURS = (time(9, 30), time(16, 30))
FUNCTIONS = ("client", "volunteer", "social_worker", "director", "supervisory_board", "partner")
SPEAKERS = (("client", "social_worker"), ("volunteer", "client"), ("director", "supervisory_board"), ("partner",))


def norm(n: int, interlocutors: tuple[str, ...] = (), chapter: str = "V") -> NormView:
    both = {"nl": f"Norm {n}", "en": f"Norm {n}"}
    return NormView(
        id=n, version_id=1, code=f"{chapter}{n}", position=n, theme_code="", chapter_id=1, chapter_code=chapter,
        chapter_title=both, competencies=(), title=both, statement=both, explanation=both, indicators={},
        questions={"nl": [f"Vraag {n}", "Nog een", "Een derde"]}, interlocutors=interlocutors or SPEAKERS[n % 4],
        evidence_examples={}, essential=n == 1,
    )  # fmt: skip


def outline(norms: list[NormView]) -> Outline:
    labels = [{"code": code, "label": {"nl": code, "en": code}} for code in FUNCTIONS]
    version = VersionView(1, "kader", "2026", {}, {}, [], labels, "", True, None)
    return Outline(version, (PartView(1, "V", 1, {}, {}, tuple(norms)),), (), tuple(norms))


def at(text: str, day: int = 22) -> datetime:
    return datetime(2027, 4, day, *map(int, text.split(":")), tzinfo=AMSTERDAM)


def item(starts: str, ends: str, people: tuple[int, ...] = (1, 2), id: int = 1, kind: ItemKind = K.INTERVIEW, **rest):
    return Item(kind, at(starts), at(ends), frozenset(people), id=id, **rest)


def day(starts: str = "9:30", ends: str = "16:30"):
    return windows(at(starts), at(ends), HOURS)


LENGTHS = {
    1: windows(at("13:30"), at("16:30"), HOURS),
    2: windows(at("9:30"), at("16:30"), HOURS),
    3: windows(at("9:30"), at("12:30", 23), HOURS),
    4: windows(at("9:30"), at("16:30", 23), HOURS),
    6: windows(at("9:30", 22), at("16:30", 26), HOURS),  # Thursday, Friday and Monday
}


# --- The example -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("length", "size"), list(product(LENGTHS, (1, 2, 3, 4, 5))))
def test_an_example_of_any_length_for_any_team_has_no_clash_and_everybody_in_it(length, size):
    team = list(range(1, size + 1))
    items = [replace(one, id=n) for n, one in enumerate(example(LENGTHS[length], team, NORMS, FUNCTIONS), 1)]
    found = {clash.kind for clash in clashes(items, LENGTHS[length], team, {})}
    assert found == ({C.ALONE} if size == 1 else set())
    assert {person for one in items for person in one.people} == set(team)
    assert [one.kind for one in items].count(K.OPENING) == [one.kind for one in items].count(K.CLOSING) == 1
    days = LENGTHS[length]
    assert [one.kind for one in items].count(K.TEAM_TIME) == len(days)
    assert [one.kind for one in items].count(K.LUNCH) == sum(window.whole for window in days)
    if length > 1 and size > 1:
        assert {K.SHADOWING, K.WALK, K.DOCUMENTS} <= {one.kind for one in items}


NORMS = [norm(n) for n in range(1, 31)]


def test_the_days_of_an_example_are_working_days():
    assert [window.day.day for window in LENGTHS[6]] == [22, 23, 26]
    assert [window.half_days for window in LENGTHS[3]] == [2, 1]


def test_every_norm_has_a_talk_with_somebody_advised_when_there_is_room():
    items = example(LENGTHS[2], [1, 2], NORMS, FUNCTIONS)
    pairs = planned_pairs(items, outline(NORMS))
    assert {norm_id for norm_id, _code in pairs} == {one.id for one in NORMS}
    assert all(code in NORMS[norm_id - 1].interlocutors for norm_id, code in pairs)
    assert max(len(one.norms) for one in items) <= 60 // 5


def test_two_duos_talk_at_the_same_time():
    items = example(LENGTHS[2], [1, 2, 3, 4], NORMS, FUNCTIONS)
    interviews = [one for one in items if one.kind == K.INTERVIEW]
    assert {one.people for one in interviews} == {frozenset({1, 2}), frozenset({3, 4})}
    assert len({one.starts_at for one in interviews}) * 2 == len(interviews)


def test_duos_take_who_is_left_over():
    assert [set(duo) for duo in duos([7, 8, 9])] == [{7, 8, 9}]
    assert [set(duo) for duo in duos([1, 2, 3, 4, 5])] == [{1, 2}, {3, 4, 5}]
    assert duos([]) == []


def test_functions_sit_with_their_own_kind_three_at_most():
    wanted = {"client": {1, 2, 3}, "social_worker": {1, 2, 3, 4}, "volunteer": {3}, "partner": {9}}
    assert together(wanted, 3) == [("social_worker",), ("client", "volunteer"), ("partner",)]
    assert sorted(len(group) for group in together({str(n): {n} for n in range(9)}, 2)) == [3, 3]


def test_as_many_norms_as_there_is_room_for_are_placed():
    # norm 1 can go anywhere, 2 and 3 only to the first: who came first gives way
    assert spread({1: [0, 1], 2: [0], 3: [0]}, {0: 2, 1: 1}) == {0: [2, 3], 1: [1]}
    assert spread({1: [0], 2: [0]}, {0: 1}) == {0: [1]}
    assert spread({1: [0, 1], 2: [0, 1]}, {0: 9, 1: 9}) == {0: [1], 1: [2]}


# --- Clashes ---------------------------------------------------------------------------------------------------------


def told(items, team=(1, 2), minutes=None, window=None):
    return [(one.kind, one.items, one.people) for one in clashes(items, window or day(), team, minutes or {})]


def test_a_quiet_day_has_no_clash():
    assert told([item("9:30", "10:30"), item("10:30", "11:30", id=2)]) == []


def test_somebody_twice_at_once_is_told_with_their_name():
    items = [item("9:30", "10:30"), item("10:00", "11:00", (2, 3), 2)]
    assert told(items, (1, 2, 3)) == [(C.TWICE, (1, 2), (2,))]


def test_travel_goes_by_way_of_the_main_site():
    minutes = {5: 10, 6: 15}
    assert [travel_minutes(*pair, minutes) for pair in ((None, 5), (5, 6), (5, 5), (None, None))] == [10, 25, 0, 0]
    items = [item("9:30", "10:00", site_id=5), item("10:20", "11:00", id=2, site_id=6)]
    assert told(items, minutes=minutes) == [(C.TRAVEL, (1, 2), (1, 2))]
    assert told([items[0], replace(items[1], starts_at=at("10:25"))], minutes=minutes) == []


@pytest.mark.parametrize(
    ("lunch", "hungry"),
    [([("11:00", "13:30")], False), ([("11:00", "13:31")], True), ([("11:30", "12:29"), ("12:45", "15:00")], True),
     ([("11:00", "12:15"), ("12:45", "14:30")], False)],
)  # fmt: skip
def test_a_whole_day_needs_half_an_hour_around_noon(lunch, hungry):
    items = [item(*hours, id=n) for n, hours in enumerate(lunch, 1)]
    assert told(items) == ([(C.NO_LUNCH, (), (1, 2))] if hungry else [])
    assert told(items[:1], window=day("11:00", "15:00")) == []  # half a day has no lunch


def test_a_lunch_is_no_work():
    items = [item("11:00", "12:30"), item("12:30", "13:15", (), 2, K.LUNCH), item("13:15", "15:00", id=3)]
    assert told(items) == []


def test_hours_nobody_and_who_left_are_hard_and_an_interview_alone_is_advice():
    items = [
        item("8:30", "9:30"), item("10:00", "11:00", (), 2), item("11:00", "11:30", (1, 9), 3),
        item("15:00", "16:00", (1,), 4),
    ]  # fmt: skip
    found = clashes(items, day(), (1, 2), {})
    assert [(one.kind, one.items, one.hard) for one in found] == [
        (C.OUTSIDE, (1,), True), (C.NOBODY, (2,), True), (C.LEFT, (3,), True), (C.ALONE, (4,), False),
    ]  # fmt: skip


# --- Coverage --------------------------------------------------------------------------------------------------------


def test_the_matrix_tells_planned_advised_and_heard():
    norms = [norm(1, ("client", "director")), norm(2, ("client",)), norm(3, ("client",))]
    talk = item("9:30", "10:30", interlocutors=("client", "partner"), norms=(1,))
    odd = item("11:00", "12:00", id=2, interlocutors=("partner",), norms=(2,))
    read = item("13:00", "14:00", id=3, kind=K.DOCUMENTS, interlocutors=("client",), norms=(3,))
    found = coverage([talk, odd, read], outline(norms), {(1, "client")})
    by_function = [dict(zip(found.functions, row.cells, strict=True)) for row in found.rows]
    assert {code: cell for code, cell in by_function[0].items() if cell} == {
        "client": Cell.HEARD, "director": Cell.ADVISED,
    }  # fmt: skip
    assert by_function[1]["partner"] == Cell.PLANNED  # nobody of this talk is advised, so all speak
    assert [one.code for one in found.unspoken] == ["V3"]
    assert [(tally.spoken, tally.of) for tally in found.tallies] == [(2, 3)]
    assert [one.code for one in not_yet_heard(outline(norms), {(1, "client"), (2, "")})] == ["V3"]


def test_questions_come_first_where_these_functions_can_answer():
    found = questions((1, 2), ("director",), outline([norm(1, ("client",)), norm(2, ("director",))]), "en")
    assert [(one.norm.id, list(one.questions)) for one in found] == [(2, ["Vraag 2", "Nog een"]),
                                                                    (1, ["Vraag 1", "Nog een"])]  # fmt: skip


# --- Order -----------------------------------------------------------------------------------------------------------


def hours_of(moved):
    return {id: f"{start:%H:%M}-{end:%H:%M}" for id, (start, end) in moved.items()}


def test_an_item_changes_places_with_what_is_before_it_and_keeps_its_length():
    items = [item("9:30", "10:00"), item("10:15", "11:15", id=2)]
    expected = {2: "09:30-10:30", 1: "10:45-11:15"}
    assert hours_of(swapped(items, items[1], earlier=True)) == expected
    assert hours_of(swapped(items, items[0], earlier=False)) == expected
    assert swapped(items, items[0], earlier=True) is swapped(items, items[1], earlier=False) is None


def test_what_is_done_in_parallel_moves_as_one():
    items = [item("9:30", "10:00", (1,)), item("9:30", "10:15", (2,), 2), item("10:15", "11:15", (1, 2), 3)]
    assert hours_of(swapped(items, items[2], earlier=True)) == {
        1: "10:30-11:00", 2: "10:30-11:15", 3: "09:30-10:30",
    }  # fmt: skip


def test_items_go_along_to_the_days_that_a_visit_has_now():
    items = [
        item("9:30", "10:00"),
        replace(item("9:30", "10:00", id=2), starts_at=at("9:30", 23), ends_at=at("10:00", 23)),
    ]
    moved = on_other_days(items, [at("0:00", 26).date()])
    assert {id: start.strftime("%d %H:%M") for id, (start, _end) in moved.items()} == {1: "26 09:30", 2: "26 09:30"}
    assert on_other_days(items, [at("0:00").date(), at("0:00", 23).date()]) == {}
