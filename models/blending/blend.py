"""Scores of two rankers added, list by list, on one scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lrat_rank.models.fusion.normalising import z_score
from lrat_rank.models.ranker import FloatArray


def standardise(scores: FloatArray) -> FloatArray:
    """float64 scores of one list with mean 0 and standard deviation 1; all 0 when they are equal.

    >>> standardise(np.array([1.0, 3.0])).tolist()
    [-1.0, 1.0]
    """
    values: NDArray[np.float64] = np.asarray(scores, dtype=np.float64)
    # Scores meant to be equal may differ by rounding, which is no order.
    if len(values) == 0 or np.ptp(values) <= 1e-12 * np.abs(values).max():
        return np.zeros(len(values))
    return z_score(values)


def blended(first: FloatArray, second: FloatArray, share: float) -> FloatArray:
    """float64 (documents,): (1 − share)·z(first) + share·z(second), z within the list.

    A share of 0 leaves the first ranker's order as it is, a share of 1 the second one's.

    Args:
        first: float (documents,).
        second: float (documents,), aligned with it.
        share: In [0, 1].

    >>> blended(np.array([1.0, 3.0]), np.array([9.0, 5.0]), 0.25).tolist()
    [-0.5, 0.5]
    """
    if share == 0:
        return standardise(first)
    if share == 1:
        return standardise(second)
    mixed: FloatArray = (1 - share) * standardise(first) + share * standardise(second)
    return mixed
