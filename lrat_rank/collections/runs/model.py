"""Runs: what a system returned for each query, best first."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lrat_rank.collections.runs.rank_column import RankColumn
from lrat_rank.errors import InputError


@dataclass(frozen=True, slots=True)
class ScoredDocument:
    """A document with its score; higher is better."""

    doc_id: str
    score: float


Ranking = list[ScoredDocument]
Scores = dict[str, dict[str, float]]
"""query_id → doc_id → score, the form evaluation libraries take."""


def rank_by_score(
    doc_ids: Sequence[str], scores: Sequence[float], *, depth: int | None = None
) -> Ranking:
    """Order documents by score; ties go to the larger doc_id, as in trec_eval.

    The one place where an order is made from scores, so that the list shown, the run written and
    the run evaluated agree.

    Args:
        doc_ids: The documents.
        scores: One float each.
        depth: How many to keep; all when None.

    Raises:
        InputError: A score is NaN, which has no place in an order.

    >>> [hit.doc_id for hit in rank_by_score(["a", "b", "c"], [1.0, 2.0, 1.0])]
    ['b', 'c', 'a']
    """
    nowhere = next((i for i, score in enumerate(scores) if math.isnan(score)), None)
    if nowhere is not None:
        raise InputError("score", must="a number", got="NaN", where=f"document {doc_ids[nowhere]}")
    order = sorted(zip(scores, doc_ids, strict=True), reverse=True)
    return [ScoredDocument(doc_id, float(score)) for score, doc_id in order[:depth]]


class LazyRankings(Mapping[str, Ranking]):
    """Rankings that are made from scores when a query is looked at.

    Scoring a run needs its scores only: a million lines then do not become a million objects.

    >>> rankings = LazyRankings({"q": {"a": 1.0, "b": 2.0}})
    >>> [hit.doc_id for hit in rankings["q"]]
    ['b', 'a']
    """

    __slots__ = ("_made", "scores")

    def __init__(self, scores: Scores) -> None:
        self.scores = scores
        self._made: dict[str, Ranking] = {}

    def __getitem__(self, query_id: str) -> Ranking:
        if query_id not in self._made:
            documents = self.scores[query_id]
            self._made[query_id] = rank_by_score(list(documents), list(documents.values()))
        return self._made[query_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self.scores)

    def __len__(self) -> int:
        return len(self.scores)

    def __contains__(self, query_id: object) -> bool:
        return query_id in self.scores

    def __repr__(self) -> str:
        return f"LazyRankings({self.scores!r})"


@dataclass(frozen=True, slots=True)
class Run:
    """A system's rankings by query_id, each in the order of `rank_by_score`.

    Attributes:
        tag: What the system calls itself.
        rankings: query_id → documents, best first.
        rank_column: What the rank column of the file said, where there was one; it orders nothing
            and makes no two runs differ.
    """

    tag: str
    rankings: Mapping[str, Ranking]
    rank_column: RankColumn | None = field(default=None, compare=False)

    @classmethod
    def from_scores(cls, tag: str, scores: Scores, *, rank_column: RankColumn | None = None) -> Run:
        """A run over query_id → doc_id → finite score, ordered query by query when looked at.

        The scores are kept, not copied.

        >>> run = Run.from_scores("bm25", {"q": {"a": 1.0, "b": 2.0}})
        >>> run.rankings["q"][0]
        ScoredDocument(doc_id='b', score=2.0)
        """
        return cls(tag, LazyRankings(scores), rank_column)

    def scores(self) -> Scores:
        """query_id → doc_id → score; not to be changed, it may be what the run itself holds."""
        if isinstance(self.rankings, LazyRankings):
            return self.rankings.scores
        return {
            query_id: {hit.doc_id: hit.score for hit in ranking}
            for query_id, ranking in self.rankings.items()
        }
