"""Krippendorff's alpha against published worked examples, and what must be true of it whatever is rated."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerreview.fairplay import agreement as subject
from peerreview.fairplay.agreement import agreement, alpha, patterns_of
from peerreview.fairplay.lifecycle import SCALE, Verdict
from peerreview.reviews.lifecycle import Rating

C, P, N, NA = Rating.COMPLIES, Rating.PARTLY, Rating.NOT, Rating.NOT_ASSESSED

# K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), University of Pennsylvania, sections A (binary
# data, two observers), B (nominal data, two observers) and C, D (any number of observers, missing data). One row for
# each observer, '.' where an observer gave no value.
TWO_BINARY = ["0100000010", "1110010000"]
TWO_NOMINAL = ["aabbdcccedda", "babbbccceddd"]
FOUR = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]
# The computational example of Wikipedia's "Krippendorff's alpha": three coders, fifteen units.
THREE = [".....34121133.3", "1.213343.......", "..21344.21133.4"]


@pytest.mark.parametrize(
    ("observers", "scale", "level", "published"),
    [
        (TWO_BINARY, "01", "nominal", 0.095),
        (TWO_NOMINAL, "abcde", "nominal", 0.692),
        (FOUR, "12345", "nominal", 0.743),
        (FOUR, "12345", "ordinal", 0.815),
        (FOUR, "12345", "interval", 0.849),
        (THREE, "1234", "nominal", 0.691),
        (THREE, "1234", "interval", 0.811),
    ],
)
def test_alpha_is_what_was_published(observers, scale, level, published):
    patterns = patterns_of(zip(*observers, strict=True), scale)
    assert round(alpha(patterns, level), 3) == published


ratings = st.lists(st.lists(st.sampled_from([C, P, N, NA, None]), min_size=3, max_size=3), min_size=1, max_size=12)


@settings(max_examples=40)
@given(ratings, st.randoms(use_true_random=False))
def test_neither_the_order_of_reviewers_nor_of_norms_matters(units, random):
    before = agreement(patterns_of(units, SCALE))
    for unit in units:
        random.shuffle(unit)
    random.shuffle(units)
    assert agreement(patterns_of(units, SCALE)) == before


@settings(max_examples=40)
@given(ratings)
def test_all_draws_at_once_compute_what_the_library_computes(units):
    patterns = patterns_of(units, SCALE)
    one_by_one = alpha(patterns)
    if one_by_one is None:
        return
    counts, weights = subject._pairable(patterns)
    assert np.allclose(subject._alphas(counts, weights[None]), one_by_one)


def test_who_agrees_on_everything_has_an_alpha_of_one():
    found = agreement(patterns_of([[C, C], [P, P], [N, N, N], [C, C], [P, P, None]], SCALE))
    assert (found.alpha, found.nominal, found.same, found.low, found.high) == (1.0, 1.0, 1.0, 1.0, 1.0)
    assert (found.units, found.verdict) == (5, Verdict.AGREED)


@pytest.mark.parametrize(
    ("units", "verdict", "count"),
    [
        ([], Verdict.TOO_FEW, 0),
        ([[C], [P], [N], [C], [P], [P]], Verdict.TOO_FEW, 0),  # one reviewer has nobody to agree with
        ([[C, NA]] * 9, Verdict.TOO_FEW, 0),  # not assessed is missing
        ([[C, P]] * 4, Verdict.TOO_FEW, 4),
        ([[C, C]] * 9, Verdict.ONE_VALUE, 9),  # nothing varies, so chance explains everything
        ([[C, P], [P, C], [C, N], [N, P], [P, N]], Verdict.MIXED, 5),
    ],
)
def test_why_nothing_or_little_is_said(units, verdict, count):
    found = agreement(patterns_of(units, SCALE))
    assert (found.verdict, found.units) == (verdict, count)
    assert (found.alpha is None) == (verdict in (Verdict.TOO_FEW, Verdict.ONE_VALUE))


def test_one_step_apart_weighs_less_than_two():
    near = alpha(patterns_of([[C, C], [P, P], [N, N], [C, P]], SCALE))
    far = alpha(patterns_of([[C, C], [P, P], [N, N], [C, N]], SCALE))
    assert near > far


def test_the_interval_is_the_same_each_time_and_holds_alpha():
    patterns = patterns_of([[C, C]] * 30 + [[P, P]] * 8 + [[C, P]] * 5 + [[N, P]] * 2, SCALE)
    first, again = agreement(patterns), agreement(patterns)
    assert first == again
    assert first.low < first.alpha < first.high
