"""How many trees are worth keeping, seen on lists they were not grown on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lrat_rank.models.ranker import FloatArray


@dataclass(frozen=True)
class Choice:
    """A number of trees, and what speaks for it.

    Attributes:
        rounds: Trees; 0 where it is better without.
        ndcg: Held-out nDCG@k with them.
        ndcg_before: Held-out nDCG@k without: of the first stage, or of the base.
    """

    rounds: int
    ndcg: float
    ndcg_before: float


def choose_rounds(curve: FloatArray, before: float, *, anchored: bool) -> Choice:
    """The best round of a curve; no trees where an anchored curve never rises above its start.

    Without an anchor, no trees would mean no order, so one tree is the least.

    >>> choose_rounds(np.array([0.5, 0.7, 0.6]), 0.6, anchored=True).rounds
    2
    >>> choose_rounds(np.array([0.5, 0.6, 0.6]), 0.6, anchored=True)
    Choice(rounds=0, ndcg=0.6, ndcg_before=0.6)
    """
    best = int(curve.argmax())
    if anchored and curve[best] <= before:
        return Choice(0, before, before)
    return Choice(best + 1, float(curve[best]), before)


def is_sure(better: FloatArray, weights: FloatArray, surety: float) -> bool:
    """Whether a mean of differences is above 0 by so many standard errors.

    Args:
        better: float (lists,); how much better each list is ordered.
        weights: float (lists,), > 0.
        surety: Standard errors, ≥ 0.

    >>> is_sure(np.array([0.1, 0.2, 0.3]), np.ones(3), 2.0)
    True
    >>> is_sure(np.array([-0.3, 0.0, 0.4]), np.ones(3), 1.0)
    False
    """
    shares = weights / weights.sum()
    mean = float(shares @ better)
    error = float(np.sqrt((shares**2) @ (better - mean) ** 2))
    return mean > surety * error


def mean_curve(curves: Sequence[FloatArray], weights: Sequence[float]) -> FloatArray:
    """The weighted mean of folds' curves; one that stopped early goes on with its last value.

    >>> mean_curve([np.array([0.2, 0.4]), np.array([0.6])], [1, 1]).tolist()
    [0.4, 0.5]
    """
    length = max(len(curve) for curve in curves)
    longer = [np.pad(curve, (0, length - len(curve)), mode="edge") for curve in curves]
    return np.average(longer, axis=0, weights=weights)
