"""A small index and a ranker whose answers can be told beforehand."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from overlap_index import OverlapIndex

from lrat_rank.models.ranker import CandidateList


class FixedScores:
    """Gives each document the score it was told; remembers what it was asked."""

    def __init__(self, scores: Mapping[str, float]) -> None:
        self.scores = scores
        self.asked: list[CandidateList] = []

    def score(self, lists: Sequence[CandidateList]) -> list[np.ndarray]:
        self.asked += lists
        return [np.array([self.scores[d] for d in candidates.doc_ids]) for candidates in lists]


@pytest.fixture
def index() -> OverlapIndex:
    return OverlapIndex()


@pytest.fixture
def dense_index() -> OverlapIndex:
    return OverlapIndex(has_dense=True)


@pytest.fixture
def ranker() -> FixedScores:
    return FixedScores({"1": 0.5, "2": 2.5, "03": -1.0, "four": 0.25})
