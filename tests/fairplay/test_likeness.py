"""What stands out between two reports of an exchange, drawing by lot, and when feedback opens."""

from datetime import UTC, date, datetime
from random import Random

import pytest

from peerreview.fairplay.lifecycle import Signal
from peerreview.fairplay.likeness import Reports
from peerreview.fairplay.lots import drawn
from peerreview.fairplay.mirror import Side, is_open, may_still_give, opens_on
from peerreview.reviews.lifecycle import Rating

C, P, N, NA = Rating.COMPLIES, Rating.PARTLY, Rating.NOT, Rating.NOT_ASSESSED


def rows_of(reports, norms=20):
    """(review, exchange, norm, rating) of {(review, exchange): ratings}."""
    return [(r, e, norm, given[norm]) for (r, e), given in reports.items() for norm in range(norms)]


def ordinary(exchanges, seed=0):
    """So many pairs that rate like anybody: most norms comply, here and there one does not."""
    random = Random(seed)
    return {
        (2 * e + side, e): random.choices([C, P, N], (60, 30, 10), k=20) for e in range(exchanges) for side in (0, 1)
    }


def test_two_reports_that_are_the_same_stand_out_first_and_others_do_not():
    reports = ordinary(12)
    reports[100, 50] = reports[101, 50] = [C, P, N, N] * 5
    first, *others = Reports(rows_of(reports)).likenesses()
    assert (first.exchange_id, first.reviews, first.compared, first.same) == (50, (100, 101), 20, 20)
    assert first.signal == Signal.IDENTICAL
    assert first.as_alike == 0.0
    assert 7 < first.usual < 11
    assert [one.signal for one in others] == [None] * 12


def test_signals_name_what_stands_out():
    reports = ordinary(12)
    reports[100, 50], reports[101, 50] = [C] * 20, [C] * 19 + [NA]
    reports[102, 51], reports[103, 51] = [C, P, N, N] * 5, [C, P, N, N] * 4 + [C, P, P, C]
    reports[104, 52], reports[105, 52] = [N] * 15 + [C] * 5, [C] * 5 + [N] * 15
    found = {one.exchange_id: one for one in Reports(rows_of(reports)).likenesses()}
    assert found[50].signal == Signal.ONLY_COMPLIES
    assert (found[50].compared, found[50].complies) == (19, (20, 19))
    assert found[51].signal == Signal.ALIKE
    assert found[52].signal == Signal.SAME_TALLY


def test_where_there_is_little_to_compare_nothing_is_said():
    assert Reports([]).likenesses() == []
    assert Reports(rows_of({(1, 1): [C] * 20})).likenesses() == []
    few = Reports(rows_of({(1, 1): [C] * 5 + [NA] * 15, (2, 1): [C] * 20})).likenesses()
    assert few == []
    [alone] = Reports(rows_of({(1, 1): [C, P] * 10, (2, 1): [C, N] * 10})).likenesses()
    assert (alone.usual, alone.as_alike, alone.signal) == (None, None, None)


def test_the_same_seed_draws_the_same_reviews():
    reviews = list(range(40))
    first = drawn(reviews, 5, "voorjaar")
    assert drawn(reversed(reviews), 5, "voorjaar") == first == drawn(reviews, 9, "voorjaar")[:5]
    assert drawn(reviews, 5, "najaar") != first
    assert drawn(reviews, 99, "x") == sorted(drawn(reviews, 99, "x"), key=drawn(reviews, 40, "x").index)


def on(day):
    return datetime(2027, 3, day, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("this", "other", "opens"),
    [
        (Side(on(1), None), Side(on(1), on(2)), None),
        (Side(on(1), on(2)), Side(on(1), on(4)), date(2027, 3, 4)),  # both: at once
        (Side(on(1), on(2)), None, date(2027, 3, 16)),
        (Side(on(1), on(2)), Side(on(1), None), date(2027, 3, 16)),  # ten working days after it was given
        (Side(on(1), on(2)), Side(on(5), None), date(2027, 3, 19)),  # and after the other could be given
        (Side(on(1), on(2)), Side(None, None), None),
    ],
)
def test_the_mirror_opens_for_both_or_after_ten_working_days(this, other, opens):
    assert opens_on(this, other) == opens


def test_who_could_read_no_longer_writes():
    given, silent = Side(on(1), on(2)), Side(on(1), None)
    assert may_still_give(given, silent, date(2027, 3, 15))
    assert may_still_give(silent, given, date(2027, 3, 15))
    assert is_open(given, silent, date(2027, 3, 16))
    assert not may_still_give(given, silent, date(2027, 3, 16))
    assert not may_still_give(silent, given, date(2027, 3, 16))
    assert may_still_give(silent, given, date(2027, 3, 16), mutual=False)  # in a ring they read of others
    assert not may_still_give(Side(None, None), None, date(2027, 3, 16))
