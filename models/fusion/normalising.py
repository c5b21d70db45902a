"""Scores of different scales brought to one, list by list, before they are added.

Every function takes the scores of one list, best first, and gives as many values; a list of equal
scores has no spread to divide by and becomes 0 everywhere (`rank` and `none` aside).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lrat_rank.registry import Registry

Values = NDArray[np.float64]

NORMALISERS: Registry[Callable[[Values], Values]] = Registry("normalisation")


@NORMALISERS.register("min-max")
def min_max(scores: Values) -> Values:
    """(s − min) / (max − min), in [0, 1].

    Source: Lee, "Analyses of Multiple Evidence Combination", SIGIR 1997.

    >>> min_max(np.array([3.0, 2.0, 1.0])).tolist()
    [1.0, 0.5, 0.0]
    """
    above = _above_least(scores)
    return _divided(above, float(above.max()))


@NORMALISERS.register("z-score")
def z_score(scores: Values) -> Values:
    """(s − mean) / standard deviation over the list; 0 is the list's mean.

    A document that a list lacks adds 0 all the same, as if it were average there.

    Source: Montague and Aslam, "Relevance Score Normalization for Metasearch", CIKM 2001 (ZMUV).

    >>> z_score(np.array([3.0, 1.0])).tolist()
    [1.0, -1.0]
    """
    above = _above_least(scores)
    return _divided(above - float(above.mean()), float(above.std()))


@NORMALISERS.register("sum")
def sum_to_one(scores: Values) -> Values:
    """(s − min) / Σ (s − min): the list shares out 1, its last document has 0.

    Source: Montague and Aslam, CIKM 2001.

    >>> sum_to_one(np.array([4.0, 2.0, 1.0])).tolist()
    [0.75, 0.25, 0.0]
    """
    above = _above_least(scores)
    return _divided(above, float(above.sum()))


@NORMALISERS.register("rank")
def rank_share(scores: Values) -> Values:
    """1 − (rank − 1) / n: from 1 down to 1/n, the scores themselves forgotten.

    Source: Renda and Straccia, "Web Metasearch: Rank vs. Score Based Rank Aggregation Methods",
    SAC 2003.

    >>> rank_share(np.array([9.0, 8.0])).tolist()
    [1.0, 0.5]
    """
    return 1.0 - np.arange(len(scores), dtype=np.float64) / max(len(scores), 1)


@NORMALISERS.register("none")
def as_they_are(scores: Values) -> Values:
    """The scores, for runs that share a scale."""
    return scores


def _above_least(scores: Values) -> Values:
    """(s − min) · 2^−e, with 2^e just above the largest |s|.

    None of the normalisations depends on a factor, and one that is a power of two loses no digit:
    neither very large nor very small scores leave the range of floats.
    """
    _, exponent = np.frexp(np.abs(scores).max())
    scaled: Values = np.ldexp(scores, -exponent)
    return scaled - float(scaled.min())


def _divided(values: Values, spread: float) -> Values:
    return values / spread if spread > 0 else np.zeros_like(values)
