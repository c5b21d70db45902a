"""Bootstrap confidence intervals for means over queries."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy
from numpy.typing import NDArray

from lrat_rank.errors import InputError
from lrat_rank.eval.statistics.differences import has_spread
from lrat_rank.eval.statistics.options import IntervalMethod

RESAMPLES = 10_000
CONFIDENCE = 0.95
LEAST_RESAMPLES = 1_000
_DRAWS = 10_000_000
_DRAWS_AT_ONCE = 2_000_000


class Interval(NamedTuple):
    """Both ends of a confidence interval; NaN where there are too few queries for one."""

    low: float
    high: float


def default_resamples(queries: int) -> int:
    """10,000 up to 1,000 queries, then ten million draws of queries in all, 1,000 at the least.

    An end is drawn with a standard error of about 2.7/√resamples standard errors of the mean. With
    the resamples falling as the queries grow, that noise stays 0.085 % of the standard deviation
    over queries from 1,000 queries to 10,000, and falls beyond.

    >>> [default_resamples(queries) for queries in (50, 1000, 4000, 100_000)]
    [10000, 10000, 2500, 1000]
    """
    return min(RESAMPLES, max(LEAST_RESAMPLES, _DRAWS // queries))


def bootstrap_intervals(
    values: NDArray[np.float64],
    *,
    confidence: float = CONFIDENCE,
    resamples: int | None = None,
    seed: int = 0,
    method: IntervalMethod = "percentile",
) -> list[Interval]:
    """Intervals of the column means, resampling queries with replacement.

    All columns see the same resamples, so an interval does not depend on what else is evaluated.

    Args:
        values: (queries, columns), one column for each run and measure; no NaN.
        confidence: Share of resampled means inside the interval, in (0, 1).
        resamples: How many resamples to draw; `default_resamples` when None.
        seed: Of the generator; the same seed gives the same intervals.
        method: `percentile`, or `bca`, which moves the percentiles by the bias and the skewness
            that the values show.

    Returns:
        One interval a column; (NaN, NaN) where there are fewer than two queries.

    Raises:
        InputError: `confidence` or `resamples` is out of range.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), sections 13.3 and 14.3.

    >>> bootstrap_intervals(np.full((5, 1), 0.25))
    [Interval(low=0.25, high=0.25)]
    """
    if not 0 < confidence < 1:
        raise InputError("confidence", must="between 0 and 1", got=confidence)
    if resamples is not None and resamples < 1:
        raise InputError("resamples", must="1 or more", got=resamples)
    queries = len(values)
    if queries < 2:
        return [Interval(np.nan, np.nan)] * values.shape[1]
    means = _resampled_means(values, resamples or default_resamples(queries), seed)
    tail = (1 - confidence) / 2
    tails = np.array([tail, 1 - tail])
    return [
        _interval(column, resampled, tails, method)
        for column, resampled in zip(values.T, means.T, strict=True)
    ]


def _interval(
    values: NDArray[np.float64],
    means: NDArray[np.float64],
    tails: NDArray[np.float64],
    method: IntervalMethod,
) -> Interval:
    if not has_spread(values):
        return Interval(float(values[0]), float(values[0]))
    shares = tails if method == "percentile" else _bca_shares(values, means, tails)
    low, high = np.quantile(means, shares)
    return Interval(float(low), float(high))


def _bca_shares(
    values: NDArray[np.float64], means: NDArray[np.float64], tails: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Efron and Tibshirani (1993), equations 14.10, 14.14 and, for a mean, 14.15."""
    centre = values.mean()
    below = ((means < centre).mean() + (means <= centre).mean()) / 2
    bias = scipy.special.ndtri(below)
    deviations = values - centre
    acceleration = (deviations**3).sum() / (6 * (deviations**2).sum() ** 1.5)
    moved = bias + scipy.special.ndtri(tails)
    shares: NDArray[np.float64] = scipy.special.ndtr(bias + moved / (1 - acceleration * moved))
    return shares


def _resampled_means(values: NDArray[np.float64], resamples: int, seed: int) -> NDArray[np.float64]:
    """(resamples, columns)."""
    generator = np.random.default_rng(seed)
    queries, columns = values.shape
    rows = max(1, _DRAWS_AT_ONCE // queries)
    means = np.empty((resamples, columns))
    for start in range(0, resamples, rows):
        drawn = _times_drawn(generator, min(rows, resamples - start), queries)
        means[start : start + rows] = drawn @ values / queries
    return means


def _times_drawn(generator: np.random.Generator, count: int, queries: int) -> NDArray[np.float64]:
    """How often each resample drew each query: (count, queries), rows summing to `queries`."""
    drawn = generator.integers(queries, size=(count, queries), dtype=np.uint32)
    times = np.empty((count, queries))
    for row, of_one in zip(times, drawn, strict=True):
        row[:] = np.bincount(of_one, minlength=queries)
    return times
