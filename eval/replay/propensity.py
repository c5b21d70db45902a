"""Figures in which a used document counts for those that stood as low and were not looked at.

An agent uses a document only where it looks at it, so used documents are too often those that the
logged order put first, and an unweighted replay favours that order. Weighted by 1 / examination of
its logged rank, a used document stands for all documents of use that were logged at such ranks.

Labels hold lists in which something was used; how many searches there were without is not known.
So the weights are normalised by their own sum, and every figure is a mean over documents of use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lrat_rank.eval.replay.estimates import Estimate, ratio_estimates
from lrat_rank.eval.replay.placement import Placement
from lrat_rank.eval.replay.units import Units

FIGURES = ("mean rank", "discount", "stands first")
"""Of a document of use: its rank, 1 / log2(1 + rank), and whether its rank is 1."""


@dataclass(frozen=True, slots=True)
class DocumentFigure:
    """A mean over documents of use.

    Attributes:
        plain: Every used document counts 1.
        weighted: Every used document counts 1 / examination of its logged rank.
    """

    plain: Estimate
    weighted: Estimate


@dataclass(frozen=True, slots=True)
class PropensityReport:
    """What the weighted figures are, and how much stands behind them.

    Attributes:
        used: Used documents in the replayed lists.
        covered: Those whose examination is known; the figures, plain ones too, are over these.
        effective: (Σ weights)² / Σ weights²: as many documents of equal weight would say as much
            (Kish's effective sample size).
        largest_weight: Of one document.
        figures: System → name in `FIGURES` → figure.
    """

    used: int
    covered: int
    effective: float
    largest_weight: float
    figures: dict[str, dict[str, DocumentFigure]]


def propensity_report(
    placements: Mapping[str, Placement], units: Units, *, seed: int = 0
) -> PropensityReport | None:
    """The figures of every system; None where no examination is known.

    Args:
        placements: System → its order of the lists.
        units: Which list belongs to which question.
        seed: Of the bootstrap over questions.

    Source: Joachims, Swaminathan and Schnabel, "Unbiased Learning-to-Rank with Biased Feedback",
    WSDM 2017 (weights of additive ranking measures); Swaminathan and Joachims, "The Self-Normalized
    Estimator for Counterfactual Learning", NeurIPS 2015 (equation 9).
    """
    first = next(iter(placements.values()))
    weights = first.weights[first.weights > 0]
    if not len(weights):
        return None
    return PropensityReport(
        used=int(first.used.sum()),
        covered=len(weights),
        effective=float(weights.sum() ** 2 / (weights**2).sum()),
        largest_weight=float(weights.max()),
        figures={name: _figures(one, units, seed) for name, one in placements.items()},
    )


def _figures(placement: Placement, units: Units, seed: int) -> dict[str, DocumentFigure]:
    weights = placement.weights
    ranks = np.arange(1.0, weights.shape[1] + 1)
    by_rank = np.column_stack([ranks, 1 / np.log2(1 + ranks), ranks == 1])
    plain, weighted = (
        ratio_estimates(
            units.sums(counted @ by_rank),
            units.sums(counted.sum(axis=1, keepdims=True)),
            seed=seed,
        )
        for counted in ((weights > 0).astype(np.float64), weights)
    )
    return {name: DocumentFigure(a, b) for name, a, b in zip(FIGURES, plain, weighted, strict=True)}
