"""Means that are a ratio of two sums over sessions (opened documents over searches), and intervals.

Calls inside a session depend on each other, so the variance is that of the delta method.

Source: Deng, Knoblich and Lu, "Applying the Delta Method in Metric Analytics: A Practical Guide
with Novel Ideas", KDD 2018, section 3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(slots=True)
class RatioSums:
    """Sums over sessions that give a ratio of totals and its variance.

    >>> sums = RatioSums()
    >>> for opened, searches in [(1, 1), (3, 1), (2, 1)]:
    ...     sums.add(opened, searches)
    >>> sums.ratio, round(sums.variance, 6)
    (2.0, 0.333333)
    """

    sessions: int = 0
    x: float = 0.0
    y: float = 0.0
    xx: float = 0.0
    xy: float = 0.0
    yy: float = 0.0

    def add(self, x: float, y: float) -> None:
        """Add a session: the amount `x` over `y` occasions; one without occasions says nothing."""
        if y:
            self.sessions += 1
            self.x, self.y = self.x + x, self.y + y
            self.xx, self.xy, self.yy = self.xx + x * x, self.xy + x * y, self.yy + y * y

    @property
    def ratio(self) -> float | None:
        """Σx / Σy; None over nothing."""
        return self.x / self.y if self.y else None

    @property
    def variance(self) -> float:
        """Of the ratio R, over n ≥ 2 sessions: n / (n − 1) · Σ(x − R·y)² / (Σy)²."""
        r, n = self.x / self.y, self.sessions
        squares = max(0.0, self.xx - 2 * r * self.xy + r * r * self.yy)
        return n / (n - 1) * squares / self.y**2


def welch(one: RatioSums, other: RatioSums, alpha: float) -> tuple[float, float, float]:
    """The difference of two ratios, and an interval that misses it with probability `alpha`.

    Each side has at least two sessions. The quantile is Student's, with the degrees of freedom of
    Welch and Satterthwaite.

    Source: Welch, "The generalization of 'Student's' problem when several different population
    variances are involved", Biometrika 1947.
    """
    from scipy.stats import t

    difference = one.x / one.y - other.x / other.y
    parts = [(side.variance, side.sessions - 1) for side in (one, other)]
    variance = sum(part for part, _ in parts)
    if not variance:
        return difference, difference, difference
    degrees = variance**2 / sum(part**2 / free for part, free in parts)
    half = float(t.ppf(1 - alpha / 2, degrees)) * math.sqrt(variance)
    return difference, difference - half, difference + half
