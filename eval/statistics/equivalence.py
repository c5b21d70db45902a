"""Equivalence: is the difference too small to matter? A high p-value of a test does not say so."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from lrat_rank.eval.statistics.differences import check_spread, standard_error
from lrat_rank.eval.statistics.intervals import Interval

EQUIVALENCE_CONFIDENCE = 0.90


def equivalence_test(differences: NDArray[np.float64], *, margin: float) -> float:
    """p-value of two one-sided paired t-tests (TOST) that the mean lies within ± `margin`.

    The null hypothesis is that the runs differ by `margin` or more, either way; a small p-value
    says that they do not.

    Args:
        differences: (queries,), run minus baseline.
        margin: The largest difference that does not matter, above 0.

    Returns:
        The larger of the two one-sided p-values.

    Raises:
        InputError: Fewer than two queries, or every query differs by the same amount.

    Source: Schuirmann, "A comparison of the two one-sided tests procedure and the power approach",
    Journal of Pharmacokinetics and Biopharmaceutics 15 (1987).

    >>> round(equivalence_test(np.array([-0.01, 0.0, 0.01]), margin=0.05), 6)
    0.006536
    """
    check_spread(differences, of="an equivalence test")
    freedom = len(differences) - 1
    mean, error = float(differences.mean()), standard_error(differences)
    not_below = scipy.stats.t.sf((mean + margin) / error, freedom)
    not_above = scipy.stats.t.cdf((mean - margin) / error, freedom)
    return float(max(not_below, not_above))


def equivalence_interval(differences: NDArray[np.float64]) -> Interval:
    """The 90 % t interval of the mean: it lies within ± margin exactly where TOST has p < .05.

    Args:
        differences: (queries,), run minus baseline.

    Raises:
        InputError: Fewer than two queries, or every query differs by the same amount.

    Source: Schuirmann (1987).

    >>> low, high = equivalence_interval(np.array([-0.01, 0.0, 0.01]))
    >>> round(low, 6), round(high, 6)
    (-0.016859, 0.016859)
    """
    check_spread(differences, of="an equivalence test")
    quantile = scipy.stats.t.ppf((1 + EQUIVALENCE_CONFIDENCE) / 2, len(differences) - 1)
    half = float(quantile) * standard_error(differences)
    mean = float(differences.mean())
    return Interval(mean - half, mean + half)
