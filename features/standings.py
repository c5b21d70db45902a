"""Where each score stands in its list; importing this module imports numba."""

from __future__ import annotations

import numpy as np

from lrat_rank.features.compiled import compiled
from lrat_rank.features.forward import FloatArray, IntArray


@compiled
def standings(values: FloatArray, rising: FloatArray, offsets: IntArray) -> FloatArray:
    """Where each score stands in its list.

    Sums are taken over the rising scores, so that no candidate's place in its list changes them.

    Args:
        values: float64 (candidates,), list after list; NaN is no score.
        rising: float64 (candidates,); each list's scores sorted, NaN last.
        offsets: int64 (lists + 1,); where each list starts, and where the last one ends.

    Returns:
        float64 (3, candidates): z-scores, ranks, margins.
    """
    forms = np.full((3, len(values)), np.nan)
    for number in range(len(offsets) - 1):
        start, end = offsets[number], offsets[number + 1]
        scores = scored(rising[start:end])
        if len(scores) == 0:
            continue
        mean, spread = moments(scores)
        for c in range(start, end):
            value = values[c]
            if not np.isnan(value):
                forms[0, c] = (value - mean) / spread if spread > 0 else 0.0
                forms[1, c] = rank(scores, value)
                forms[2, c] = value - scores[-1]
    return forms


@compiled
def confidences(rising: FloatArray, offsets: IntArray) -> FloatArray:
    """What each list's scores say of its best one.

    Args:
        rising: float64 (candidates,); each list's scores sorted, NaN last.
        offsets: int64 (lists + 1,); where each list starts, and where the last one ends.

    Returns:
        float64 (2, lists): lead and entropy; NaN with fewer than two scores.
    """
    forms = np.full((2, len(offsets) - 1), np.nan)
    for number in range(len(offsets) - 1):
        scores = scored(rising[offsets[number] : offsets[number + 1]])
        if len(scores) > 1:
            _, spread = moments(scores)
            forms[0, number] = (scores[-1] - scores[-2]) / spread if spread > 0 else 0.0
            forms[1, number] = evenness(scores, spread)
    return forms


@compiled
def scored(rising: FloatArray) -> FloatArray:
    """A list's rising scores, float64 (candidates,), without the NaN at their end.

    >>> scored(np.array([1.0, 3.0, np.nan])).tolist()
    [1.0, 3.0]
    """
    return rising[: len(rising) - np.isnan(rising).sum()]


@compiled
def rank(rising: FloatArray, value: float) -> int:
    """The rank from 1 of a value among all, the best of equals for all of them.

    >>> [rank(np.array([1.0, 2.0, 2.0, 5.0]), value) for value in (5.0, 2.0, 1.0)]
    [1, 2, 4]
    """
    # Halving without a branch: which half it is, a processor could only guess.
    below, left = 0, len(rising)
    while left > 1:
        half = left // 2
        below += half if rising[below + half - 1] <= value else 0
        left -= half
    above: int = len(rising) - below - (rising[below] <= value)
    return above + 1


@compiled
def moments(rising: FloatArray) -> tuple[float, float]:
    """Mean and standard deviation; the latter exactly 0 where all values are equal.

    >>> moments(np.array([1.0, 3.0])), moments(np.array([0.1, 0.1, 0.1]))[1]
    ((2.0, 1.0), 0.0)
    """
    total = 0.0
    for value in rising:
        total += value
    mean = total / len(rising)
    if rising[0] == rising[-1]:
        return mean, 0.0
    squares = 0.0
    for value in rising:
        squares += (value - mean) ** 2
    return mean, np.sqrt(squares / len(rising))


@compiled
def evenness(rising: FloatArray, spread: float) -> float:
    """Entropy of the softmax over `rising / spread`, as a share of the highest possible.

    >>> round(evenness(np.array([1.0, 3.0]), 1.0), 4)
    0.5271
    """
    # With weights w and their sum W, Σ (w/W)·ln(W/w) is ln W − Σ w·ln w / W.
    whole = weighted = 0.0
    for value in rising:
        log_weight = (value - rising[-1]) / spread if spread > 0 else 0.0
        weight = np.exp(log_weight)
        whole += weight
        weighted += weight * log_weight
    share: float = min((np.log(whole) - weighted / whole) / np.log(len(rising)), 1.0)
    return share
