"""Intervals take questions and runs as drawn by chance, and neither for the other."""

import numpy as np
import pytest
from scipy import stats

from lrat_rank.eval.agent_runs.nested_bootstrap import (
    nested_difference_interval,
    nested_interval,
)


def groups(questions: int, runs: int, *, between: float, within: float, seed: int = 0):
    generator = np.random.default_rng(seed)
    levels = between * generator.standard_normal(questions)
    return [level + within * generator.standard_normal(runs) for level in levels]


def width(interval) -> float:
    return interval.high - interval.low


def test_with_one_run_a_question_it_is_the_ordinary_percentile_bootstrap():
    values = np.random.default_rng(1).random(60)
    ours = nested_interval([np.array([value]) for value in values])
    theirs = stats.bootstrap(
        (values,), np.mean, n_resamples=20_000, method="percentile", rng=np.random.default_rng(2)
    ).confidence_interval
    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.004)


def test_its_spread_is_that_of_both_draws():
    drawn = groups(100, 4, between=1.0, within=2.0)
    between = np.var([group.mean() for group in drawn])
    within = np.mean([np.var(group) for group in drawn])
    expected = np.sqrt((between + within / 4) / 100)
    normal = stats.norm.ppf(0.975)
    assert width(nested_interval(drawn)) == pytest.approx(2 * normal * expected, rel=0.04)


def test_more_seeds_do_not_shrink_it_as_more_questions_do():
    few = width(nested_interval(groups(25, 3, between=1.0, within=0.5)))
    more_seeds = width(nested_interval(groups(25, 16, between=1.0, within=0.5)))
    more_questions = width(nested_interval(groups(400, 3, between=1.0, within=0.5)))
    assert more_seeds > 0.7 * few
    assert more_questions < 0.4 * few


def test_it_covers_the_truth_about_as_often_as_it_says():
    inside = 0
    for seed in range(40):
        low, high = nested_interval(groups(16, 2, between=1.0, within=1.0, seed=seed))
        inside += low <= 0.0 <= high
    assert inside >= 33


def test_questions_with_different_numbers_of_runs_count_alike():
    ragged = [np.zeros(1), np.ones(9)]
    low, high = nested_interval(ragged)
    assert (low, high) == (0.0, 1.0)


def test_the_same_seed_gives_the_same_interval():
    drawn = groups(20, 3, between=1.0, within=1.0)
    assert nested_interval(drawn, seed=4) == nested_interval(drawn, seed=4)
    assert nested_interval(drawn, seed=4) != nested_interval(drawn, seed=5)


def test_one_question_has_no_interval():
    assert all(np.isnan(nested_interval([np.array([0.0, 1.0, 1.0])])))


def test_a_difference_is_taken_on_the_same_questions():
    drawn = groups(30, 1, between=5.0, within=0.0)
    shifted = [group + 0.25 for group in drawn]
    assert nested_difference_interval(drawn, shifted) == pytest.approx((0.25, 0.25))
