"""Intensity: a half-life, a saturating utility, and weights whose mean is one."""

import math
import statistics

import numpy as np
import pytest

from lrat_rank.mining.intensity import Intensity


@pytest.fixture(params=range(5))
def lengths(request: pytest.FixtureRequest) -> list[int]:
    drawn = np.random.default_rng(request.param).exponential(100, size=31 + request.param)
    return [1 + int(length) for length in drawn]


def fitted(lengths: list[int]) -> Intensity:
    intensity = Intensity.fit(lengths)
    assert intensity is not None
    return intensity


def test_the_median_length_has_half_the_utility(lengths):
    intensity = fitted(lengths)
    assert intensity.half_life == statistics.median(lengths)
    if len(lengths) % 2:
        assert intensity.utility(sorted(lengths)[len(lengths) // 2]) == pytest.approx(0.5)


def test_the_mean_weight_is_one(lengths):
    intensity = fitted(lengths)
    assert np.mean([intensity.weight(n) for n in lengths]) == pytest.approx(1.0, abs=1e-12)


def test_weights_follow_the_formula_of_the_paper(lengths):
    intensity = fitted(lengths)
    half_life = np.median(lengths)
    utilities = 1 - np.exp(-math.log(2) * np.array(lengths) / half_life)
    expected = utilities / utilities.mean()
    assert [intensity.weight(n) for n in lengths] == pytest.approx(expected, abs=1e-12)


def test_longer_reasoning_never_weighs_less_and_utility_stays_below_one(lengths):
    intensity = fitted(lengths)
    utilities = [intensity.utility(n) for n in range(1, 500)]
    assert utilities == sorted(utilities)
    assert 0 < utilities[0] <= utilities[-1] < 1


def test_lengths_of_zero_change_nothing_and_have_no_weight(lengths):
    assert Intensity.fit([*lengths, 0, 0]) == Intensity.fit(lengths)
    assert fitted(lengths).weight(0) is None
    assert fitted(lengths).weight(None) is None
