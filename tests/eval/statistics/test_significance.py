"""Tests of significance against scipy's, enumeration, and what they promise under the null."""

import numpy as np
import pytest
from scipy import stats

from lrat_rank.errors import InputError
from lrat_rank.eval.statistics.significance import (
    paired_t_test,
    randomization_test,
    randomization_tests,
    wilcoxon_test,
)


@pytest.mark.parametrize("queries", [2, 5, 12])
@pytest.mark.parametrize("shift", [0.0, 0.3, -1.0])
def test_few_queries_are_enumerated_as_scipy_does(queries, shift):
    differences = np.random.default_rng(queries).normal(shift, 1.0, queries).round(1)
    oracle = stats.permutation_test(
        (differences, np.zeros(queries)),
        lambda a, b, axis: np.abs(np.mean(a - b, axis=axis)),
        permutation_type="samples",
        alternative="greater",
        n_resamples=np.inf,
        vectorized=True,
    )
    assert randomization_test(differences) == pytest.approx(oracle.pvalue, abs=1e-12)


def test_many_queries_come_near_the_exact_p_value():
    differences = np.random.default_rng(5).normal(0.4, 1.0, 17)
    signs = 1.0 - 2.0 * ((np.arange(2**17)[:, None] >> np.arange(17)) & 1)
    exact = np.mean(np.abs(signs @ differences) >= abs(differences.sum()) - 1e-12)
    assert 0.02 < exact < 0.5
    assert randomization_test(differences) == pytest.approx(exact, abs=0.015)


def test_a_sampled_p_value_is_never_zero_and_is_seeded():
    differences = np.full(40, 0.1)
    assert randomization_test(differences, permutations=999) == pytest.approx(1 / 1000)
    noisy = np.random.default_rng(1).normal(0.1, 1.0, 40)
    assert randomization_test(noisy, seed=3) == randomization_test(noisy, seed=3)
    assert randomization_test(noisy, seed=3) != randomization_test(noisy, seed=4)


def test_under_the_null_p_values_are_uniform():
    generator = np.random.default_rng(0)
    p_values = [
        randomization_test(generator.normal(size=20), permutations=999, seed=trial)
        for trial in range(300)
    ]
    assert stats.kstest(p_values, "uniform").pvalue > 0.01


@pytest.mark.parametrize("queries", [2, 10, 40])
def test_the_tests_do_not_care_which_run_is_the_baseline(queries):
    differences = np.random.default_rng(2).normal(0.3, 1.0, queries)
    assert randomization_test(differences) == randomization_test(-differences)
    assert paired_t_test(differences) == pytest.approx(paired_t_test(-differences), rel=1e-12)


def test_the_t_test_is_that_of_two_related_samples():
    generator = np.random.default_rng(3)
    first, second = generator.random(30), generator.random(30)
    expected = stats.ttest_rel(first, second).pvalue
    assert paired_t_test(first - second) == pytest.approx(expected, rel=1e-12)


def test_no_difference_has_p_value_one():
    for queries in (2, 16, 17, 50):
        assert paired_t_test(np.zeros(queries)) == 1.0
        assert randomization_test(np.zeros(queries)) == 1.0


def test_equal_sums_in_another_order_count_as_equal():
    assert randomization_test(np.array([0.1, 0.2, 0.3, -0.3, 0.3])) == pytest.approx(
        randomization_test(np.array([1.0, 2.0, 3.0, -3.0, 3.0]))
    )


def test_a_constant_difference_has_no_t_test():
    with pytest.raises(InputError, match=r"spread over queries; got 0\.1 on every query"):
        paired_t_test(np.array([0.1, 0.1, 0.1]))


@pytest.mark.parametrize("test", [paired_t_test, randomization_test, wilcoxon_test])
@pytest.mark.parametrize("queries", [0, 1])
def test_fewer_than_two_queries_are_refused(test, queries):
    with pytest.raises(InputError, match="two or more"):
        test(np.ones(queries))


def test_many_columns_at_once_are_tested_as_each_alone():
    for queries in (9, 30):
        columns = np.random.default_rng(queries).normal(0.2, 1.0, (queries, 4))
        alone = [randomization_test(column, seed=5) for column in columns.T]
        assert randomization_tests(columns, seed=5).tolist() == alone


@pytest.mark.parametrize(("decimals", "queries"), [(9, 11), (9, 16), (0, 8), (1, 9)])
def test_wilcoxon_of_few_queries_is_scipys(decimals, queries):
    differences = np.random.default_rng(queries).normal(0.4, 1.0, queries).round(decimals)
    theirs = stats.wilcoxon(differences, zero_method="pratt").pvalue
    assert wilcoxon_test(differences) == pytest.approx(theirs, abs=1e-12)


def test_wilcoxons_normal_form_of_more_queries_comes_near_counting():
    differences = np.random.default_rng(8).normal(0.3, 1.0, 40).round(1)
    assert len(np.unique(np.abs(differences))) < 40
    signed_ranks = stats.rankdata(np.abs(differences)) * np.sign(differences)
    counted = randomization_test(signed_ranks, permutations=50_000)
    assert 0.005 < counted < 0.5
    assert wilcoxon_test(differences) == pytest.approx(counted, abs=0.01)


def test_queries_without_a_difference_weaken_wilcoxons_test():
    differences = np.array([-0.1, 0.2, 0.3, 0.4, 0.5, -0.15, 0.6, 0.7])
    ranked_first = wilcoxon_test(np.concatenate([differences, np.zeros(5)]))
    assert wilcoxon_test(differences) < ranked_first < 1


def test_differences_that_only_rounding_tells_apart_share_a_rank():
    rounded = np.array([0.1, 0.3, -0.1, 0.2, 0.2, -0.2])
    computed = np.array([0.1, 0.1 + 0.2, 0.2 - 0.3, 0.5 - 0.3, 0.2, 0.1 - 0.3])
    assert computed[1] != rounded[1]
    assert wilcoxon_test(computed) == wilcoxon_test(rounded)


def test_wilcoxon_refuses_runs_without_a_difference():
    with pytest.raises(InputError, match="other than 0 somewhere; got 0 on every query"):
        wilcoxon_test(np.full(30, 1e-14))


@pytest.mark.parametrize("queries", [10, 60])
def test_under_the_null_every_test_rejects_about_as_often_as_it_says(queries):
    # Skewed values, as measures have; their differences are symmetric around 0.
    generator = np.random.default_rng(queries)
    first, second = generator.beta(0.5, 1.0, (2, 1500, queries))
    differences = (first - second).T
    many = stats.ttest_1samp(differences, 0.0).pvalue
    few = [paired_t_test(column) for column in differences.T[:20]]
    assert few == pytest.approx(many[:20].tolist())
    randomized = randomization_tests(differences, permutations=999)
    assert 0.035 <= np.mean(randomized <= 0.05) <= 0.065
    ranked = [wilcoxon_test(column) for column in differences.T[:800]]
    assert 0.03 <= np.mean(np.array(ranked) <= 0.05) <= 0.07
