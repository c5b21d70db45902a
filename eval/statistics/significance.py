"""Paired significance tests on per-query differences, and Holm's correction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from lrat_rank.errors import InputError

PERMUTATIONS = 10_000
EXACT_QUERIES = 16
_SIGNS_AT_ONCE = 2_000_000
_ROUNDING = 1e-12


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
    scale = float(np.abs(differences).max())
    if float(np.ptp(differences)) <= _ROUNDING * scale:
        if scale == 0:
            return 1.0
        raise InputError(
            "differences of a t-test",
            must="spread over queries",
            got=f"{differences[0]:g} on every query",
        )
    return float(stats.ttest_1samp(differences, 0.0).pvalue)


def randomization_test(
    differences: NDArray[np.float64], *, permutations: int = PERMUTATIONS, seed: int = 0
) -> float:
    """Two-sided p-value of Fisher's randomisation test on the mean difference.

    Under the null hypothesis the two runs can be swapped on any query, which flips the sign of its
    difference. Up to 16 queries every swap is counted; beyond, `permutations` random ones are, and
    the p-value is (as extreme + 1) / (permutations + 1), which is never 0.

    Args:
        differences: (queries,), run minus baseline.
        permutations: How many random swaps.
        seed: Of the generator; the same seed gives the same p-value.

    Raises:
        InputError: Fewer than two queries, or `permutations` below 1.

    Source: Smucker, Allan and Carterette, "A comparison of statistical significance tests for
    information retrieval evaluation", CIKM 2007, section 2.1.

    >>> randomization_test(np.array([0.1, 0.2, 0.3]))
    0.25
    """
    check_enough(differences)
    if permutations < 1:
        raise InputError("permutations", must="1 or more", got=permutations)
    queries = len(differences)
    # Sums in another order round otherwise: equal sums must count as equal.
    threshold = abs(float(differences.sum())) - _ROUNDING * float(np.abs(differences).sum())
    exact = queries <= EXACT_QUERIES
    signs = _all_signs(queries) if exact else _random_signs(queries, permutations, seed)
    extreme = sum(int(np.sum(np.abs(chunk @ differences) >= threshold)) for chunk in signs)
    return extreme / 2**queries if exact else (extreme + 1) / (permutations + 1)


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down correction: p-values that keep the family-wise error rate.

    Args:
        p_values: Those of one family, in any order.

    Returns:
        Corrected p-values, each in its own place.

    Source: Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal
    of Statistics 6 (1979).

    >>> [round(p, 4) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    corrected = [0.0] * len(p_values)
    highest = 0.0
    for position, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - position) * p_values[place]))
        corrected[place] = highest
    return corrected


def check_enough(differences: NDArray[np.float64]) -> None:
    """Refuse a paired test on fewer than two queries."""
    if len(differences) < 2:
        raise InputError("queries of a paired test", must="two or more", got=str(len(differences)))


def _all_signs(queries: int) -> Iterator[NDArray[np.float64]]:
    patterns = np.arange(2**queries)
    yield _as_signs((patterns[:, None] >> np.arange(queries)) & 1)


def _random_signs(queries: int, count: int, seed: int) -> Iterator[NDArray[np.float64]]:
    generator = np.random.default_rng(seed)
    rows = max(1, _SIGNS_AT_ONCE // queries)
    for start in range(0, count, rows):
        shape = (min(rows, count - start), queries)
        yield _as_signs(generator.integers(2, size=shape, dtype=np.int8))


def _as_signs(bits: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    return 1.0 - 2.0 * bits.astype(np.float64)
