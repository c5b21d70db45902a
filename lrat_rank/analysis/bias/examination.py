"""How likely each rank is looked at, estimated from documents that stood at several ranks.

Under the position-based model a document d at rank k is browsed with probability pₖ · r(d): the
rank is looked at, and the document is opened when it is seen. Ranks are compared by the same
documents standing at both, either because the tool drew their places at random (`swap_wins`), or
because it happened that a query's list came in several orders (`harvest_wins`). Every comparison of
ranks j and k gives weighted browses at each, whose expectations are in the ratio pⱼ : pₖ. All
comparisons together are fitted by one Bradley–Terry model, so that ranks that were never compared
directly are still compared through others; intervals come from a bootstrap over clusters.

Only ratios can be told: examination is relative to rank 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lrat_rank.analysis.bias.browse_rates import FloatArray
from lrat_rank.analysis.bias.comparisons import Wins

LEAST_CLUSTERS = 20
"""Clusters with browses in comparisons that a bootstrap over clusters needs to mean anything."""
LEAST_BROWSES = 10
"""Browses a rank would have in its comparisons, were all ranks alike, before it is told."""
WIDEST = 4.0
"""A rank is told where its interval's high end is at most this many times its low end."""
QUANTILES = (0.025, 0.975)
FAIR = 1.5
"""The mean inverse-propensity weight lies within 1 / FAIR and FAIR where the log is right."""
_PRIOR = 0.5
_LEAST_PRIOR = 1e-3
_ROUNDS = 100


@dataclass(frozen=True, slots=True)
class ExaminationEstimate:
    """Examination by rank, relative to rank 1, for the ranks that can be told.

    Attributes:
        method: `randomised` or `harvested`.
        ranks: Those that can be told, rank 1 first; empty when none but rank 1 can.
        examination: pₖ / p₁ of each; may be above 1.
        low: Of each one's 95% bootstrap interval.
        high: As `low`.
        untold: Ranks that were compared, but too seldom to tell.
        units: Lists with slots in play, or query–document pairs shown at several ranks.
        impressions: In them.
        browses: In them.
        needed: About how many such browses would tell the first of `untold`; 0 when all are told.
        enough: Whether any rank can be told.
        mean_weight: Of the lists with slots in play, the mean inverse-propensity weight: near 1
            where the logged propensities are those that were drawn with.
        verdict: What it says, in a sentence.
    """

    method: str
    ranks: tuple[int, ...]
    examination: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    untold: tuple[int, ...]
    units: int
    impressions: int
    browses: int
    needed: int
    enough: bool
    mean_weight: float = 1.0
    verdict: str = ""


def bradley_terry(won: FloatArray) -> FloatArray:
    """Strengths p with E[won[j, k]] : E[won[k, j]] = p[j] : p[k], the first being 1.

    The maximum of Σ won[j, k] · log(p[j] / (p[j] + p[k])), by Newton's method on log p.

    Args:
        won: (..., n, n), ≥ 0; every rank must be tied to every other by wins both ways.

    Returns:
        (..., n), > 0.

    Source: Bradley and Terry, "Rank analysis of incomplete block designs", Biometrika 1952.

    >>> bradley_terry(np.array([[0.0, 30.0], [10.0, 0.0]])).round(6).tolist()
    [1.0, 0.333333]
    """
    met = won + np.swapaxes(won, -1, -2)
    wins = won.sum(-1)
    log_p = np.zeros(wins.shape)
    n = wins.shape[-1]
    for _ in range(_ROUNDS):
        chance = 1 / (1 + np.exp(log_p[..., None, :] - log_p[..., :, None]))
        slope = wins - (met * chance).sum(-1)
        bend = met * chance * (1 - chance)
        curve = bend.sum(-1)[..., None] * np.eye(n) - bend
        step = np.linalg.solve(curve[..., 1:, 1:], slope[..., 1:, None])[..., 0]
        # A whole Newton step may overshoot where one side hardly ever wins.
        log_p[..., 1:] += np.clip(step, -2, 2)
        if np.abs(step).max(initial=0.0) < 1e-9:
            break
    strengths: FloatArray = np.exp(log_p)
    return strengths


