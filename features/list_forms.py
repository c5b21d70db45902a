"""One score of a list's candidates, seen against the rest of the list.

Scores of different queries and collections are not comparable; where a candidate stands in its
own list is. NaN marks a candidate without the score; it stays NaN and is not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from lrat_rank.features.forward import FloatArray, IntArray


@dataclass(frozen=True)
class ListForms:
    """The forms of one score.

    Attributes:
        values: float64 (candidates,), list after list; NaN where a candidate has no score.
        offsets: int64 (lists + 1,); list i has the candidates `offsets[i]:offsets[i + 1]`.
    """

    values: FloatArray
    offsets: IntArray

    @classmethod
    def of_one(cls, values: FloatArray) -> ListForms:
        """Of a single list."""
        return cls(values, np.array([0, len(values)]))

    @cached_property
    def _rising(self) -> FloatArray:
        rising = self.values.copy()
        for start, end in pairwise(self.offsets.tolist()):
            rising[start:end].sort()
        return rising

    @cached_property
    def _standings(self) -> FloatArray:
        from lrat_rank.features.standings import standings

        return standings(self.values, self._rising, self.offsets)

    @cached_property
    def _confidences(self) -> FloatArray:
        from lrat_rank.features.standings import confidences

        return confidences(self._rising, self.offsets)

    @property
    def z_scores(self) -> FloatArray:
        """float64 (candidates,); distance from the list's mean in its standard deviations.

        All 0 where the scores are equal, or there is but one.

        >>> ListForms.of_one(np.array([1.0, 3.0, np.nan])).z_scores.tolist()
        [-1.0, 1.0, nan]
        """
        form: FloatArray = self._standings[0]
        return form

    @property
    def ranks(self) -> FloatArray:
        """float64 (candidates,); rank from 1, the best of equals for all of them.

        >>> ListForms.of_one(np.array([2.0, 5.0, 2.0, np.nan, 1.0])).ranks.tolist()
        [2.0, 1.0, 2.0, nan, 4.0]
        """
        form: FloatArray = self._standings[1]
        return form

    @property
    def margins(self) -> FloatArray:
        """float64 (candidates,), ≤ 0; the score less the best one of its list.

        >>> ListForms.of_one(np.array([2.0, 5.0])).margins.tolist()
        [-3.0, 0.0]
        """
        form: FloatArray = self._standings[2]
        return form

    @property
    def lead(self) -> FloatArray:
        """float64 (lists,); how far the best is ahead of the second, in standard deviations.

        NaN with fewer than two scores; 0 where they are equal.

        >>> ListForms.of_one(np.array([1.0, 3.0])).lead.tolist()
        [2.0]
        """
        form: FloatArray = self._confidences[0]
        return form

    @property
    def entropy(self) -> FloatArray:
        """float64 (lists,); entropy of a softmax over the z-scores, over the highest possible.

        1 where all scores are equal, near 0 where one stands out; NaN with fewer than two scores.

        >>> ListForms(np.array([1.0, 3.0, 1.0, 1.0]), np.array([0, 2, 4])).entropy.round(4).tolist()
        [0.5271, 1.0]
        """
        form: FloatArray = self._confidences[1]
        return form
