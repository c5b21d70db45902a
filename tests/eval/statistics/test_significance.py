"""Tests of significance against scipy's, closed forms, and numbers worked by hand."""

import numpy as np
import pytest
from scipy import stats

from lrat_rank.errors import InputError
from lrat_rank.eval.statistics.intervals import bootstrap_intervals
from lrat_rank.eval.statistics.significance import holm, paired_t_test, randomization_test


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


@pytest.mark.parametrize("test", [paired_t_test, randomization_test])
@pytest.mark.parametrize("queries", [0, 1])
def test_fewer_than_two_queries_are_refused(test, queries):
    with pytest.raises(InputError, match="two or more"):
        test(np.ones(queries))


def test_holm_on_numbers_worked_by_hand():
    # Sorted .01 .02 .03 .04 .05 times 5 4 3 2 1 is .05 .08 .09 .08 .05, made non-decreasing.
    assert holm([0.05, 0.01, 0.04, 0.02, 0.03]) == pytest.approx([0.09, 0.05, 0.09, 0.08, 0.09])
    assert holm([0.6, 0.7]) == [1.0, 1.0]
    assert holm([0.02]) == [0.02]
    assert holm([]) == []


def test_holm_lies_between_no_correction_and_bonferronis():
    p_values = np.random.default_rng(4).random(9)
    corrected = np.array(holm(p_values.tolist()))
    assert (corrected >= p_values).all()
    assert (corrected <= np.minimum(1, 9 * p_values) + 1e-15).all()
    assert (np.diff(corrected[np.argsort(p_values)]) >= 0).all()


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
