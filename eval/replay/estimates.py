"""Means over questions with intervals; the lists of one question are never taken as independent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lrat_rank.eval.statistics.intervals import CONFIDENCE, Interval

FloatArray = NDArray[np.float64]

RESAMPLES = 2_000
_CELLS_AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval; NaN where there is too little to say it from."""

    value: float
    interval: Interval


def ratio_draws(numerators: FloatArray, denominators: FloatArray, *, seed: int = 0) -> FloatArray:
    """Bootstrap draws of Σ numerator / Σ denominator, questions drawn with replacement.

    Args:
        numerators: (questions, columns).
        denominators: (questions, columns) or (questions, 1), ≥ 0.
        seed: The same seed gives the same draws of questions, whatever the columns.

    Returns:
        (resamples, columns); NaN where a draw holds nothing to divide by.
    """
    generator = np.random.default_rng(seed)
    questions, columns = numerators.shape
    draws = np.empty((RESAMPLES, columns))
    rows = max(1, _CELLS_AT_ONCE // questions)
    for start in range(0, RESAMPLES, rows):
        count = min(rows, RESAMPLES - start)
        cells = generator.integers(questions, size=(count, questions))
        cells += questions * np.arange(count)[:, None]
        drawn = np.bincount(cells.ravel(), minlength=count * questions)
        times = drawn.reshape(count, questions).astype(np.float64)
        draws[start : start + count] = _divided(times @ numerators, times @ denominators)
    return draws


def ratio_estimates(
    numerators: FloatArray, denominators: FloatArray, *, seed: int = 0
) -> list[Estimate]:
    """Σ numerator / Σ denominator by column, with percentile intervals over questions.

    A mean over questions has denominators of 1. Fewer than two questions with something to divide
    by have no interval.

    Args:
        numerators: (questions, columns).
        denominators: (questions, columns) or (questions, 1), ≥ 0.
        seed: Of the bootstrap.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), section 13.3, with
    questions as the units (cluster bootstrap).

    >>> [mean] = ratio_estimates(np.array([[0.5], [0.5]]), np.ones((2, 1)))
    >>> mean
    Estimate(value=0.5, interval=Interval(low=0.5, high=0.5))
    """
    values = _divided(numerators.sum(axis=0), denominators.sum(axis=0))
    known = (denominators > 0).sum(axis=0) >= 2
    known = np.broadcast_to(known, values.shape)
    intervals = percentile_intervals(ratio_draws(numerators, denominators, seed=seed))
    return [
        Estimate(float(value), interval if enough else Interval(np.nan, np.nan))
        for value, interval, enough in zip(values, intervals, known, strict=True)
    ]


def percentile_intervals(draws: FloatArray) -> list[Interval]:
    """The 95 % interval of each column of (resamples, columns); NaN for a column without a draw."""
    tail = (1 - CONFIDENCE) / 2
    known = ~np.isnan(draws).all(axis=0)
    ends = np.full((2, draws.shape[1]), np.nan)
    ends[:, known] = np.nanquantile(draws[:, known], [tail, 1 - tail], axis=0)
    return [Interval(float(low), float(high)) for low, high in ends.T]


def _divided(above: FloatArray, below: FloatArray) -> FloatArray:
    below = np.broadcast_to(below, above.shape)
    divided: FloatArray = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
    return divided
