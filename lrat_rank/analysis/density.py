"""How numbers are spread, from their counts."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

_GRID = 120
_NARROWEST = 0.06


def log_density(counts: Mapping[int, int], low: float, high: float) -> list[tuple[float, float]]:
    """A smoothed density of log10 of positive numbers, which has area 1 over the log axis.

    Args:
        counts: How often each number ≥ 1 occurs.
        low: Where to begin, > 0.
        high: Where to end, > low.

    Returns:
        (number, density per factor of ten), the numbers evenly spaced on the log axis; empty
        where there are no counts.

    Source: Silverman, Density Estimation (1986), equation 3.31 for the bandwidth.

    >>> points = log_density({10: 2, 100: 2}, 1, 1000)
    >>> peak = max(points, key=lambda point: point[1])
    >>> round(peak[0]) in range(5, 200)
    True
    """
    if not counts:
        return []
    values = np.log10(np.fromiter(counts.keys(), dtype=np.float64))
    shares = np.fromiter(counts.values(), dtype=np.float64)
    total = shares.sum()
    shares /= total
    mean = float(values @ shares)
    spread = math.sqrt(float(((values - mean) ** 2) @ shares))
    order = np.argsort(values)
    ends = np.interp((0.25, 0.75), np.cumsum(shares[order]), values[order])
    quartiles = float(ends[1] - ends[0]) / 1.34
    narrow = min(spread, quartiles) if quartiles > 0 else spread
    width = max(0.9 * narrow * total**-0.2, _NARROWEST)
    grid = np.linspace(math.log10(low), math.log10(high), _GRID)
    density = np.zeros(_GRID)
    for start in range(0, len(values), 4096):
        near = (grid[:, None] - values[None, start : start + 4096]) / width
        density += np.exp(-0.5 * near**2) @ shares[start : start + 4096]
    density /= width * math.sqrt(2 * math.pi)
    return [(float(10.0**x), float(y)) for x, y in zip(grid, density, strict=True)]


def median(counts: Mapping[int, int]) -> float | None:
    """The median of numbers, from their counts; None without any.

    >>> median({1: 1, 5: 2, 9: 1})
    5.0
    >>> median({1: 1, 4: 1})
    2.5
    """
    total = sum(counts.values())
    if not total:
        return None
    middle: list[int] = []
    seen = 0
    for number in sorted(counts):
        seen += counts[number]
        if not middle and seen * 2 >= total:
            middle.append(number)
        if middle and seen * 2 > total:
            middle.append(number)
            break
    return (middle[0] + middle[-1]) / 2


def histogram(
    counts: Mapping[float, int], bins: int, high: float
) -> list[tuple[float, float, int]]:
    """(from, to, how many) of equal bins from 0 to `high`; the last one holds its end.

    >>> histogram({0.0: 1, 1.0: 2, 2.0: 3}, 2, 2.0)
    [(0.0, 1.0, 1), (1.0, 2.0, 5)]
    """
    filled = [0] * bins
    for value, count in counts.items():
        filled[min(bins - 1, int(value / high * bins))] += count
    return [(n * high / bins, (n + 1) * high / bins, count) for n, count in enumerate(filled)]
