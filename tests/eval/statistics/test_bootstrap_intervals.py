"""Bootstrap intervals against scipy's, the normal form, and their coverage."""

import numpy as np
import pytest
from scipy import stats

from lrat_rank.errors import InputError
from lrat_rank.eval.statistics.intervals import bootstrap_intervals, default_resamples


def test_intervals_come_near_scipys_bootstrap_and_the_normal_form():
    values = np.random.default_rng(6).beta(2, 3, size=(80, 2))
    for column, ours in zip(values.T, bootstrap_intervals(values), strict=True):
        theirs = stats.bootstrap(
            (column,), np.mean, method="percentile", n_resamples=10_000, random_state=1
        ).confidence_interval
        assert ours == pytest.approx((theirs.low, theirs.high), abs=0.004)
        half = 1.96 * column.std() / np.sqrt(80)
        assert ours == pytest.approx((column.mean() - half, column.mean() + half), abs=0.008)


def test_an_interval_does_not_depend_on_the_other_columns():
    values = np.random.default_rng(8).random((30, 3))
    together = bootstrap_intervals(values, resamples=500)
    alone = [bootstrap_intervals(values[:, [column]], resamples=500)[0] for column in range(3)]
    assert np.allclose(together, alone, rtol=0, atol=1e-12)


def test_intervals_are_seeded_and_widen_with_confidence():
    values = np.random.default_rng(9).random((30, 1))
    assert bootstrap_intervals(values, seed=1) == bootstrap_intervals(values, seed=1)
    assert bootstrap_intervals(values, seed=1) != bootstrap_intervals(values, seed=2)
    [narrow] = bootstrap_intervals(values, confidence=0.8)
    [wide] = bootstrap_intervals(values, confidence=0.99)
    assert wide.low < narrow.low < values.mean() < narrow.high < wide.high


def test_one_query_has_no_interval():
    assert np.isnan(bootstrap_intervals(np.ones((1, 2)))).all()


@pytest.mark.parametrize("wrong", [{"confidence": 1.0}, {"confidence": 0.0}, {"resamples": 0}])
def test_intervals_refuse_settings_out_of_range(wrong):
    with pytest.raises(InputError, match="must be"):
        bootstrap_intervals(np.ones((3, 1)), **wrong)


@pytest.mark.parametrize("queries", [12, 80])
def test_bca_intervals_come_near_scipys(queries):
    values = np.random.default_rng(queries).beta(0.4, 2.0, size=(queries, 2))
    for column, ours in zip(values.T, bootstrap_intervals(values, method="bca"), strict=True):
        theirs = stats.bootstrap(
            (column,), np.mean, method="BCa", n_resamples=10_000, random_state=1
        ).confidence_interval
        near = 0.15 * column.std() / np.sqrt(queries)
        assert ours == pytest.approx((theirs.low, theirs.high), abs=near)


def test_bca_moves_the_ends_the_way_the_values_are_skewed():
    values = np.random.default_rng(2).exponential(size=(25, 1))
    [percentile] = bootstrap_intervals(values)
    [moved] = bootstrap_intervals(values, method="bca")
    [mirrored] = bootstrap_intervals(-values, method="bca")
    assert moved.low > percentile.low
    assert moved.high > percentile.high
    assert mirrored == pytest.approx((-moved.high, -moved.low), abs=1e-9)


@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_the_same_value_on_every_query_is_its_own_interval(method):
    values = np.column_stack([np.full(9, 0.1), np.arange(9.0)])
    [same, spread] = bootstrap_intervals(values, method=method)
    assert same == (0.1, 0.1)
    assert spread.low < 4.0 < spread.high


@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_most_intervals_hold_the_true_mean(method):
    trials = np.random.default_rng(5).beta(1.0, 2.0, size=(40, 600))
    ends = np.array(bootstrap_intervals(trials, resamples=1000, method=method))
    held = np.mean((ends[:, 0] <= 1 / 3) & (ends[:, 1] >= 1 / 3))
    assert 0.91 <= held <= 0.97


def test_fewer_resamples_of_more_queries_keep_the_noise_of_an_end_in_bounds():
    for queries in (1000, 5000, 10_000):
        noise = 2.7 / np.sqrt(default_resamples(queries)) / np.sqrt(queries)
        assert noise <= 0.00086
