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
_LEAST_SPREAD = 1e-9

NORMALISERS: Registry[Callable[[Values], Values]] = Registry("normalisation")


@NORMALISERS.register("min-max")
def min_max(scores: Values) -> Values:
    """(s − min) / (max − min), in [0, 1].

    Source: Lee, "Analyses of Multiple Evidence Combination", SIGIR 1997.

    >>> min_max(np.array([3.0, 2.0, 1.0])).tolist()
    [1.0, 0.5, 0.0]
    """
    least = float(scores.min())
    return (scores - least) / max(float(scores.max()) - least, _LEAST_SPREAD)


@NORMALISERS.register("z-score")
def z_score(scores: Values) -> Values:
    """(s − mean) / standard deviation over the list; 0 is the list's mean.

    A document that a list lacks adds 0 all the same, as if it were average there.

    Source: Montague and Aslam, "Relevance Score Normalization for Metasearch", CIKM 2001 (ZMUV).

    >>> z_score(np.array([3.0, 1.0])).tolist()
    [1.0, -1.0]
    """
    return (scores - float(scores.mean())) / max(float(scores.std()), _LEAST_SPREAD)


@NORMALISERS.register("sum")
def sum_to_one(scores: Values) -> Values:
    """(s − min) / Σ (s − min): the list shares out 1, its last document has 0.

    Source: Montague and Aslam, CIKM 2001.

    >>> sum_to_one(np.array([4.0, 2.0, 1.0])).tolist()
    [0.75, 0.25, 0.0]
    """
    above = scores - float(scores.min())
    return above / max(float(above.sum()), _LEAST_SPREAD)


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
