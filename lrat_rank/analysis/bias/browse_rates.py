"""How often each rank is browsed, and whether that is more than chance or relevance explain.

Two questions are asked of the same counts, each by one test. *Against uniform*: inside every list,
are the browses spread over its ranks as if drawn blindly? *Against relevance*: among documents that
are known to be equally relevant, are they? Both are Cochran–Mantel–Haenszel tests; what differs is
the stratum inside which ranks are exchangeable: one list, or its documents of one relevance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

CONFIDENCE = 0.95
LEAST_PER_RANK = 5
"""Browses a rank must have a right to, on average, before a chi-squared test is trusted."""
ALPHA = 0.05
_ROUNDING = 1e-9
"""Eigenvalues of a covariance up to this share of the largest are 0. numpy's own bound is for the
rounding of one matrix, not of a sum over thousands of strata."""


@dataclass(frozen=True, slots=True)
class RankRate:
    """One point of the curve.

    Attributes:
        rank: From 1.
        shown: Impressions that count.
        browsed: Those that were browsed.
        rate: Their share.
        low: Of its 95% Wilson interval, which takes impressions as independent.
        high: As `low`.
        of_matched: Browses of documents that stood beside others as relevant in their list, divided
            by those that drawing blindly among these would give this rank; above 1 the rank is
            browsed more than its documents' relevance explains. None where nothing is compared.
    """

    rank: int
    shown: int
    browsed: int
    rate: float
    low: float
    high: float
    of_matched: float | None = None


@dataclass(frozen=True, slots=True)
class SpreadTest:
    """Whether browses are spread over ranks as a hypothesis says.

    Attributes:
        statistic: Chi-squared; 0 where nothing can be compared.
        degrees: Its degrees of freedom.
        p: Its p-value; None where nothing can be compared.
        browses: Those in strata that compare ranks.
        needed: About how many browses the test needs to be trusted.
        enough: Whether there are as many.
        verdict: What it says, in a sentence.
    """

    statistic: float
    degrees: int
    p: float | None
    browses: int
    needed: int
    enough: bool
    verdict: str = ""


class Spread:
    """Browses by rank against their expectation inside strata; filled stratum by stratum.

    With n impressions of a stratum, nₖ of them at rank k, and b browses, the hypothesis that ranks
    do not matter draws the b browses from the n impressions without looking. Rank k then expects
    b·nₖ/n, with the covariance of the multivariate hypergeometric distribution. Sums over strata
    give observed O, expected E and covariance V; (O − E)ᵀ V⁺ (O − E) is chi-squared with rank(V)
    degrees of freedom.

    Source: Mantel, "Chi-square tests with one degree of freedom; extensions of the
    Mantel–Haenszel procedure", JASA 1963; Landis, Heyman and Koch, "Average partial association in
    three-way contingency tables", International Statistical Review 1978 (general association).

    >>> spread = Spread(2)
    >>> for _ in range(20):
    ...     spread.add(np.array([1.0, 1.0]), np.array([1.0, 0.0]))
    >>> test = spread.test()
    >>> round(test.statistic, 6), test.degrees, test.browses, test.enough
    (20.0, 1, 20, True)
    """

    def __init__(self, depth: int) -> None:
        self.observed = np.zeros(depth)
        self.expected = np.zeros(depth)
        self._covariance = np.zeros((depth, depth))
        self._compared = 0.0

    def add(self, shown: FloatArray, browsed: FloatArray) -> None:
        """Add one stratum: impressions and browses by rank, each (depth,)."""
        total, opened = float(shown.sum()), float(browsed.sum())
        if opened == 0 or total <= opened or np.count_nonzero(shown) < 2:
            return
        share = shown / total
        self.observed += browsed
        self.expected += opened * share
        self._compared += opened
        spread = np.diag(share) - np.outer(share, share)
        self._covariance += opened * (total - opened) / (total - 1) * spread

    def test(self) -> SpreadTest:
        """The test over all strata added so far; its verdict is still to be written."""
        from scipy.stats import chi2

        ranks = int(np.count_nonzero(self._covariance.diagonal()))
        needed = LEAST_PER_RANK * max(ranks, 2)
        if ranks < 2:
            return SpreadTest(0.0, 0, None, int(self._compared), needed, enough=False)
        off = self.observed - self.expected
        variances, axes = np.linalg.eigh(self._covariance)
        varies = variances > _ROUNDING * variances.max()
        statistic = float(((off @ axes)[varies] ** 2 / variances[varies]).sum())
        degrees = int(varies.sum())
        p = float(chi2.sf(statistic, degrees))
        enough = self._compared >= needed
        return SpreadTest(statistic, degrees, p, int(self._compared), needed, enough)

    def ratio(self, rank: int) -> float | None:
        """Observed over expected browses of a rank (from 1); None where none are expected."""
        expected = float(self.expected[rank - 1])
        return float(self.observed[rank - 1]) / expected if expected else None


def browse_curve(shown: FloatArray, browsed: FloatArray, matched: Spread) -> tuple[RankRate, ...]:
    """The curve over the ranks that were shown.

    Args:
        shown: Impressions by rank, (depth,).
        browsed: Browses by rank, (depth,).
        matched: Browses against what relevance alone would give.

    >>> (first,) = browse_curve(np.array([10.0]), np.array([5.0]), Spread(1))
    >>> first.rate, round(first.low, 4), round(first.high, 4)
    (0.5, 0.2366, 0.7634)
    """
    from scipy.stats import binomtest

    curve = []
    for rank, (n, b) in enumerate(zip(shown.tolist(), browsed.tolist(), strict=True), start=1):
        if n:
            interval = binomtest(int(b), int(n)).proportion_ci(CONFIDENCE, method="wilson")
            low, high = float(interval.low), float(interval.high)
            curve.append(RankRate(rank, int(n), int(b), b / n, low, high, matched.ratio(rank)))
    return tuple(curve)
