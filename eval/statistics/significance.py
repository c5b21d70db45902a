"""Paired significance tests on per-query differences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
import scipy
from numpy.typing import NDArray

from lrat_rank.errors import InputError
from lrat_rank.eval.statistics.differences import ROUNDING, check_enough, check_spread

PERMUTATIONS = 10_000
EXACT_QUERIES = 16
_SIGNS_AT_ONCE = 2_000_000

Alternative = Literal["two-sided", "greater"]


def paired_t_test(differences: NDArray[np.float64]) -> float:
    """Two-sided p-value of the paired t-test that the mean difference is 0.

    Args:
        differences: (queries,), run minus baseline.

    Raises:
        InputError: Fewer than two queries, or every query differs by the same amount, so that
            there is no spread to measure the mean against.

    >>> round(paired_t_test(np.array([1.0, 2.0, 3.0])), 6)
    0.07418
    """
    check_enough(differences)
    if not differences.any():
        return 1.0
    check_spread(differences, of="a t-test")
    return float(scipy.stats.ttest_1samp(differences, 0.0).pvalue)


def randomization_test(
    differences: NDArray[np.float64],
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    alternative: Alternative = "two-sided",
) -> float:
    """P-value of Fisher's randomisation test on the mean difference.

    Under the null hypothesis the two runs can be swapped on any query, which flips the sign of its
    difference. Up to 16 queries every swap is counted; beyond, `permutations` random ones are, and
    the p-value is (as extreme + 1) / (permutations + 1), which is never 0.

    Args:
        differences: (queries,), run minus baseline.
        permutations: How many random swaps.
        seed: Of the generator; the same seed gives the same p-value.
        alternative: What counts as extreme: `two-sided`, a mean as far from 0; `greater`, a mean as
            large.

    Raises:
        InputError: Fewer than two queries, or `permutations` below 1.

    Source: Smucker, Allan and Carterette, "A comparison of statistical significance tests for
    information retrieval evaluation", CIKM 2007, section 2.1.

    >>> randomization_test(np.array([0.1, 0.2, 0.3]))
    0.25
    >>> randomization_test(np.array([0.1, 0.2, 0.3]), alternative="greater")
    0.125
    """
    check_enough(differences)
    [p] = randomization_tests(
        differences[:, None], permutations=permutations, seed=seed, alternative=alternative
    )
    return float(p)


def randomization_tests(
    differences: NDArray[np.float64],
    *,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    alternative: Alternative = "two-sided",
) -> NDArray[np.float64]:
    """`randomization_test` of many columns at once, which share the random swaps.

    Args:
        differences: (queries, columns), run minus baseline.
        permutations: How many random swaps.
        seed: Of the generator.
        alternative: As for one column.

    Returns:
        (columns,) p-values, each the same as of its column alone.

    Raises:
        InputError: As for one column.
    """
    check_enough(differences)
    if permutations < 1:
        raise InputError("permutations", must="1 or more", got=permutations)
    queries = len(differences)
    exact = queries <= EXACT_QUERIES
    totals = differences.sum(axis=0)
    size = np.abs if alternative == "two-sided" else np.positive
    # Sums in another order round otherwise: equal sums must count as equal.
    thresholds = size(totals) - ROUNDING * np.abs(differences).sum(axis=0)
    extreme = np.zeros(differences.shape[1])
    for flipped in _all_flips(queries) if exact else _random_flips(queries, permutations, seed):
        sums = totals - 2.0 * (flipped.astype(np.float64) @ differences)
        extreme += (size(sums) >= thresholds).sum(axis=0)
    p: NDArray[np.float64]
    p = extreme / 2**queries if exact else (extreme + 1) / (permutations + 1)
    return p


def wilcoxon_test(differences: NDArray[np.float64]) -> float:
    """Two-sided p-value of Wilcoxon's signed-rank test that differences lie evenly around 0.

    Queries without a difference are ranked with the others and then left out (Pratt): leaving them
    out before ranking, as Wilcoxon did, calls runs different that agree on most queries. Absolute
    differences that are equal to 12 decimals share a rank. Up to 16 queries every pattern of signs
    is counted; beyond, scipy takes the exact distribution (up to 50 queries without zeros or ties)
    or the normal form.

    Args:
        differences: (queries,), run minus baseline.

    Raises:
        InputError: Fewer than two queries, or no query with a difference.

    Source: Pratt, "Remarks on zeros and ties in the Wilcoxon signed rank procedures", JASA 54
    (1959).

    >>> wilcoxon_test(np.array([0.1, 0.2, 0.3]))
    0.25
    """
    check_enough(differences)
    rounded = np.round(differences, 12)
    if not rounded.any():
        raise InputError(
            "differences of a Wilcoxon test", must="other than 0 somewhere", got="0 on every query"
        )
    if len(rounded) <= EXACT_QUERIES:
        # The same counting as scipy's, which takes seconds where there are ties.
        return randomization_test(scipy.stats.rankdata(np.abs(rounded)) * np.sign(rounded))
    return float(scipy.stats.wilcoxon(rounded, zero_method="pratt").pvalue)


def _all_flips(queries: int) -> Iterator[NDArray[np.uint8]]:
    patterns = np.arange(2**queries)
    yield ((patterns[:, None] >> np.arange(queries)) & 1).astype(np.uint8)


def _random_flips(queries: int, count: int, seed: int) -> Iterator[NDArray[np.uint8]]:
    """Rows of 0 and 1, which queries are swapped; one random bit each."""
    generator = np.random.default_rng(seed)
    rows = max(1, _SIGNS_AT_ONCE // queries)
    octets = -(-queries // 8)
    for start in range(0, count, rows):
        shape = (min(rows, count - start), octets)
        drawn = generator.integers(256, size=shape, dtype=np.uint8)
        yield np.unpackbits(drawn, axis=1, count=queries)
