"""Gains of rankings as arrays: in ranked order, padded with 0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from lrat_rank.collections import Ranking
from lrat_rank.eval.measures.graded import FloatArray


@dataclass(frozen=True, slots=True)
class RankedGains:
    """What measures on gains are computed from.

    Attributes:
        gains: float64 (lists, depth) in ranked order, padded with 0; 0 for unjudged documents.
        ideal: float64 (lists, width) the positive gains of each list, retrieved or not.
    """

    gains: FloatArray
    ideal: FloatArray


def ranked_gains(
    rankings: Sequence[Ranking],
    gains: Sequence[Mapping[str, float]],
    *,
    judged_only: bool = False,
    depth: int | None = None,
) -> RankedGains:
    """Put the gains of each list in the order of its ranking.

    Args:
        rankings: The lists, best document first.
        gains: doc_id → gain of each list.
        judged_only: Leave out unjudged documents, so that those after them move up (a condensed
            list); otherwise they stand there with gain 0.
        depth: Ranks to keep; all when None.

    >>> from lrat_rank.collections import rank_by_score
    >>> ranking = rank_by_score(["a", "b", "c"], [3.0, 2.0, 1.0])
    >>> found = ranked_gains([ranking], [{"b": 0.5, "z": 2.0}])
    >>> found.gains.tolist(), found.ideal.tolist()
    ([[0.0, 0.5, 0.0]], [[0.5, 2.0]])
    >>> ranked_gains([ranking], [{"b": 0.5}], judged_only=True).gains.tolist()
    [[0.5]]
    """
    rows = []
    for ranking, judged in zip(rankings, gains, strict=True):
        if judged_only:
            rows.append([judged[hit.doc_id] for hit in ranking if hit.doc_id in judged][:depth])
        else:
            rows.append([judged.get(hit.doc_id, 0.0) for hit in ranking[:depth]])
    positive = [[gain for gain in judged.values() if gain > 0] for judged in gains]
    return RankedGains(gains=padded(rows), ideal=padded(positive))


def padded(rows: Sequence[Sequence[float]]) -> FloatArray:
    """float64 (rows, longest row): rows of different lengths, padded with 0.

    >>> padded([[1.0], [], [2.0, 3.0]]).tolist()
    [[1.0, 0.0], [0.0, 0.0], [2.0, 3.0]]
    """
    lengths = np.fromiter(map(len, rows), dtype=np.intp, count=len(rows))
    array = np.zeros((len(rows), lengths.max(initial=0)))
    filled = np.arange(array.shape[1]) < lengths[:, np.newaxis]
    array[filled] = np.fromiter(chain.from_iterable(rows), dtype=np.float64, count=lengths.sum())
    return array
