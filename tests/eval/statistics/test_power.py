"""Power against simulation."""

import numpy as np
import pytest
from scipy import stats

from lrat_rank.errors import InputError
from lrat_rank.eval.statistics.power import (
    detectable_difference,
    queries_needed,
    t_test_power,
)


def _simulated(effect, queries, trials=8000):
    drawn = np.random.default_rng(queries).normal(effect, 1.0, (trials, queries))
    return np.mean(stats.ttest_1samp(drawn, 0.0, axis=1).pvalue < 0.05)


@pytest.mark.parametrize(("effect", "queries"), [(0.0, 9), (0.3, 20), (-0.5, 34), (1.5, 5)])
def test_power_is_how_often_the_t_test_finds_the_effect(effect, queries):
    assert t_test_power(effect, queries) == pytest.approx(_simulated(effect, queries), abs=0.015)


@pytest.mark.parametrize("queries", [2, 3, 10, 100, 10_000])
def test_the_detectable_difference_has_80_percent_power(queries):
    differences = np.random.default_rng(queries).normal(5.0, 2.0, queries)
    least = detectable_difference(differences)
    effect = least / differences.std(ddof=1)
    assert t_test_power(effect, queries) == pytest.approx(0.8, abs=1e-9)
    # The mean that was seen has no say: this is no "observed power".
    assert detectable_difference(differences - 4.0) == pytest.approx(least)


@pytest.mark.parametrize("shift", [0.03, 0.2, -0.6, 2.0, 20.0])
def test_the_queries_needed_are_the_fewest_with_80_percent_power(shift):
    drawn = np.random.default_rng(1).normal(0.0, 1.0, 50)
    differences = drawn - drawn.mean() + shift
    effect = shift / differences.std(ddof=1)
    needed = queries_needed(differences)
    assert t_test_power(effect, needed) >= 0.8
    assert needed == 2 or t_test_power(effect, needed - 1) < 0.8


def test_power_grows_with_the_queries_and_the_effect():
    by_queries = [t_test_power(0.3, queries) for queries in range(2, 60)]
    by_effect = [t_test_power(effect, 12) for effect in np.linspace(0, 40, 200)]
    assert (np.diff(by_queries) > 0).all()
    assert (np.diff(by_effect) >= -1e-12).all()
    assert t_test_power(0.0, 20) == pytest.approx(0.05)


def test_what_has_no_power_is_refused():
    with pytest.raises(InputError, match="spread over queries"):
        detectable_difference(np.full(5, 0.1))
    with pytest.raises(InputError, match="ten million queries"):
        queries_needed(np.array([1.0, -1.0, 2.0, -2.0]))
