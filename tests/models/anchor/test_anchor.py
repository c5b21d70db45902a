"""The offset's scale is the best one in closed form, and the offset orders as the first stage."""

import numpy as np
import pytest
from fake_index import FakeIndex, random_documents, random_queries
from scipy.optimize import minimize_scalar

from lrat_rank.features.candidates import CandidateList
from lrat_rank.features.prior import first_stage_prior
from lrat_rank.models.anchor.anchor import Anchor
from lrat_rank.models.anchor.scale import LARGEST, fit_scale


def random_lists(count, seed, informed=1.0):
    draw = np.random.default_rng(seed)
    priors = [draw.normal(size=draw.integers(1, 12)) for _ in range(count)]
    gains = [
        draw.exponential(size=len(p)) * (draw.random(len(p)) < 1 / (1 + np.exp(1 - informed * p)))
        for p in priors
    ]
    return priors, gains, draw.uniform(0.1, 3.0, count)


def loss(scale, priors, gains, weights):
    return sum(
        w * (g @ (np.log(np.exp(scale * p).sum()) - scale * p))
        for p, g, w in zip(priors, gains, weights, strict=True)
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_slope_of_the_loss_is_zero_at_the_fitted_scale(seed):
    lists = random_lists(60, seed)
    scale = fit_scale(*lists)
    assert 0 < scale < LARGEST
    step = 1e-5
    slope = (loss(scale + step, *lists) - loss(scale - step, *lists)) / (2 * step)
    assert abs(slope) < 1e-4


@pytest.mark.parametrize("seed", range(5))
def test_the_fitted_scale_is_the_one_a_general_minimiser_finds(seed):
    lists = random_lists(40, seed, informed=2.0)
    found = minimize_scalar(loss, args=lists, bounds=(0, LARGEST), method="bounded").x
    assert fit_scale(*lists) == pytest.approx(found, abs=1e-3)


def test_two_documents_have_the_log_odds_of_how_often_the_better_one_wins():
    pair = np.array([1.0, 0.0])
    gains = [np.array([1.0, 0.0])] * 4 + [np.array([0.0, 1.0])]
    assert fit_scale([pair] * 5, gains, np.ones(5)) == pytest.approx(np.log(4))


def test_a_list_counts_by_its_weight_times_its_gains():
    pair = np.array([1.0, 0.0])
    won, lost = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    by_weight = fit_scale([pair] * 2, [won, lost], np.array([6.0, 1.0]))
    by_gain = fit_scale([pair] * 2, [6 * won, lost], np.ones(2))
    assert by_weight == pytest.approx(np.log(6))
    assert by_gain == pytest.approx(by_weight)


def test_a_first_stage_that_is_wrong_gets_no_say_and_one_always_right_the_bound():
    pair = np.array([1.0, 0.0])
    assert fit_scale([pair], [np.array([0.0, 1.0])], np.ones(1)) == 0.0
    assert fit_scale([pair], [np.array([1.0, 0.0])], np.ones(1)) == LARGEST


def test_nothing_to_learn_from_gives_no_offset():
    assert fit_scale([], [], np.empty(0)) == 0.0
    assert fit_scale([np.zeros(3)], [np.array([1.0, 0, 0])], np.ones(1)) == 0.0
    assert fit_scale([np.array([2.0, 1.0])], [np.zeros(2)], np.ones(1)) == 0.0


def test_shifting_a_lists_priors_changes_nothing():
    priors, gains, weights = random_lists(30, seed=7)
    shifted = [p + 3.0 * number for number, p in enumerate(priors)]
    assert fit_scale(shifted, gains, weights) == pytest.approx(fit_scale(priors, gains, weights))


def test_offsets_are_the_scaled_prior_of_each_list():
    index = FakeIndex(random_documents(40, seed=3))
    lists = [
        CandidateList(str(n), query, tuple(index.doc_ids[n : n + 9]))
        for n, query in enumerate(random_queries(6))
    ]
    offsets = Anchor(scale=2.5, depth=15).offsets(index, lists)
    for offset, prior in zip(offsets, first_stage_prior(index, lists, depth=15), strict=True):
        np.testing.assert_array_equal(offset, 2.5 * prior)