class RankComparisons:
    """Comparisons of ranks, filled cluster by cluster, with a bootstrap that needs no second pass.

    Every cluster enters each of the replicates with a weight drawn from Poisson(1), which is what
    drawing clusters with replacement comes to. Memory does not grow with the clusters.

    Source: Hanley and MacGibbon, "Creating non-parametric bootstrap samples using Poisson
    frequencies", Computer Methods and Programs in Biomedicine 2006.
    """

    def __init__(self, depth: int, *, replicates: int, seed: int) -> None:
        self._all = Wins(depth)
        self._resampled = np.zeros((replicates, depth, depth))
        self._random = np.random.default_rng(seed)
        self._clusters = 0

    def add(self, cluster: Wins) -> None:
        """Add the comparisons of one cluster."""
        if not cluster.units:
            return
        self._all += cluster
        if not cluster.won.any():
            return
        self._clusters += 1
        times = self._random.poisson(1.0, len(self._resampled))
        rows, columns = np.nonzero(cluster.won)
        self._resampled[:, rows, columns] += times[:, None] * cluster.won[rows, columns]

    def estimate(self, method: str) -> ExaminationEstimate:
        """Examination relative to rank 1, where it can be told; the verdict is still to write."""
        total = self._all
        met = total.compared > 0
        reached = _reached(met)
        fitted = self._fitted(np.ix_(reached, reached)) if len(reached) > 1 else np.ones((3, 1))
        lacks = {rank: self._lack(rank, fitted[:, n]) for n, rank in enumerate(reached)}
        told = [n for n, rank in enumerate(reached) if max(lacks[0], lacks[rank]) <= 1]
        told = told if len(told) > 1 else []
        kept = {reached[n] for n in told}
        untold = [rank for rank in np.flatnonzero(met.any(axis=1)).tolist() if rank not in kept]
        point, low, high = (tuple(row[told].tolist()) for row in fitted)
        return ExaminationEstimate(
            method=method,
            ranks=tuple(reached[n] + 1 for n in told),
            examination=point,
            low=low,
            high=high,
            untold=tuple(rank + 1 for rank in untold),
            units=total.units,
            impressions=total.impressions,
            browses=total.browses,
            needed=self._needed(lacks, untold),
            enough=bool(told),
            mean_weight=total.weight / total.units if total.units else 1.0,
        )

    def _fitted(self, ends: tuple[Any, ...]) -> FloatArray:
        """(3, ranks): the estimate and the two ends of its interval."""
        tied = (self._all.compared > 0)[ends]
        point = bradley_terry(self._all.won[ends] + _PRIOR * tied)
        # A rank without a browse has none in any replicate; half a browse that varies keeps its
        # interval from looking certain.
        prior = self._random.gamma(_PRIOR, size=(len(self._resampled), *tied.shape))
        won = self._resampled[:, *ends] + np.maximum(prior, _LEAST_PRIOR) * tied
        low, high = np.quantile(bradley_terry(won), QUANTILES, axis=0)
        return np.stack([point, low, high])

    def _lack(self, rank: int, fitted: FloatArray) -> float:
        """How many times as many browses telling a rank takes; ≤ 1 where it can be told."""
        total = self._all
        if not self._clusters or not total.chances[rank]:
            return math.inf
        if not 1 / FAIR <= total.weight / total.units <= FAIR:
            return math.inf
        # An interval shrinks with the root of the browses, on the scale where it is symmetric.
        width = math.log(fitted[2] / fitted[1]) / math.log(WIDEST)
        return max(
            LEAST_CLUSTERS / self._clusters, LEAST_BROWSES / float(total.chances[rank]), width**2
        )

    def _needed(self, lacks: Mapping[int, float], untold: Sequence[int]) -> int:
        """About how many browses tell rank 1 and the most easily told of the ranks that are not."""
        if not untold:
            return 0
        least = min((lacks[rank] for rank in untold if rank in lacks and rank), default=math.inf)
        least = max(least, lacks[0])
        if math.isinf(least):
            return LEAST_BROWSES * max(2, len(untold))
        return math.ceil(least * self._all.browses)


def _reached(compared: npt.NDArray[np.bool_]) -> list[int]:
    """Rank 1 (as 0) and what was compared with it, directly or through others; in order."""
    reached, border = {0}, [0]
    while border:
        near = set(np.flatnonzero(compared[border.pop()]).tolist()) - reached
        reached |= near
        border += near
    return sorted(reached)
