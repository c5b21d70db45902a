"""Scores of two rankers added, list by list, on one scale."""

from __future__ import annotations

import numpy as np

from lrat_rank.models.ranker import FloatArray


def standardise(scores: FloatArray) -> FloatArray:
    """float64 scores of one list with mean 0 and standard deviation 1; all 0 when they are equal.

    >>> standardise(np.array([1.0, 3.0])).tolist()
    [-1.0, 1.0]
    """
    scores = np.asarray(scores, dtype=np.float64)
    spread = scores.std() if len(scores) else 0.0
    # Equal scores may differ from their own mean by rounding, which is no order.
    if spread <= 1e-12 * np.abs(scores).max(initial=0.0):
        return np.zeros(len(scores))
    standard: FloatArray = (scores - scores.mean()) / spread
    return standard


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
