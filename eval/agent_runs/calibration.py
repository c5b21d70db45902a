"""How far stated confidence can be trusted: calibration errors, Brier score, reliability bins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10
ANSWERS_PER_BIN = 100


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Answers of about the same confidence.

    Attributes:
        low: Confidence from which on an answer belongs here.
        high: Confidence below which it does; the last bin holds 1 too.
        answers: How many there are.
        confidence: Their mean confidence.
        correct: Share of them that are right.
    """

    low: float
    high: float
    answers: int
    confidence: float
    correct: float


@dataclass(frozen=True, slots=True)
class ConfidenceCalibration:
    """Stated confidence against what was right, over judged answers.

    Attributes:
        answers: Judged answers that state a confidence.
        without_confidence: Judged answers that state none; they are left out.
        expected_error: Expected calibration error over equal-width bins, in [0, 1]; 0 is best.
        rms_error: Root mean square calibration error over bins of 100 answers, as BrowseComp-Plus
            reports it; None below 100 answers.
        brier: Mean squared difference of confidence and outcome, in [0, 1]; 0 is best.
        bins: Those of `expected_error` that hold answers.
    """

    answers: int
    without_confidence: int
    expected_error: float
    rms_error: float | None
    brier: float
    bins: tuple[ReliabilityBin, ...]


def confidence_calibration(
    confidence: NDArray[np.float64], correct: NDArray[np.bool_], *, without_confidence: int = 0
) -> ConfidenceCalibration:
    """Measure confidence against outcomes.

    Args:
        confidence: (answers,) in [0, 1], one answer or more.
        correct: (answers,), whether each is right.
        without_confidence: Answers that state none, to be named in the record.

    Source: Naeini, Cooper and Hauskrecht (AAAI 2015) and Guo et al. (ICML 2017), equation 3, for
    the expected error over 10 bins of equal width; Brier (1950). The root mean square error over
    bins of 100 answers in order of confidence is that of Hendrycks, Mazeika and Dietterich (ICLR
    2019), section 4; here all bins count, where the script that BrowseComp-Plus took over from
    there leaves out the last one.

    >>> found = confidence_calibration(np.array([0.9, 0.9, 0.2]), np.array([True, False, False]))
    >>> round(found.expected_error, 6), round(found.brier, 6), len(found.bins)
    (0.333333, 0.286667, 2)
    """
    outcome = correct.astype(np.float64)
    bins = _reliability(confidence, outcome)
    shares = [one.answers / len(outcome) * abs(one.confidence - one.correct) for one in bins]
    return ConfidenceCalibration(
        answers=len(outcome),
        without_confidence=without_confidence,
        expected_error=float(np.sum(shares)),
        rms_error=_rms_error(confidence, outcome),
        brier=float(np.mean((confidence - outcome) ** 2)),
        bins=bins,
    )


def _reliability(
    confidence: NDArray[np.float64], outcome: NDArray[np.float64]
) -> tuple[ReliabilityBin, ...]:
    edges = np.linspace(0.0, 1.0, BINS + 1)
    # Edges that rounding put a hair above a stated confidence, such as 0.3, must not move it.
    place = np.clip(np.floor(confidence * BINS + 1e-9).astype(int), 0, BINS - 1)
    return tuple(
        ReliabilityBin(
            low=float(edges[number]),
            high=float(edges[number + 1]),
            answers=int((place == number).sum()),
            confidence=float(confidence[place == number].mean()),
            correct=float(outcome[place == number].mean()),
        )
        for number in np.unique(place)
    )


def _rms_error(confidence: NDArray[np.float64], outcome: NDArray[np.float64]) -> float | None:
    """Over bins of `ANSWERS_PER_BIN` in order of confidence; the last one holds the rest too."""
    answers = len(outcome)
    if answers < ANSWERS_PER_BIN:
        return None
    order = np.argsort(confidence, kind="stable")
    starts = np.arange(answers // ANSWERS_PER_BIN) * ANSWERS_PER_BIN
    sizes = np.diff(np.append(starts, answers))
    gaps = np.add.reduceat((confidence - outcome)[order], starts) / sizes
    return float(np.sqrt(np.sum(sizes / answers * gaps**2)))
