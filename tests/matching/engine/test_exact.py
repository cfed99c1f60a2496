from hypothesis import given, settings
from hypothesis import strategies as st

from peerreview.matching.engine import solve
from tests.matching.engine.reference import best_value, make_problem, value

SEEDS = st.integers(0, 10**12)


@settings(max_examples=2500)
@given(SEEDS)
def test_up_to_nine_the_answer_is_the_best_that_trying_everything_finds(seed):
    problem = make_problem(seed)
    solution = solve(problem)
    assert (value(problem, solution), solution.method) == (best_value(problem), "exact")
