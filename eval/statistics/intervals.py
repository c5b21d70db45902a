"""Bootstrap confidence intervals for means over queries."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lrat_rank.errors import InputError

RESAMPLES = 10_000
CONFIDENCE = 0.95
_DRAWS_AT_ONCE = 2_000_000


class Interval(NamedTuple):
    """Both ends of a confidence interval; NaN where there are too few queries for one."""

    low: float
    high: float


def bootstrap_intervals(
    values: NDArray[np.float64],
    *,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> list[Interval]:
    """Percentile intervals of the column means, resampling queries with replacement.

    All columns see the same resamples, so an interval does not depend on what else is evaluated.

    Args:
        values: (queries, columns), one column for each run and measure; no NaN.
        confidence: Share of resampled means inside the interval, in (0, 1).
        resamples: How many resamples to draw.
        seed: Of the generator; the same seed gives the same intervals.

    Returns:
        One interval a column; (NaN, NaN) where there are fewer than two queries.

    Raises:
        InputError: `confidence` or `resamples` is out of range.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), section 13.3.

    >>> bootstrap_intervals(np.full((5, 1), 0.25))
    [Interval(low=0.25, high=0.25)]
    """
    if not 0 < confidence < 1:
        raise InputError("confidence", must="between 0 and 1", got=confidence)
    if resamples < 1:
        raise InputError("resamples", must="1 or more", got=resamples)
    queries, columns = values.shape
    if queries < 2:
        return [Interval(np.nan, np.nan)] * columns
    generator = np.random.default_rng(seed)
    rows = max(1, _DRAWS_AT_ONCE // queries)
    means = np.empty((resamples, columns))
    for start in range(0, resamples, rows):
        count = min(rows, resamples - start)
        means[start : start + count] = _draws(generator, count, queries) @ values / queries
    tail = (1 - confidence) / 2
    low, high = np.quantile(means, [tail, 1 - tail], axis=0)
    return [Interval(float(a), float(b)) for a, b in zip(low, high, strict=True)]


def _draws(generator: np.random.Generator, count: int, queries: int) -> NDArray[np.float64]:
    """How often each resample drew each query: (count, queries), rows summing to `queries`."""
    drawn = generator.integers(queries, size=(count, queries))
    cells = drawn + queries * np.arange(count)[:, None]
    counts = np.bincount(cells.ravel(), minlength=count * queries)
    return counts.reshape(count, queries).astype(np.float64)
