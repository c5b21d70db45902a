"""How well a cross-encoder orders labelled lists, and how far its scores lie apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lrat_rank.features.prior import first_stage_prior
from lrat_rank.features.source import FeatureSource
from lrat_rank.models.cross_encoder.processes import count, gathered, number
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker
from lrat_rank.models.ndcg import list_ndcg, mean_list_ndcg
from lrat_rank.models.ranker import FloatArray
from lrat_rank.models.usable_lists import UsableList


class Look(NamedTuple):
    """What a model's scores of some lists say of it.

    Attributes:
        ndcg: Mean nDCG@10, in [0, 1].
        spread: How far a list's learned scores lie apart: their standard deviation, the lists'
            mean; 0 is a collapsed model.
    """

    ndcg: float
    spread: float


class WatchedLists:
    """Lists that a model in training is looked at with, read once; processes share the work.

    Args:
        lists: The lists.
        ranker: Holds the model; its scores' fixed share is computed once.
    """

    def __init__(self, lists: Sequence[UsableList], ranker: CrossEncoderRanker) -> None:
        self._ranker = ranker
        self._mine = list(lists)[number() :: count()]
        asked = [one.judged for one in self._mine]
        self._pairs, self._offsets = ranker.encoded(asked), ranker.offsets(asked)
        self._ends = np.cumsum([len(one.doc_ids) for one in asked])[:-1]

    def look(self) -> Look:
        """Score them with the model as it stands; the outcome is the same in all processes.

        Raises:
            InputError: A score is NaN.
        """
        learned = self._learned()
        found = [
            list_ndcg(one.doc_ids, one.gains, share + own)
            for one, share, own in zip(self._mine, self._offsets, learned, strict=True)
        ]
        return Look(self._mean(found), self._spread(learned))

    def spread(self) -> float:
        """As `look` gives it, for a model that may have diverged: NaN where a score is."""
        return self._spread(self._learned())

    def _spread(self, learned: list[FloatArray]) -> float:
        return self._mean([float(own.std()) for own in learned])

    def _learned(self) -> list[FloatArray]:
        if not self._mine:
            return []
        return np.split(self._ranker.logits(self._pairs), self._ends)

    @staticmethod
    def _mean(values: list[float]) -> float:
        return float(np.mean([value for part in gathered(values) for value in part]))


def first_stage_ndcg(lists: Sequence[UsableList], source: FeatureSource | None) -> float:
    """Mean nDCG@10 of the first stage's order, or, without an index, of the order shown."""
    if source is None:
        return mean_list_ndcg(lists, [-one.ranks.astype(np.float64) for one in lists])
    return mean_list_ndcg(lists, first_stage_prior(source, [one.judged for one in lists]))
