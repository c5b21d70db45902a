"""Corrections of p-values for the number of tests in a family."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down correction: p-values that keep the family-wise error rate.

    Below α after it means: the chance of one wrong rejection or more in the family is at most α,
    however the tests depend on each other.

    Args:
        p_values: Those of one family, in any order.

    Returns:
        Corrected p-values, each in its own place.

    Source: Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal
    of Statistics 6 (1979).

    >>> [round(p, 4) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    ordered = np.argsort(p_values, kind="stable")
    factors = np.arange(len(p_values), 0, -1)
    corrected = np.empty(len(p_values))
    corrected[ordered] = np.maximum.accumulate(np.asarray(p_values)[ordered] * factors)
    return [float(p) for p in np.minimum(corrected, 1.0)]


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Benjamini and Hochberg's step-up correction: p-values that keep the false discovery rate.

    Rejecting those below α means: of the rejections, a share of at most α is wrong on average,
    where the tests are independent or positively dependent.

    Args:
        p_values: Those of one family, in any order.

    Returns:
        Corrected p-values, each in its own place.

    Source: Benjamini and Hochberg, "Controlling the false discovery rate", Journal of the Royal
    Statistical Society B 57 (1995).

    >>> [round(p, 4) for p in benjamini_hochberg([0.01, 0.04, 0.03])]
    [0.03, 0.04, 0.04]
    """
    if not p_values:
        return []
    return [float(p) for p in scipy.stats.false_discovery_control(p_values, method="bh")]
