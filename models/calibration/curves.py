"""Curves from score to probability; both rise, so that the order is kept."""

from __future__ import annotations

from typing import Protocol

import msgspec
import numpy as np

from lrat_rank.features.forward import BoolArray
from lrat_rank.models.ranker import FloatArray
from lrat_rank.registry import Registry


class Platt(msgspec.Struct, frozen=True, kw_only=True, tag="platt"):
    """p = 1 / (1 + exp(−(slope·score + intercept))).

    Attributes:
        slope: ≥ 0; 0 where higher scores were not more often relevant.
        intercept: Log-odds at score 0.

    >>> Platt(slope=2.0, intercept=0.0).calibrate(np.array([0.0, 1.0])).round(4).tolist()
    [0.5, 0.8808]
    """

    slope: float
    intercept: float

    def calibrate(self, scores: FloatArray) -> FloatArray:
        """float64 (documents,) in [0, 1]; it rises with the score where the slope is above 0."""
        odds = self.slope * np.asarray(scores, dtype=np.float64) + self.intercept
        return np.exp(-np.logaddexp(0.0, -odds))


class Isotonic(msgspec.Struct, frozen=True, kw_only=True, tag="isotonic"):
    """Straight lines between breakpoints, level outside of them.

    Attributes:
        scores: Breakpoints, increasing.
        probabilities: At the breakpoints, not decreasing, in [0, 1].

    >>> curve = Isotonic(scores=(0.0, 2.0), probabilities=(0.1, 0.5))
    >>> curve.calibrate(np.array([1.0, 9.0])).round(6).tolist()
    [0.3, 0.5]
    """

    scores: tuple[float, ...]
    probabilities: tuple[float, ...]

    def calibrate(self, scores: FloatArray) -> FloatArray:
        """float64 (documents,) in [0, 1]; different scores may share one probability."""
        values: FloatArray = np.interp(
            np.asarray(scores, dtype=np.float64), self.scores, self.probabilities
        )
        return values


Curve = Platt | Isotonic


class FitCurve(Protocol):
    """Fits a curve to scores and what was relevant."""

    def __call__(self, scores: FloatArray, relevant: BoolArray) -> Curve:
        """A curve; both arrays are (documents,), and `relevant` holds both values."""
        ...


METHODS: Registry[FitCurve] = Registry("calibration")


@METHODS.register("platt")
def fit_platt(scores: FloatArray, relevant: BoolArray) -> Platt:
    """A logistic curve, towards targets a little inside of 0 and 1.

    Source: Platt, "Probabilistic outputs for support vector machines", 1999: targets
    (N₊ + 1)/(N₊ + 2) and 1/(N₋ + 2).
    """
    from sklearn.linear_model import LogisticRegression

    centre, spread = float(scores.mean()), float(scores.std())
    yes, no = int(relevant.sum()), int((~relevant).sum())
    if spread == 0:
        return Platt(slope=0.0, intercept=float(np.log((yes + 1) / (no + 1))))
    target = np.where(relevant, (yes + 1) / (yes + 2), 1 / (no + 2))
    column = ((scores - centre) / spread)[:, None]
    # A target between 0 and 1 is both answers, each with its share of the weight.
    both = np.concatenate((np.ones(len(scores)), np.zeros(len(scores))))
    model = LogisticRegression(C=1e6, max_iter=1000).fit(
        np.concatenate((column, column)), both, np.concatenate((target, 1 - target))
    )
    slope = float(model.coef_[0, 0]) / spread
    if slope <= 0:
        return Platt(slope=0.0, intercept=float(np.log((yes + 1) / (no + 1))))
    return Platt(slope=slope, intercept=float(model.intercept_[0]) - slope * centre)


@METHODS.register("isotonic")
def fit_isotonic(scores: FloatArray, relevant: BoolArray) -> Isotonic:
    """The rising steps nearest to the answers in squares, kept as breakpoints.

    Source: Zadrozny and Elkan, "Transforming classifier scores into accurate multiclass probability
    estimates", KDD 2002.
    """
    from sklearn.isotonic import IsotonicRegression

    model = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip")
    model.fit(np.asarray(scores, dtype=np.float64), relevant.astype(np.float64))
    return Isotonic(
        scores=tuple(model.X_thresholds_.tolist()),
        probabilities=tuple(np.clip(model.y_thresholds_, 0.0, 1.0).tolist()),
    )
