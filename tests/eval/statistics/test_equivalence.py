"""Two one-sided tests against scipy's one-sided tests and their own interval."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lrat_rank.errors import InputError
from lrat_rank.eval.statistics.equivalence import equivalence_interval, equivalence_test

SAMPLES = st.lists(st.integers(-50, 50).map(lambda n: n / 100), min_size=2, max_size=30).filter(
    lambda values: len(set(values)) > 1
)


@given(SAMPLES, st.floats(0.001, 0.5))
def test_tost_is_the_larger_of_two_one_sided_t_tests(values, margin):
    differences = np.array(values)
    above = stats.ttest_1samp(differences, -margin, alternative="greater").pvalue
    below = stats.ttest_1samp(differences, margin, alternative="less").pvalue
    expected = pytest.approx(max(above, below), rel=1e-9, abs=1e-300)
    assert equivalence_test(differences, margin=margin) == expected


@given(SAMPLES, st.floats(0.001, 0.5))
def test_the_interval_lies_within_the_margin_exactly_where_p_is_below_5_percent(values, margin):
    differences = np.array(values)
    low, high = equivalence_interval(differences)
    p = equivalence_test(differences, margin=margin)
    if abs(p - 0.05) > 1e-9:
        assert (-margin < low and high < margin) == (p < 0.05)


def test_the_interval_is_scipys():
    differences = np.random.default_rng(1).normal(size=20)
    theirs = stats.ttest_1samp(differences, 0.0).confidence_interval(0.90)
    assert equivalence_interval(differences) == pytest.approx((theirs.low, theirs.high))


def test_runs_at_the_margin_are_called_equivalent_as_seldom_as_it_says():
    trials = np.random.default_rng(3).normal(0.02, 0.05, (2000, 30))
    wrong = np.mean([equivalence_test(trial, margin=0.02) <= 0.05 for trial in trials])
    assert 0.035 <= wrong <= 0.065


@pytest.mark.parametrize("wrong", [[0.1], [0.1, 0.1, 0.1], [0.0, 0.0]])
def test_what_has_no_spread_is_refused(wrong):
    with pytest.raises(InputError, match="must be"):
        equivalence_test(np.array(wrong), margin=0.1)
