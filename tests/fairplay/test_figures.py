"""What the figures say, that nothing unreleased touches them, and who sees whom."""

import csv
import io

from bs4 import BeautifulSoup

from peerreview.core.db import db, unit_of_work
from peerreview.fairplay import queries
from peerreview.fairplay.lifecycle import Verdict
from peerreview.fairplay.queries import Span
from peerreview.reviews.lifecycle import Rating, ReviewState
from peerreview.reviews.models import Review
from tests.factories.accounts import make_actor
from tests.factories.fairplay import make_feedback, rate_blind
from tests.factories.reviews import fill_findings, make_pair

C, P, N, NA = Rating.COMPLIES, Rating.PARTLY, Rating.NOT, Rating.NOT_ASSESSED
R = ReviewState
GIVEN = [[C, C], [C, P], [P, P], [N, P], [C, C], [C, C], [P, P], [C, NA], [NA, N], [C, C], [C, C], [N, N]]
GIVEN += [[C, C]] * 12
PARTS = ("", "/pairs", "/reports", "/feedback")


def rated_pair(state=R.RELEASED):
    """Two reviews of 24 norms, rated alone by two and written; both reports are alike."""
    pair = make_pair(norms=len(GIVEN), state=state)
    for review in (pair.review, pair.other):
        rate_blind(review, *GIVEN)
        fill_findings(review)
    return pair


def table_of(html):
    rows = BeautifulSoup(html, "html.parser").select("table.table tbody tr")
    return [[" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])] for row in rows]


def test_only_what_two_rated_counts_per_pair_of_reviewers_and_per_norm(app):
    rated_pair()
    first, second = queries.agreement_per_pair(Span())
    assert (first.agreement.units, first.agreement.verdict) == (22, Verdict.AGREED)
    assert round(first.agreement.same, 3) == round(20 / 22, 3)
    assert first.agreement == second.agreement
    lines, overall = queries.agreement_per_norm(Span())
    assert [int(line.code[1:]) for line in lines] == list(range(1, 25))
    assert {line.agreement.verdict for line in lines} == {Verdict.TOO_FEW}  # a norm was rated in two reviews only
    assert (overall.units, overall.same) == (44, first.agreement.same)


def test_nothing_of_a_review_before_its_release_changes_any_page(app, as_):
    rated_pair()
    office, before = make_actor("secretariat"), {}
    client = as_(office)
    pages = [f"/fair-play{part}" for part in PARTS] + [
        f"/fair-play/{part}.csv" for part in ("norms", "pairs", "reports")
    ]
    for path in pages:
        before[path] = without_rounds(client.get(path).get_data(as_text=True))
    sealed = [rated_pair(state) for state in (R.RATING, R.CONSENSUS, R.DRAFTED)]
    for path in pages:
        assert without_rounds(client.get(path).get_data(as_text=True)) == before[path], path
    with unit_of_work():
        db.session.get_one(Review, sealed[2].review.id).state = R.RELEASED
    assert without_rounds(client.get("/fair-play/pairs").get_data(as_text=True)) != before["/fair-play/pairs"]


def without_rounds(html):
    """A page but for the list of rounds and what changes with every answer."""
    soup = BeautifulSoup(html, "html.parser")
    for part in soup.select("form, section.pr-rule, head, script"):
        part.decompose()
    return soup.get_text()


def test_the_secretariat_sees_names_and_oversight_does_not(app, get):
    pair = rated_pair()
    office, oversight = make_actor("secretariat"), make_actor("oversight")
    one, two = (member.person.name for member in pair.review.visit.team)
    assert f"{one} en {two}" in " ".join(get(office, "/fair-play/pairs").split())
    for part in PARTS:
        html = get(oversight, f"/fair-play{part}")
        assert one not in html
        assert two not in html
    assert [row[0] for row in table_of(get(oversight, "/fair-play/pairs"))] == ["Tweetal 1", "Tweetal 2"]
    full, bare = (table_of(get(who, "/fair-play/reports")) for who in (office, oversight))
    assert full[0][1].startswith("Beide rapporten zeggen overal “voldoet”")
    assert full[0][2:] == ["24 van 24", "–", "24 en 24"]
    assert bare[0][1:] == ["Valt op", "24 van 24", "–"]


def test_figures_of_one_round_count_that_round_only(app, get, as_):
    first, second = rated_pair(), rated_pair()
    round_id = second.review.visit.host.round_id
    assert len(queries.agreement_per_pair(Span())) == 4
    names = {member.person_id for review in (second.review, second.other) for member in review.visit.team}
    assert {person for line in queries.agreement_per_pair(Span(round_id)) for person in line.people} == names
    assert first.review.visit.host.round_id != round_id
    assert as_(make_actor("oversight")).get("/fair-play?round=999999").status_code == 404


def test_a_file_for_a_spreadsheet_says_what_the_page_says(app, as_):
    rated_pair()
    answer = as_(make_actor("oversight")).get("/fair-play/pairs.csv")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff")), delimiter=";"))
    assert answer.headers["Cache-Control"] == "no-store"
    assert [row[:3] for row in rows[1:]] == [["1", "22", "Eens"], ["2", "22", "Eens"]]


def test_of_fewer_than_five_hosts_there_is_no_average(app, get):
    pairs = [rated_pair(R.FINAL) for _ in range(3)]
    reviews = [review for pair in pairs for review in (pair.review, pair.other)]
    for review in reviews[:4]:
        make_feedback(review)
    assert queries.averages(Span()).scores == {}
    make_feedback(reviews[4], scores={"prepared": 4, "listened": 1, "fair": 3, "useful": 3})
    assert queries.averages(Span()).scores == {"prepared": 3.2, "listened": 2.6, "fair": 3.0, "useful": 3.0}
    assert "5 van 6 ontvangers" in get(make_actor("oversight"), "/fair-play/feedback")


def test_each_page_asks_as_often_for_one_exchange_as_for_three(app, as_, queries):
    client, counts = as_(make_actor("secretariat")), {}
    rated_pair(R.FINAL)
    for part in PARTS:
        client.get(f"/fair-play{part}")
        with queries() as seen:
            client.get(f"/fair-play{part}")
        counts[part] = len(seen)
    rated_pair(R.FINAL)
    rated_pair(R.FINAL)
    for part in PARTS:
        with queries() as seen:
            client.get(f"/fair-play{part}")
        seen.expect(counts[part])
    assert counts == {"": 6, "/pairs": 6, "/reports": 6, "/feedback": 6}
