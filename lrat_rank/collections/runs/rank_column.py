"""The rank column of a run file: it orders nothing, but says whether the scores can be right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class RankColumn:
    """What the ranks of a file say beside its scores.

    Attributes:
        disagreeing: Queries where a document has a higher score than one of a better rank: the
            scores may be distances, or the ranks of another order.
        not_from_one: Queries whose best rank is not 1.
        unreadable: Lines whose rank is not an integer.
    """

    disagreeing: tuple[str, ...] = ()
    not_from_one: tuple[str, ...] = ()
    unreadable: int = 0


def rank_column(
    lines_of: Mapping[str, Sequence[slice]],
    ranks: NDArray[np.float64],
    scores: NDArray[np.float64],
) -> RankColumn:
    """Compare the ranks of a file with its scores.

    Args:
        lines_of: query_id → its lines.
        ranks: (lines,) as written; NaN where a field is no integer.
        scores: (lines,) finite.

    >>> rank_column({"q": [slice(0, 2)]}, np.array([1.0, 2.0]), np.array([0.5, 0.9]))
    RankColumn(disagreeing=('q',), not_from_one=(), unreadable=0)
    """
    query_ids = list(lines_of)
    query = np.empty(len(ranks), dtype=np.int64)
    for number, lines in enumerate(lines_of.values()):
        for some in lines:
            query[some] = number
    readable = ~np.isnan(ranks)
    unreadable = int((~readable).sum())
    if unreadable:
        query, ranks, scores = query[readable], ranks[readable], scores[readable]
    rising = (query[1:] > query[:-1]) | ((query[1:] == query[:-1]) & (ranks[1:] > ranks[:-1]))
    if not rising.all():
        # Of one rank the highest score first: neighbours then hold every disagreement.
        order = np.lexsort((-scores, ranks, query))
        query, ranks, scores = query[order], ranks[order], scores[order]
    same = query[1:] == query[:-1]
    wrong = same & (ranks[1:] > ranks[:-1]) & (scores[1:] > scores[:-1])
    first = np.concatenate([[True], ~same]) if len(query) else np.array([], dtype=bool)
    return RankColumn(
        disagreeing=_named(query_ids, query[1:][wrong]),
        not_from_one=_named(query_ids, query[first & (ranks != 1)]),
        unreadable=unreadable,
    )


def _named(query_ids: list[str], numbers: NDArray[np.int64]) -> tuple[str, ...]:
    return tuple(query_ids[number] for number in np.unique(numbers).tolist())
