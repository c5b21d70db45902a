"""One score of a list's candidates, seen against the rest of the list.

Scores of different queries and collections are not comparable; where a candidate stands in its
own list is. NaN marks a candidate without the score; it stays NaN and is not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lrat_rank.features.forward import FloatArray


@dataclass(frozen=True)
class ListForms:
    """The forms of one score.

    Attributes:
        values: float64 (candidates,); NaN where the candidate has no score.
    """

    values: FloatArray

    @cached_property
    def _rising(self) -> FloatArray:
        # Sums are taken in this order, so that no candidate's place in the list changes them.
        rising = np.sort(self.values)
        return rising[: len(rising) - np.count_nonzero(np.isnan(rising))]

    @cached_property
    def z_scores(self) -> FloatArray:
        """float64 (candidates,); distance from the list's mean in its standard deviations.

        All 0 where the scores are equal, or there is but one.

        >>> ListForms(np.array([1.0, 3.0, np.nan])).z_scores.tolist()
        [-1.0, 1.0, nan]
        """
        rising = self._rising
        if len(rising) == 0 or rising[0] == rising[-1]:
            return self.values * 0.0
        mean = rising.sum() / len(rising)
        spread = np.sqrt(np.square(rising - mean).sum() / len(rising))
        z_scores: FloatArray = (self.values - mean) / spread
        return z_scores

    @cached_property
    def ranks(self) -> FloatArray:
        """float64 (candidates,); rank from 1, the best of equals for all of them.

        >>> ListForms(np.array([2.0, 5.0, 2.0, np.nan, 1.0])).ranks.tolist()
        [2.0, 1.0, 2.0, nan, 4.0]
        """
        rising = self._rising
        better = len(rising) - np.searchsorted(rising, self.values, side="right")
        return np.where(np.isnan(self.values), np.nan, better + 1.0)

    @property
    def margins(self) -> FloatArray:
        """float64 (candidates,), ≤ 0; the score less the best one.

        >>> ListForms(np.array([2.0, 5.0])).margins.tolist()
        [-3.0, 0.0]
        """
        best = self._rising[-1] if len(self._rising) else np.nan
        return self.values - best

    @property
    def lead(self) -> float:
        """How far the best score is ahead of the second, in standard deviations of the list.

        NaN with fewer than two scores; 0 where they are equal.

        >>> ListForms(np.array([1.0, 3.0])).lead
        2.0
        """
        if len(self._rising) < 2:
            return float("nan")
        second, best = np.sort(self.z_scores[~np.isnan(self.values)])[-2:]
        return float(best - second)

    @property
    def entropy(self) -> float:
        """Entropy of the softmax over the z-scores, as a share of the highest possible.

        1 where all scores are equal, near 0 where one stands out; NaN with fewer than two scores.

        >>> [round(ListForms(np.array(one)).entropy, 4) for one in ([1.0, 3.0], [1.0, 1.0])]
        [0.5271, 1.0]
        """
        n = len(self._rising)
        if n < 2:
            return float("nan")
        z_scores = np.sort(self.z_scores[~np.isnan(self.values)])
        shares = np.exp(z_scores - z_scores[-1])
        shares /= shares.sum()
        entropy = -(shares * np.log(np.maximum(shares, 1e-300))).sum()
        return float(min(entropy / np.log(n), 1.0))
