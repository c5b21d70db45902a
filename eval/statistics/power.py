"""Power of the paired t-test for the spread that was seen: what could these queries have found?"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import scipy
from numpy.typing import NDArray

from lrat_rank.errors import InputError
from lrat_rank.eval.statistics.differences import check_spread, standard_error
from lrat_rank.eval.statistics.effects import cohens_d

ALPHA = 0.05
POWER = 0.80
MOST_QUERIES = 10**7


def t_test_power(effect: float, queries: int) -> float:
    """Chance that a two-sided paired t-test at α = .05 finds an effect.

    Args:
        effect: d_z among all queries: mean difference over standard deviation.
        queries: 2 or more.

    Source: Cohen, Statistical Power Analysis for the Behavioral Sciences (1988), section 12.8.3.

    >>> round(t_test_power(0.5, 34), 4)
    0.8078
    """
    freedom = queries - 1
    limit = scipy.stats.t.ppf(1 - ALPHA / 2, freedom)
    shift = abs(effect) * math.sqrt(queries)
    above = float(scipy.stats.nct.sf(limit, freedom, shift))
    below = float(scipy.stats.nct.cdf(-limit, freedom, shift))
    # Far shifts overflow in scipy; there the power is that of the normal distribution, near 1.
    if math.isnan(above):
        above = float(scipy.stats.norm.sf(limit - shift))
    return above + (0.0 if math.isnan(below) else below)


def detectable_difference(differences: NDArray[np.float64]) -> float:
    """The smallest true mean difference that these queries find with 80 % power.

    Args:
        differences: (queries,), run minus baseline; only their spread and number count.

    Returns:
        Above 0, in units of the measure.

    Raises:
        InputError: Fewer than two queries, or every query differs by the same amount.

    >>> round(detectable_difference(np.array([1.0, 2.0, 3.0])), 4)
    3.264
    """
    check_spread(differences, of="a power analysis")
    return _detectable_shift(len(differences)) * standard_error(differences)


@lru_cache
def _detectable_shift(queries: int) -> float:
    """In standard errors of the mean."""
    root = math.sqrt(queries)
    return float(
        scipy.optimize.brentq(lambda s: t_test_power(s / root, queries) - POWER, 0.0, 40.0)
    )


def queries_needed(differences: NDArray[np.float64]) -> int:
    """How many queries find a true difference as large as the one seen with 80 % power.

    Args:
        differences: (queries,), run minus baseline.

    Raises:
        InputError: Fewer than two queries, every query differs by the same amount, or the mean is
            so near 0 that ten million queries are too few.

    >>> queries_needed(np.array([1.0, 2.0, 3.0, -1.0]))
    17
    """
    check_spread(differences, of="a power analysis")
    effect = cohens_d(differences)
    if t_test_power(effect, MOST_QUERIES) < POWER:
        raise InputError(
            "mean difference of a power analysis",
            must="large enough that ten million queries find it",
            got=f"{float(differences.mean()):.3g}",
        )
    # The normal form needs a few queries fewer than the t-test.
    quantiles = scipy.stats.norm.ppf(1 - ALPHA / 2) + scipy.stats.norm.ppf(POWER)
    queries = max(2, int((quantiles / effect) ** 2))
    while t_test_power(effect, queries) < POWER:
        queries += 1
    return queries
