"""A ranker whose scores are probabilities."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lrat_rank.models.calibration.calibration import Calibration
from lrat_rank.models.ranker import CandidateList, FloatArray, Ranker

ORDER = 1e-6
"""How far a probability is moved at most, so that the raw scores' order survives ties."""


class CalibratedRanker:
    """Scores are calibrated probabilities, in the order of the raw scores.

    A calibration may give neighbours one probability; then less than `ORDER` tells them apart as
    their raw scores do.

    Args:
        inner: The ranker whose scores were calibrated.
        calibration: The curve.
    """

    def __init__(self, inner: Ranker, calibration: Calibration) -> None:
        self.inner, self.calibration = inner, calibration

    def score(self, lists: Sequence[CandidateList]) -> list[FloatArray]:
        """See `Ranker.score`; float64 in [0, 1]."""
        return [self._probabilities(scores) for scores in self.inner.score(lists)]

    def _probabilities(self, scores: FloatArray) -> FloatArray:
        levels, place = np.unique(scores, return_inverse=True)
        nudge = place / max(len(levels), 1)
        probabilities: FloatArray = self.calibration.calibrate(scores) * (1 - ORDER) + ORDER * nudge
        return probabilities
