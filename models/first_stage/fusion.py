"""Several stages' lists as one."""

from __future__ import annotations

from collections.abc import Sequence

from lrat_rank.collections import Ranking, rank_by_score
from lrat_rank.features.first_stage import RRF_K


def reciprocal_rank_fusion(
    rankings: Sequence[Ranking], *, depth: int | None = None, k: int = RRF_K
) -> Ranking:
    """Fuse rankings by Σ 1 / (k + rank), rank from 1; a list that lacks a document adds nothing.

    Args:
        rankings: Lists of one query, best first.
        depth: How many to keep; all when None.
        k: Damps the top ranks' lead.

    Source: Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion Outperforms Condorcet and
    Individual Rank Learning Methods", SIGIR 2009.

    >>> one = rank_by_score(["a", "b"], [2.0, 1.0])
    >>> two = rank_by_score(["b", "c"], [9.0, 8.0])
    >>> [(hit.doc_id, round(hit.score, 5)) for hit in reciprocal_rank_fusion([one, two])]
    [('b', 0.03252), ('a', 0.01639), ('c', 0.01613)]
    """
    totals: dict[str, float] = {}
    for ranking in rankings:
        for rank, hit in enumerate(ranking, start=1):
            totals[hit.doc_id] = totals.get(hit.doc_id, 0.0) + 1.0 / (k + rank)
    return rank_by_score(list(totals), list(totals.values()), depth=depth)
