"""What the first stage thinks of a document: the score that rankers start from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lrat_rank.features.candidates import CandidateList
from lrat_rank.features.forward import FloatArray, IntArray
from lrat_rank.features.source import FeatureSource, StageHits

RRF_K = 60
_NOTHING = np.empty(0, dtype=np.int64)
QUERIES_AT_A_TIME = 256
"""As many go to the first stages, and through what follows, together."""
PRIOR_DEPTH = 100
"""How deep the first stages' own lists are, from which the prior is computed."""


@dataclass(frozen=True)
class FusedList:
    """A query's first-stage list: reciprocal rank fusion of the stages the index has.

    Attributes:
        rows: int64 (documents,), increasing; row numbers of the index.
        ranks: Stage → float64 (documents,); rank from 1 in the stage's own list, NaN where that
            does not hold the document.
        scores: float64 (documents,); Σ over stages of 1/(60 + rank), to twelve decimals.
        best: int64 (depth,), positions in `rows` of the list itself, best first.
    """

    rows: IntArray
    ranks: Mapping[str, FloatArray]
    scores: FloatArray
    best: IntArray

    @property
    def listed(self) -> IntArray:
        """int64 (depth,); the rows of the list, best first."""
        return self.rows[self.best]

    def places(self, rows: IntArray) -> IntArray:
        """int64 (rows,); where in `rows` each row stands, −1 for a document no stage lists."""
        if len(self.rows) == 0:
            return np.full(len(rows), -1)
        place = np.minimum(self.rows.searchsorted(rows), len(self.rows) - 1)
        return np.where(self.rows[place] == rows, place, -1)

    def prior(self, rows: IntArray) -> FloatArray:
        """float64 (rows,); each row's fused score, standardised over the list itself.

        The list's own mean is 0 and its standard deviation 1, whatever candidates are asked for; a
        document that no stage lists has the score 0 before standardising. All 0 where the list has
        no spread.
        """
        return self.standardised(at_places(self.scores, self.places(rows), 0.0))

    def standardised(self, fused: FloatArray) -> FloatArray:
        """float64, the shape of `fused`; fused scores on the list's own scale."""
        if len(self.rows) == 0:
            return np.zeros(len(fused))
        own = self.scores[self.best]
        mean = own.sum() / len(own)
        # What std() does, without the time it takes to find out how.
        spread = float(np.sqrt(np.square(own - mean).sum() / len(own)))
        return (fused - mean) / spread if spread > 0 else np.zeros(len(fused))


def at_places(values: FloatArray, places: IntArray, otherwise: float) -> FloatArray:
    """float64, the shape of `places`; the values there, another one at the place −1.

    >>> at_places(np.array([5.0, 7.0]), np.array([1, -1, 0]), 0.0).tolist()
    [7.0, 0.0, 5.0]
    """
    return np.concatenate((values, (otherwise,)))[places]


def fuse_hits(hits: Mapping[str, StageHits], depth: int, doc_id_order: IntArray) -> list[FusedList]:
    """The fused lists of a batch of queries, from what each stage found for them.

    Args:
        hits: Each stage's lists.
        depth: How long a fused list is, at most.
        doc_id_order: See `FeatureSource`; ties go to the larger doc_id, as everywhere.

    Returns:
        One a query, in order.
    """
    count = max((len(found.rows) for found in hits.values()), default=0)
    lists = []
    for start in range(0, count, QUERIES_AT_A_TIME):
        part = slice(start, start + QUERIES_AT_A_TIME)
        listed = {stage: found.rows[part] for stage, found in hits.items()}
        lists += _fuse(listed, depth, doc_id_order)
    return lists


def _fuse(
    listed: Mapping[str, Sequence[IntArray]], depth: int, doc_id_order: IntArray
) -> list[FusedList]:
    """As `fuse_hits`, for as many queries as go together, from the rows that each stage lists."""
    stages = {stage: _flattened(rows) for stage, rows in listed.items()}
    size, count = len(doc_id_order), max(map(len, listed.values()))
    # One number a (query, row): a document is the same one whatever stages list it.
    pairs = [query * size + rows for query, rows, _ in stages.values()]
    distinct, where = np.unique(np.concatenate(pairs), return_inverse=True)
    starts = np.searchsorted(distinct, np.arange(count + 1) * size)
    rows = distinct - np.repeat(np.arange(count) * size, np.diff(starts))
    parts = np.split(where, np.cumsum([len(some) for some in pairs])[:-1])
    ranks, scores = {}, np.zeros(len(rows))
    for (stage, (_, _, found)), place in zip(stages.items(), parts, strict=True):
        ranks[stage] = np.full(len(rows), np.nan)
        ranks[stage][place] = found
        scores[place] += 1 / (RRF_K + found)
    # Sums that are equal as fractions may differ by rounding, which is no order.
    scores = scores.round(12)
    lists = []
    for start, end in pairwise(starts.tolist()):
        one = slice(start, end)
        best = np.lexsort((doc_id_order[rows[one]], scores[one]))[::-1][:depth]
        of_stages = {stage: values[one] for stage, values in ranks.items()}
        lists.append(FusedList(rows[one], of_stages, scores[one], best))
    return lists


def _flattened(lists: Sequence[IntArray]) -> tuple[IntArray, IntArray, IntArray]:
    """The rows of several lists, one after the other: query, row and rank from 1 of each."""
    sizes = [len(rows) for rows in lists]
    query = np.repeat(np.arange(len(lists)), sizes)
    starts = np.cumsum([0, *sizes])[:-1]
    return query, np.concatenate([*lists, _NOTHING]), np.arange(len(query)) - starts[query] + 1


def fused_lists(
    source: FeatureSource, queries: Sequence[str], *, depth: int = PRIOR_DEPTH
) -> list[FusedList]:
    """Each query's first-stage list, `depth` deep."""
    distinct = list(dict.fromkeys(queries))
    hits = source.stage_hits(distinct, depth) if distinct else {}
    fused = dict(zip(distinct, fuse_hits(hits, depth, source.doc_id_order), strict=True))
    return [fused[query] for query in queries]


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
