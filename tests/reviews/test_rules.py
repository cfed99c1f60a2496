"""Rule 3, how ratings lie, what points at a person, and the redline: pure rules over values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerreview.core import privacy
from peerreview.core.redline import redline
from peerreview.reviews import completeness
from peerreview.reviews.lifecycle import Rating

R = Rating


@pytest.mark.parametrize(
    ("rating", "observations", "improvement", "reason", "lacks"),
    [
        (None, 3, "beter", "want", ("rating",)),
        (R.COMPLIES, 1, "", "", ()),
        (R.COMPLIES, 0, "", "", ("observation",)),
        (R.PARTLY, 1, "beter", "", ()),
        (R.PARTLY, 0, "", "", ("observation", "improvement")),
        (R.NOT, 1, "  ", "", ("improvement",)),
        (R.NOT, 0, "beter", "", ("observation",)),
        (R.NOT_ASSESSED, 0, "", "niet gezien", ()),
        (R.NOT_ASSESSED, 2, "beter", " ", ("reason",)),
    ],
)
def test_rule_three_says_what_a_finding_lacks(rating, observations, improvement, reason, lacks):
    assert completeness.missing(rating, observations=observations, improvement=improvement, reason=reason) == lacks


@pytest.mark.parametrize(
    ("ratings", "lie"),
    [
        ([R.COMPLIES, R.COMPLIES], "agreed"),
        ([R.COMPLIES, R.PARTLY], "difference"),
        ([R.COMPLIES, None], "partial"),
        ([R.COMPLIES], "partial"),
        ([], "partial"),
        ([R.NOT_ASSESSED, R.COMPLIES], "difference"),
    ],
)
def test_ratings_differ_agree_or_lack_one(ratings, lie):
    assert completeness.differ(ratings, 2) == lie


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Op De Wissel wist niemand bij wie je terechtkunt als Karin ziek is.", [("name", "Karin")]),
        ("Karin vertelt dat ze een maatje had.", [("name", "Karin")]),
        ("Het werk van Fatima's team.", [("name", "Fatima")]),
        ("Wil je koffie? Roos bracht het.", []),
        ("We zagen dat Roos het bracht.", [("name", "Roos")]),
        ("We waren in buurthuis Karin en bij Sint Jan.", []),
        ("Het Emma Kinderziekenhuis en de Thomas School.", []),
        ("Een vrijwilliger in Zutphen vertelt dat Brugveld belt.", []),
        ("Haar nummer is 111222333.", [("bsn", "111222333")]),
        ("Zaak 123456789 loopt nog, 00000000 ook.", []),
        ("Bel 06-12345678.", [("phone", "06-12345678")]),
        ("Bel +31 6 1234 5678 of 0575 12 34 56.", [("phone", "+31 6 1234 5678"), ("phone", "0575 12 34 56")]),
        ("Schrijf naar a.de.vries@voorbeeld.nl.", [("email", "a.de.vries@voorbeeld.nl")]),
        ("Op NL91 ABNA 0417 1643 00.", [("iban", "NL91 ABNA 0417 1643 00")]),
        ("Op NL92 ABNA 0417 1643 00.", []),
        ("", []),
    ],
)
def test_what_may_point_at_a_person_is_noticed(text, found):
    assert [(notice.kind, notice.found) for notice in privacy.notices(text)] == found


def test_a_name_is_answered_with_a_function_and_a_number_is_left_out():
    assert [notice.suggestion for notice in privacy.notices("met Karin, 06-12345678")] == ["leave_out", "function"]


def test_each_thing_is_noticed_once_and_no_more_than_eight():
    assert len(privacy.notices("van Karin en Karin", "met Karin")) == 1
    assert len(privacy.notices(" en ".join(f"a{n}@voorbeeld.nl" for n in range(20)))) == 8


@pytest.mark.timeout(60)  # a pattern that goes back and forth would take hours
def test_a_text_of_ten_megabytes_is_read_to_its_end():
    for text in ("a" * 10**7, "0" * 10**7, "NL91 " * 2 * 10**6, "a.a@" * 2 * 10**6, "Karin " * 10**6):
        assert privacy.notices(text) is not None


@given(st.integers(10**8, 10**9 - 1))
def test_the_eleven_test_is_the_sum_by_hand(number):
    digits = [int(c) for c in str(number)]
    by_hand = (sum((9 - n) * digit for n, digit in enumerate(digits[:8])) - digits[8]) % 11 == 0
    assert privacy.is_bsn(str(number)) == by_hand


WORDS = st.lists(st.sampled_from(["een", "twee", "drie", "vier", "de", "het"]), max_size=30).map(" ".join)


@given(WORDS, WORDS)
def test_a_redline_holds_both_texts_in_order(before, after):
    parts = redline(before, after)
    assert "".join(p.text for p in parts if p.change != "added").split() == before.split()
    assert "".join(p.text for p in parts if p.change != "removed").split() == after.split()


def test_a_redline_marks_only_the_words_that_changed():
    parts = redline("De vrijwilligers krijgen niets te horen.", "De vrijwilligers in Eefde krijgen niets te horen.")
    assert [(p.text, p.change) for p in parts] == [
        ("De vrijwilligers ", ""),
        ("in Eefde ", "added"),
        ("krijgen niets te horen.", ""),
    ]


@pytest.mark.timeout(60)  # comparing each word with each would take hours
def test_a_redline_of_two_huge_texts_is_made():
    parts = redline("a b " * 100_000, "c d " * 100_000)
    assert [p.change for p in parts] == ["removed", "added"]
