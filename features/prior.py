"""What the first stage thinks of a document: the score that rankers start from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lrat_rank.features.candidates import CandidateList
from lrat_rank.features.forward import FloatArray, IntArray
from lrat_rank.features.source import FeatureSource, StageHits

RRF_K = 60
PRIOR_DEPTH = 100
"""How deep the first stages' own lists are, from which the prior is computed."""


@dataclass(frozen=True)
class FusedList:
    """A query's first-stage list: reciprocal rank fusion of the stages the index has.

    Attributes:
        rows: int64 (documents,), increasing; row numbers of the index.
        scores: float64 (documents,); Σ over stages of 1/(60 + rank), to twelve decimals.
        best: int64 (depth,), positions in `rows` of the list itself, best first.
    """

    rows: IntArray
    scores: FloatArray
    best: IntArray

    @property
    def listed(self) -> IntArray:
        """int64 (depth,); the rows of the list, best first."""
        return self.rows[self.best]

    def fused(self, rows: IntArray) -> FloatArray:
        """float64 (rows,); each row's fused score, 0 for a document that no stage lists."""
        if len(self.rows) == 0:
            return np.zeros(len(rows))
        place = np.minimum(np.searchsorted(self.rows, rows), len(self.rows) - 1)
        return np.where(self.rows[place] == rows, self.scores[place], 0.0)

    def prior(self, rows: IntArray) -> FloatArray:
        """float64 (rows,); each row's fused score, standardised over the list itself.

        The list's own mean is 0 and its standard deviation 1, whatever candidates are asked for; a
        document that no stage lists has the score 0 before standardising. All 0 where the list has
        no spread.
        """
        return self.standardised(self.fused(rows))

    def standardised(self, fused: FloatArray) -> FloatArray:
        """float64, the shape of `fused`; fused scores on the list's own scale."""
        if len(self.rows) == 0:
            return np.zeros(len(fused))
        own = self.scores[self.best]
        mean = own.sum() / len(own)
        # What std() does, without the time it takes to find out how.
        spread = float(np.sqrt(np.square(own - mean).sum() / len(own)))
        return (fused - mean) / spread if spread > 0 else np.zeros(len(fused))


def fuse_hits(
    hits: Mapping[str, StageHits], number: int, depth: int, doc_ids: Sequence[str]
) -> FusedList:
    """The fused list of one query out of a batch of stage hits.

    Ties go to the larger doc_id, as everywhere.

    Args:
        hits: Each stage's lists.
        number: Of the query in the batch.
        depth: How long the list is, at most.
        doc_ids: Of the index, by row.
    """
    parts = [found.rows[number] for found in hits.values()]
    everything = np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
    rows, where = np.unique(everything, return_inverse=True)
    ranks = np.concatenate([*(np.arange(1, len(part) + 1) for part in parts), everything[:0]])
    # Sums that are equal as fractions may differ by rounding, which is no order.
    scores = np.bincount(where, 1 / (RRF_K + ranks), len(rows)).astype(np.float64).round(12)
    keys = [
        (score, doc_ids[row]) for score, row in zip(scores.tolist(), rows.tolist(), strict=True)
    ]
    best = sorted(range(len(keys)), key=keys.__getitem__, reverse=True)[:depth]
    return FusedList(rows, scores, np.array(best, dtype=np.int64))


def fused_lists(
    source: FeatureSource, queries: Sequence[str], *, depth: int = PRIOR_DEPTH
) -> list[FusedList]:
    """Each query's first-stage list, `depth` deep."""
    distinct = list(dict.fromkeys(queries))
    hits = source.stage_hits(distinct, depth) if distinct else {}
    place = {query: number for number, query in enumerate(distinct)}
    fused = [fuse_hits(hits, number, depth, source.doc_ids) for number in range(len(distinct))]
    return [fused[place[query]] for query in queries]


def first_stage_prior(
    source: FeatureSource, lists: Sequence[CandidateList], *, depth: int = PRIOR_DEPTH
) -> list[FloatArray]:
    """Each candidate's standardised first-stage score.

    It depends on the query, the document and the index alone: not on the other candidates, nor on
    the run they come from. So a ranker that learned to correct it in lists of ten documents meets
    the same numbers in lists of a hundred.

    Args:
        source: The index.
        lists: Queries with candidates.
        depth: How deep the first stages' own lists are.

    Returns:
        One float64 array a list, aligned with its `doc_ids`; higher is better, without unit.

    Raises:
        InputError: A doc_id is unknown.

    Source: Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and
    individual Rank Learning Methods", SIGIR 2009, with k = 60.
    """
    fused = fused_lists(source, [one.query for one in lists], depth=depth)
    return [of.prior(source.rows(one.doc_ids)) for of, one in zip(fused, lists, strict=True)]
