"""Importance is what a feature does: nothing for noise, much for the only one that knows."""

import numpy as np
import pytest
from random_rankings import FAST, NAMES, rankings

from lrat_rank.models.lightgbm.importance import exchanged, importances, permutation_drops
from lrat_rank.models.lightgbm.list_ndcg import mean_ndcg
from lrat_rank.models.lightgbm.training import fit


@pytest.fixture(scope="module")
def told():
    """(data, fitted, drops, importances) on lists that were not trained on."""
    data, fresh = rankings(120, 1), rankings(80, 2)
    table = FAST.gain_table(data.gains)
    fitted = fit(data, table, FAST)
    offsets = fitted.scale * fresh.priors

    def score(values):
        return offsets + fitted.trees.predict(values)

    drops = permutation_drops(fresh, score, table, cutoff=10, repeats=4, seed=0)
    gains = fitted.trees.split_gains(fitted.rounds)
    contributions = fitted.trees.contributions(fresh.features.values)
    return fresh, fitted, drops, importances(gains, drops, contributions, NAMES)


def test_the_only_column_that_knows_is_first_by_every_figure(told):
    *_, features = told
    first = features[0]
    assert first.feature == "worth"
    assert first.drop > 0.1
    assert first.drop > 5 * first.drop_spread
    assert all(first.gain > 2 * one.gain for one in features[1:])
    assert all(first.shap > 2 * one.shap for one in features[1:])


def test_the_columns_of_noise_lose_about_nothing(told):
    *_, features = told
    assert all(abs(one.drop) < 0.02 for one in features[1:])


def test_a_column_the_trees_never_use_loses_exactly_nothing():
    data = rankings(20, 3)
    table = FAST.gain_table(data.gains)
    drops = permutation_drops(data, lambda values: values[:, 0], table, cutoff=10, repeats=3)
    assert (drops[1:] == 0).all()
    assert (drops[0] > 0).all()


def test_exchanging_leaves_the_given_features_as_they_were(told):
    fresh, fitted, _, _ = told
    before = fresh.features.values.copy()
    table = FAST.gain_table(fresh.gains)
    permutation_drops(fresh, fitted.trees.predict, table, cutoff=5, repeats=1)
    np.testing.assert_array_equal(fresh.features.values, before)


def test_values_are_exchanged_inside_their_list():
    sizes = np.array([3, 1, 5])
    values = np.arange(9.0)
    shuffled = exchanged(values, sizes, np.random.default_rng(0))
    parts = zip(np.split(values, [3, 4]), np.split(shuffled, [3, 4]), strict=True)
    assert all(sorted(was) == sorted(now) for was, now in parts)
    assert not np.array_equal(values, shuffled)


def test_a_column_that_is_one_value_a_list_is_exchanged_between_lists():
    sizes = np.array([2, 3, 1, 4])
    values = np.repeat([1.0, np.nan, 3.0, 4.0], sizes)
    shuffled = exchanged(values, sizes, np.random.default_rng(1))
    firsts = shuffled[np.cumsum(sizes) - sizes]
    np.testing.assert_array_equal(shuffled, np.repeat(firsts, sizes))
    np.testing.assert_array_equal(np.sort(firsts), [1.0, 3.0, 4.0, np.nan])


def test_shap_values_and_a_constant_sum_to_the_trees_score(told):
    fresh, fitted, _, _ = told
    values = fresh.features.values
    rest = fitted.trees.predict(values) - fitted.trees.contributions(values).sum(axis=1)
    np.testing.assert_allclose(rest, rest[0], atol=1e-6)


def test_permuting_all_that_is_known_takes_the_ranker_below_what_it_was(told):
    fresh, fitted, drops, _ = told
    table = FAST.gain_table(fresh.gains)
    whole = mean_ndcg(fresh, fitted.predict(fresh), table, 10)
    assert 0 < whole - drops[0].mean() < whole
