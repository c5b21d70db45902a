"""A clock that moves only when something takes time, and rankers and an index that take it."""

from collections.abc import Sequence

import numpy as np

from lrat_rank.collections import Document, Run, ScoredDocument
from lrat_rank.models.ranker import CandidateList


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def pass_time(self, seconds: float) -> None:
        self.now += seconds


class LongIndex:
    """Finds the same documents for every query: d00, d01, … down from score `size`."""

    has_dense = False

    def __init__(self, clock: Clock | None = None, *, size: int = 50, seconds: float = 0.0) -> None:
        self.doc_ids = [f"d{n:02}" for n in range(size)]
        self.clock, self.seconds, self.searches = clock, seconds, 0

    def retrieve(self, queries, stage, depth):
        if queries and self.clock:
            self.clock.pass_time(self.seconds)
        self.searches += len(queries)
        ranking = [ScoredDocument(d, float(-n)) for n, d in enumerate(self.doc_ids)]
        return Run(stage, {query_id: ranking[:depth] for query_id in queries})

    def documents(self, doc_ids):
        return [Document(doc_id, f"text of {doc_id}") for doc_id in doc_ids]

    def __contains__(self, doc_id):
        return doc_id in self.doc_ids


class Reverse:
    """Scores a document by its number, so that it turns the first stage's order around."""

    def __init__(self, clock: Clock | None = None, *, seconds: float = 0.0) -> None:
        self.clock, self.seconds = clock, seconds
        self.sizes: list[int] = []
        self.asked: list[CandidateList] = []

    def score(self, lists: Sequence[CandidateList]) -> list[np.ndarray]:
        self.asked += lists
        for one in lists:
            self.sizes.append(len(one.doc_ids))
            if self.clock:
                self.clock.pass_time(self.seconds * len(one.doc_ids))
        return [np.array([float(d[1:]) for d in one.doc_ids]) for one in lists]
