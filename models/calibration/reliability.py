"""How far probabilities are from what came true."""

from __future__ import annotations

import msgspec
import numpy as np

from lrat_rank.features.forward import BoolArray
from lrat_rank.models.ranker import FloatArray

BINS = 10


class Reliability(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of probabilities for documents whose lists did not fit the curve.

    Attributes:
        ece: Expected calibration error, in [0, 1]; 0 is best.
        brier: Mean squared error, in [0, 1]; 0 is best.
        brier_of_the_share: That of always giving the share of relevant documents, for comparison.
    """

    ece: float
    brier: float
    brier_of_the_share: float


def reliability(probabilities: FloatArray, relevant: BoolArray) -> Reliability:
    """The figures of probabilities (documents,) in [0, 1] against what was relevant."""
    truth = relevant.astype(np.float64)
    share = float(truth.mean())
    return Reliability(
        ece=expected_calibration_error(probabilities, relevant),
        brier=float(((probabilities - truth) ** 2).mean()),
        brier_of_the_share=share * (1 - share),
    )


def expected_calibration_error(probabilities: FloatArray, relevant: BoolArray) -> float:
    """Σ over ten bins of equal width of (share of documents)·|mean probability − share relevant|.

    Source: Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian
    binning", AAAI 2015.

    >>> said, true = np.array([0.9, 0.9, 0.1]), np.array([True, False, False])
    >>> round(expected_calibration_error(said, true), 6)
    0.3
    """
    which = np.minimum((probabilities * BINS).astype(np.int64), BINS - 1)
    said = np.bincount(which, probabilities, BINS)
    came = np.bincount(which, relevant.astype(np.float64), BINS)
    return float(np.abs(said - came).sum() / len(probabilities))
