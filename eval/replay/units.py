"""Which list belongs to which question: the unit of every interval and test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lrat_rank.eval.replay.selection import ReplayedList

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Units:
    """The questions behind the lists.

    Attributes:
        questions: Groups of the lists, sorted.
        question_of: int64 (lists,), positions in `questions`.
    """

    questions: tuple[str, ...]
    question_of: NDArray[np.int64]

    @classmethod
    def of(cls, lists: Sequence[ReplayedList]) -> Units:
        """The questions of these lists."""
        questions, question_of = np.unique([one.group for one in lists], return_inverse=True)
        return cls(tuple(questions.tolist()), question_of.astype(np.int64))

    def sums(self, values: FloatArray) -> FloatArray:
        """The sums of (lists, columns) by question: (questions, columns)."""
        lists = len(self.question_of)
        belongs = sparse.csr_array(
            (np.ones(lists), (self.question_of, np.arange(lists))),
            shape=(len(self.questions), lists),
        )
        summed: FloatArray = belongs @ values
        return summed

    def means(self, values: FloatArray) -> FloatArray:
        """The means of (lists, columns) by question: (questions, columns).

        >>> units = Units(("a", "b"), np.array([0, 0, 1]))
        >>> units.means(np.array([[1.0], [0.0], [1.0]])).tolist()
        [[0.5], [1.0]]
        """
        return self.sums(values * self.shares(np.ones(len(values)))[:, None])

    def shares(self, counted: FloatArray) -> FloatArray:
        """What each list counts, float64 (lists,), so that every question counts 1.

        Args:
            counted: float64 (lists,), 1 for the lists that count and 0 for others.

        >>> Units(("a", "b"), np.array([0, 0, 1])).shares(np.array([1.0, 1.0, 0.0])).tolist()
        [0.5, 0.5, 0.0]
        """
        totals = self.sums(counted[:, None])[self.question_of, 0]
        shares: FloatArray = np.divide(
            counted, totals, out=np.zeros_like(counted), where=totals > 0
        )
        return shares
