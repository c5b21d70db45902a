"""The first stage as a teacher: what it thinks of every document, for distillation."""

from __future__ import annotations

from collections.abc import Sequence

from lrat_rank.features.prior import PRIOR_DEPTH, first_stage_prior
from lrat_rank.features.source import FeatureSource
from lrat_rank.models.ranker import CandidateList, FloatArray


class FirstStageTeacher:
    """A ranker whose scores are the first stage's, standardised over the query's own list.

    Args:
        source: The index.
        depth: How deep the first stages' own lists are.
    """

    def __init__(self, source: FeatureSource, depth: int = PRIOR_DEPTH) -> None:
        self._source, self._depth = source, depth

    def score(self, lists: Sequence[CandidateList]) -> list[FloatArray]:
        """One float64 array a list, aligned with its `doc_ids`; higher is better."""
        return first_stage_prior(self._source, lists, depth=self._depth)
