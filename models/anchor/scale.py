"""How much the first stage's score counts: the one number of the offset, fitted to gains."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lrat_rank.models.ranker import FloatArray

LARGEST = 10.0
"""With standardised scores, more than this makes the offset as good as unchangeable."""
_STEPS = 100
_PRECISION = 1e-10


def fit_scale(
    priors: Sequence[FloatArray], gains: Sequence[FloatArray], weights: FloatArray
) -> float:
    """The scale s in [0, 10] at which `s·prior` explains the gains best.

    It minimises the gain-weighted softmax cross-entropy, which is convex in s:

        F(s) = Σ_lists w · Σ_documents g · (log Σ_j exp(s·p_j) − s·p)

    Its slope is Σ w·G·(E_s[p] − m), where G is the list's sum of gains, m its gain-weighted mean
    of p, and E_s the expectation under softmax(s·p): at the best s inside the bounds, the mean
    prior that the offset expects is the mean prior of what is relevant. 0 where the first stage
    orders the lists no better than chance.

    Args:
        priors: One float array (documents,) a list; finite.
        gains: Aligned with `priors`, ≥ 0.
        weights: float (lists,), ≥ 0.

    Two documents with priors 1 and 0, the first relevant in three lists of four: the odds e^s
    are 3.

    >>> pair = np.array([1.0, 0.0])
    >>> won, lost = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    >>> round(fit_scale([pair] * 4, [won, won, won, lost], np.ones(4)), 6)  # log 3
    1.098612
    """
    sizes = np.array([len(prior) for prior in priors], dtype=np.int64)
    if sizes.sum() == 0:
        return 0.0
    filled = sizes > 0
    prior = np.concatenate(priors).astype(np.float64)
    gain = np.concatenate(gains).astype(np.float64)
    starts = np.concatenate(([0], np.cumsum(sizes)))[:-1][filled]
    sums = np.add.reduceat(gain, starts) * np.asarray(weights, dtype=np.float64)[filled]
    aimed = float(
        np.add.reduceat(gain * prior, starts) @ np.asarray(weights, dtype=np.float64)[filled]
    )
    return _root(prior, starts, sums, aimed)


def _root(prior: FloatArray, starts: np.ndarray, sums: FloatArray, aimed: float) -> float:
    """Newton's steps on the slope, which rises; kept inside the bracket that holds its root."""
    low, high = 0.0, LARGEST
    if _slope(low, prior, starts, sums)[0] >= aimed:
        return low
    if _slope(high, prior, starts, sums)[0] <= aimed:
        return high
    scale = 1.0
    for _ in range(_STEPS):
        expected, curvature = _slope(scale, prior, starts, sums)
        if expected < aimed:
            low = scale
        else:
            high = scale
        step = (aimed - expected) / curvature if curvature > 0 else np.inf
        new = scale + step if low < scale + step < high else (low + high) / 2
        if abs(new - scale) < _PRECISION:
            return float(new)
        scale = float(new)
    return scale


def _slope(
    scale: float, prior: FloatArray, starts: np.ndarray, sums: FloatArray
) -> tuple[float, float]:
    """Σ w·G·E_s[p] and its derivative Σ w·G·Var_s[p]."""
    sizes = np.diff(np.append(starts, len(prior)))
    scaled = scale * prior
    powers = np.exp(scaled - np.repeat(np.maximum.reduceat(scaled, starts), sizes))
    shares = powers / np.repeat(np.add.reduceat(powers, starts), sizes)
    means = np.add.reduceat(shares * prior, starts)
    spread = np.add.reduceat(shares * (prior - np.repeat(means, sizes)) ** 2, starts)
    return float(sums @ means), float(sums @ spread)
