"""Effect sizes against closed forms and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lrat_rank.errors import InputError
from lrat_rank.eval.statistics.effects import cohens_d, effect_interval, hedges_g, rank_biserial


def test_d_is_the_t_of_scipy_over_the_root_of_the_queries():
    differences = np.random.default_rng(1).normal(0.3, 1.0, 25)
    t = stats.ttest_1samp(differences, 0.0).statistic
    assert cohens_d(differences) == pytest.approx(t / 5, rel=1e-12)


def test_hedges_takes_the_bias_of_few_queries_away():
    trials = np.random.default_rng(2).normal(0.8, 1.0, (4000, 6))
    d = np.mean([cohens_d(trial) for trial in trials])
    g = np.mean([hedges_g(trial) for trial in trials])
    assert d > 0.9
    assert g == pytest.approx(0.8, abs=0.03)


def test_hedges_factor_comes_near_its_approximation():
    differences = np.random.default_rng(3).normal(0.5, 1.0, 40)
    factor = hedges_g(differences) / cohens_d(differences)
    assert factor == pytest.approx(1 - 3 / (4 * 39 - 1), abs=1e-4)


@pytest.mark.parametrize("queries", [4, 25, 2000])
@pytest.mark.parametrize("shift", [0.0, -0.4, 3.0, 50.0])
def test_the_ends_of_the_interval_leave_2_5_percent_on_either_side(queries, shift):
    differences = np.random.default_rng(queries).normal(shift, 1.0, queries)
    low, high = effect_interval(differences)
    root = np.sqrt(queries)
    t = cohens_d(differences) * root
    assert stats.nct.sf(t, queries - 1, low * root) == pytest.approx(0.025, abs=1e-6)
    assert stats.nct.cdf(t, queries - 1, high * root) == pytest.approx(0.025, abs=1e-6)


def test_most_intervals_hold_the_true_effect():
    trials = np.random.default_rng(4).normal(0.5, 1.0, (150, 12))
    ends = [effect_interval(trial) for trial in trials]
    assert 0.90 <= np.mean([low <= 0.5 <= high for low, high in ends]) <= 0.99


@given(st.lists(st.integers(-9, 9), min_size=1, max_size=30).filter(any))
def test_rank_biserial_is_the_simple_difference_and_turns_with_the_runs(values):
    differences = np.array(values, dtype=float)
    ranks = stats.rankdata(np.abs(differences))
    won, lost = ranks[differences > 0].sum(), ranks[differences < 0].sum()
    found = rank_biserial(differences)
    assert found == pytest.approx(won / (won + lost) - lost / (won + lost))
    assert rank_biserial(-differences) == -found
    assert -1 <= found <= 1


@pytest.mark.parametrize(
    ("statistic", "wrong", "reason"),
    [
        (cohens_d, [0.1], "two or more"),
        (hedges_g, [0.1, 0.2], "three or more"),
        (effect_interval, [0.1, 0.1], "spread over queries"),
        (effect_interval, [1.0, 1.0 + 1e-9], "within ± 100,000"),
        (rank_biserial, [0.0, 0.0], "other than 0 somewhere"),
    ],
)
def test_what_has_no_effect_size_is_refused(statistic, wrong, reason):
    with pytest.raises(InputError, match=reason):
        statistic(np.array(wrong))
