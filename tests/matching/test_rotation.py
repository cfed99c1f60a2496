"""Who met whom over the rounds: the rules, the figures, and the page for the secretariat and oversight."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from peerreview.core import clock
from peerreview.core.db import unit_of_work
from peerreview.core.sheets import CSV_TYPE
from peerreview.matching.lifecycle import ExchangeState
from peerreview.matching.picture import IN_A_ROW, figures_of, styles_of
from peerreview.matching.queries import met_over_the_rounds
from peerreview.matching.rotation import Meeting, reached, rotation_of
from tests.factories.accounts import make_actor
from tests.factories.matching import make_exchange
from tests.factories.organisations import make_organisation
from tests.factories.rounds import make_round
from tests.factories.trajectories import make_trajectory


def meetings(*rounds: list[tuple[int, ...]]) -> list[Meeting]:
    """The groups of each round; the first round was in 2024."""
    numbered = [(n, group) for n, groups in enumerate(rounds) for group in groups]
    return [Meeting(place, n, 2024 + n, group) for place, (n, group) in enumerate(numbered, start=1)]


def clubs(*rounds: list[tuple[int, ...]]) -> list[tuple[tuple[int, ...], bool]]:
    return [(club.members, club.alone) for club in rotation_of(meetings(*rounds)).clubs]


# --- Rules -----------------------------------------------------------------------------------------------------------


def test_a_pair_is_told_with_the_years_in_which_it_met():
    rotation = rotation_of(meetings([(2, 1)], [(3, 4)], [(1, 2)]))
    assert [(tie.pair, tie.rounds, tie.years) for tie in rotation.ties] == [
        ((1, 2), (0, 2), (2024, 2026)),
        ((3, 4), (1,), (2025,)),
    ]
    assert rotation.most == rotation.ties[0]


def test_in_a_ring_everybody_meets_everybody():
    walk = rotation_of(meetings([(5, 3, 4)])).walks[3]
    assert (walk.exchanges, walk.partners, walk.again, [tie.other(3) for tie in walk.ties]) == (1, 2, 0, [4, 5])


def test_the_partner_of_the_last_round_comes_first():
    walk = rotation_of(meetings([(1, 9)], [(1, 2)])).walks[1]
    assert [tie.other(1) for tie in walk.ties] == [2, 9]


@pytest.mark.parametrize(
    ("rounds", "expected"),
    [
        ([[(1, 2)]], []),
        ([[(1, 2)], [(1, 2)]], [((1, 2), True)]),
        ([[(1, 2)], [(3, 4)], [(1, 2)]], [((1, 2), True)]),
        ([[(1, 2)], [(2, 3)]], []),  # 1 and 3 were there once: nobody kept to a few
        ([[(1, 2), (3, 4)], [(1, 3), (2, 4)]], [((1, 2, 3, 4), True)]),
        ([[(1, 2, 3)], [(3, 1, 2)]], [((1, 2, 3), True)]),
        ([[(1, 2), (3, 4)], [(1, 2)], [(2, 3)]], [((1, 2), False)]),
        ([[(1, 2), (3, 4), (5, 6)], [(1, 3), (4, 5), (2, 6)]], []),  # six are no few
        ([], []),
    ],
)
def test_a_closed_club_is_a_few_who_met_only_each_other_or_two_who_met_again(rounds, expected):
    assert clubs(*rounds) == expected


def test_a_repeat_can_only_be_from_the_second_round_on():
    first = rotation_of(meetings([(1, 2), (3, 4)]))
    assert (first.exchanges, first.repeats, first.repeat_percent, first.most) == (0, 0, None, None)
    both = rotation_of(meetings([(1, 2), (3, 4)], [(1, 2), (3, 5), (4, 6)]))
    assert (both.exchanges, both.repeats, both.repeat_percent) == (3, 1, 33)


def test_two_meetings_in_one_round_are_no_repeat():
    assert rotation_of(meetings([], [(1, 2), (1, 2)])).repeats == 0


def test_groups_hang_together_through_their_partners():
    rotation = rotation_of(meetings([(1, 2), (3, 4), (5, 6)], [(2, 3)]))
    assert rotation.groups == ((1, 2, 3, 4), (5, 6))
    assert [reached(rotation.walks, 1, steps) for steps in (0, 1, 2, None)] == [
        {1},
        {1, 2},
        {1, 2, 3},
        {1, 2, 3, 4},
    ]


GROUPS = st.lists(st.sets(st.integers(1, 12), min_size=2, max_size=4).map(sorted).map(tuple), max_size=5)


@given(st.lists(GROUPS, max_size=4), st.randoms())
def test_the_order_in_which_meetings_come_changes_nothing_and_all_adds_up(rounds, random):
    known = meetings(*rounds)
    rotation = rotation_of(known)
    assert rotation == rotation_of(random.sample(known, len(known)))
    assert sorted(key for group in rotation.groups for key in group) == list(rotation.walks)
    assert sum(walk.partners for walk in rotation.walks.values()) == 2 * len(rotation.ties)
    assert all(2 <= len(club.members) <= 4 for club in rotation.clubs)


# --- The figures -----------------------------------------------------------------------------------------------------


def named(count: int) -> dict[int, str]:
    return {key: f"Welzijn {key}" for key in range(1, count + 1)}


def test_each_of_the_newest_years_has_its_own_line_and_the_older_ones_share_one():
    assert styles_of([2027, 2025, 2026, 2021, 2022, 2023, 2020]) == {
        2027: 0, 2026: 1, 2025: 2, 2023: 3, 2022: 4, 2021: 4, 2020: 4,
    }  # fmt: skip


def test_who_met_once_and_nobody_else_is_not_drawn_and_a_closed_club_comes_first():
    rotation = rotation_of(meetings([(1, 2), (3, 4), (5, 6)], [(1, 2), (4, 5), (7, 8)]))
    figures, left_out = figures_of(rotation, named(8))
    assert [(figure.members, figure.closed) for figure in figures] == [((1, 2), True), ((3, 4, 5, 6), False)]
    assert left_out == 1


def test_two_who_met_twice_are_joined_by_two_lines_each_in_the_style_of_its_year():
    (figure,), _left_out = figures_of(rotation_of(meetings([(1, 2)], [(1, 2)])), named(2))
    assert [(style, path.count("M")) for style, path in figure.lines] == [(1, 1), (0, 1)]
    assert len({path for _style, path in figure.lines}) == 2


def test_everything_of_a_figure_lies_inside_it():
    rotation = rotation_of(meetings(*[[(n, n + 1)] for n in range(1, 39)], [(1, 38)], [(1, 38)], [(1, 38)]))
    (figure,), _left_out = figures_of(rotation, named(39))
    assert all(0 < dot.x < figure.width and 0 < dot.y < figure.height for dot in figure.dots)
    xs = [float(x) for _style, path in figure.lines for x in path.replace("C", "M").replace("M", " ").split()[::2]]
    middles = [dot.x - (dot.x - x) * 3 / 4 for dot in figure.dots[:1] for x in xs]
    assert min(middles) > 0


def test_a_group_too_large_for_names_spreads_without_them():
    rotation = rotation_of(meetings(*[[(n, n + 1)] for n in range(1, IN_A_ROW + 1)], [(1, 2)]))
    (figure,), _left_out = figures_of(rotation, named(IN_A_ROW + 1))
    assert (figure.dense, {dot.label for dot in figure.dots}, figure.again.count("M")) == (True, {""}, 1)
    assert len({(dot.x, dot.y) for dot in figure.dots}) == IN_A_ROW + 1
    assert all(0 < dot.x < figure.width and 0 < dot.y < figure.height for dot in figure.dots)


def test_around_one_organisation_stand_its_partners_and_theirs():
    rotation = rotation_of(meetings([(1, 2), (3, 4)], [(2, 3)], [(4, 5)]))
    assert [figure.members for figure in figures_of(rotation, named(5), around=1)[0]] == [(1, 2, 3)]
    assert figures_of(rotation, named(5), around=99) == ((), 0)


# --- The page --------------------------------------------------------------------------------------------------------


def make_history(*rounds: list[tuple[str, ...]]) -> dict[str, int]:
    """Rounds of completed exchanges, a year apart; the ids of the organisations by name."""
    known, today = {}, clock.today()
    with unit_of_work():
        for ago, groups in zip(range(len(rounds), 0, -1), rounds, strict=True):
            day = today - timedelta(days=365 * ago)
            dates = dict.fromkeys(("signup_opens_on", "signup_closes_on", "visits_from", "visits_until"), day)
            round_ = make_round(f"Ronde {len(rounds) - ago + 1}", closes_on=day, **dates)
            for names in groups:
                known |= {name: make_organisation(name) for name in names if name not in known}
                make_exchange([make_trajectory(round_, known[name]) for name in names], state=ExchangeState.COMPLETED)
    return {name: organisation.id for name, organisation in known.items()}


@pytest.fixture
def history(app):
    return make_history(
        [("Brugveld", "Lindenhof"), ("Havenlicht", "Kantlijn")],
        [("Lindenhof", "Brugveld"), ("Kantlijn", "Weefwerk", "Stroomop")],
    )


def names_in(html: str) -> list[str]:
    return [row.th.a.get_text() for row in BeautifulSoup(html, "html.parser").select("tbody tr")]


@pytest.mark.parametrize("role", ["secretariat", "oversight"])
def test_the_page_shows_the_network_the_table_and_the_closed_club(history, get, role):
    page = BeautifulSoup(get(make_actor(role), "/matching/rotation"), "html.parser")
    figures = page.select("figure.pr-net")
    assert [figure.svg.title.get_text() for figure in figures] == [
        "Gesloten club: Brugveld en Lindenhof troffen alleen elkaar.",
        "Verbonden via hun partners: Havenlicht, Kantlijn, Weefwerk en Stroomop",
    ]
    assert [figure.svg["role"] for figure in figures] == ["img", "img"]
    years = [clock.today() - timedelta(days=365 * ago) for ago in (2, 1)]
    assert figures[0].svg.desc.get_text() == f"Brugveld, Lindenhof: {years[0].year}, {years[1].year}. "
    assert [figure.get("class") for figure in figures] == [["pr-net", "is-club"], ["pr-net"]]
    assert [dd.get_text(" ", strip=True) for dd in page.select(".pr-figures dd:not(.more)")] == [
        "1", "50% van de uitwisselingen", "2 keer", "4 van de 6 organisaties",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", ["Kantlijn", "Stroomop", "Weefwerk", "Brugveld", "Havenlicht", "Lindenhof"]),
        ("order=again", ["Brugveld", "Lindenhof", "Havenlicht", "Kantlijn", "Stroomop", "Weefwerk"]),
        ("order=name&q=HAVEN", ["Havenlicht"]),
        (
            "order=nonsense&q=zutphen&page=0",
            ["Kantlijn", "Stroomop", "Weefwerk", "Brugveld", "Havenlicht", "Lindenhof"],
        ),
        ("q=Nergens", []),
        ("organisation=99999&page=99", ["Kantlijn", "Stroomop", "Weefwerk", "Brugveld", "Havenlicht", "Lindenhof"]),
        ("organisation=x", ["Kantlijn", "Stroomop", "Weefwerk", "Brugveld", "Havenlicht", "Lindenhof"]),
    ],
)
def test_the_table_is_ordered_and_filtered_as_one_asks(history, get, asked, expected):
    assert names_in(get(make_actor("secretariat"), f"/matching/rotation?{asked}")) == expected


def test_around_one_organisation_the_table_holds_it_and_its_partners(history, get):
    html = get(make_actor("oversight"), f"/matching/rotation?organisation={history['Havenlicht']}&order=name")
    assert names_in(html) == ["Havenlicht", "Kantlijn"]
    assert "Rond Havenlicht" in html


def test_a_round_that_runs_on_into_january_is_of_the_year_in_which_most_of_it_lies(app):
    dates = {"signup_opens_on": date(2026, 5, 1), "signup_closes_on": date(2026, 6, 1), "closes_on": date(2027, 9, 1)}
    autumn = make_round("Najaar 2026", visits_from=date(2026, 9, 7), visits_until=date(2027, 1, 20), **dates)
    make_exchange([make_trajectory(autumn) for _ in range(2)])
    assert [meeting.year for meeting in met_over_the_rounds().meetings] == [2026]


def test_only_what_took_place_counts(app, get):
    round_ = make_round()
    for state in ExchangeState:
        make_exchange([make_trajectory(round_, make_organisation(f"{n} {state}")) for n in "AB"], state=state)
    there = names_in(get(make_actor("secretariat"), "/matching/rotation?order=name"))
    assert there == [f"{n} {state}" for n in "AB" for state in ("active", "completed", "confirmed")]


def test_before_the_first_exchange_the_page_says_what_will_come(app, get):
    assert (
        len(BeautifulSoup(get(make_actor("secretariat"), "/matching/rotation"), "html.parser").select(".pr-empty")) == 1
    )


def test_the_sheet_has_each_pair_with_its_rounds(history, as_):
    answer = as_(make_actor("oversight")).get("/matching/rotation.csv")
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert answer.headers["Content-Type"] == CSV_TYPE
    assert lines[0] == "Organisatie;Plaats;Trof;Plaats;Hoe vaak;Jaren;Rondes;Gesloten club"
    years = " ".join(str((clock.today() - timedelta(days=365 * ago)).year) for ago in (2, 1))
    assert lines[1] == f"Brugveld;Zutphen;Lindenhof;Zutphen;2;{years};Ronde 1, Ronde 2;alleen elkaar"
    assert len(lines) == 6


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_much_of_the_database_for_one_as_for_three(app, as_, queries, count):
    make_history(*[[(f"Een{n}", f"Twee{n}")] for n in range(count)])
    client = as_(make_actor("secretariat"))
    client.get("/matching/rotation")
    with queries() as seen:
        client.get("/matching/rotation")
    seen.expect(5)


@pytest.mark.parametrize(
    "role",
    ["coordinator", "executive", "reviewer", "contributor", "commission_member", "commission_chair", "administrator"],
)
def test_nobody_else_sees_who_met_whom(history, as_, role):
    member = role in ("coordinator", "executive", "reviewer", "contributor")
    client = as_(make_actor(role, make_organisation() if member else None))
    assert [client.get(f"/matching/rotation{kind}").status_code for kind in ("", ".csv")] == [403, 403]


def test_the_network_can_be_read_on_a_phone_and_in_the_dark(history, in_all_themes):
    in_all_themes("/matching/rotation", make_actor("secretariat"))
    in_all_themes(f"/matching/rotation?organisation={history['Kantlijn']}", make_actor("oversight"), language="en")


def test_a_network_too_large_for_names_can_be_read_too(app, in_all_themes):
    chain = [[(f"Lid {n}", f"Lid {n + 1}"), *([("Lid 1", "Lid 2")] if n == 9 else [])] for n in range(1, IN_A_ROW + 1)]
    make_history(*chain)
    page = in_all_themes("/matching/rotation", make_actor("secretariat"))
    assert page.locator("figure.is-dense path.again").count() == 1
