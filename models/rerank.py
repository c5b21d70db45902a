"""A ranker over the lists of a run."""

from __future__ import annotations

from collections.abc import Mapping

from lrat_rank.collections import Ranking, Run, rank_by_score
from lrat_rank.models.ranker import CandidateList, Ranker


def rerank(
    run: Run, queries: Mapping[str, str], ranker: Ranker, *, depth: int = 100, tag: str = ""
) -> Run:
    """Reorder the best `depth` documents of each query by a ranker; deeper ones are left out.

    Args:
        run: First-stage rankings.
        queries: Query texts; queries of the run without a text keep their ranking, cut at `depth`.
        ranker: Scores the candidates.
        depth: Candidates a query.
        tag: Name of the new run; `<tag>-reranked` when empty.
    """
    known = [query_id for query_id in run.rankings if query_id in queries]
    lists = [
        CandidateList(
            query_id, queries[query_id], tuple(hit.doc_id for hit in run.rankings[query_id][:depth])
        )
        for query_id in known
    ]
    scored = dict(zip(known, ranker.score(lists), strict=True))
    shortened: dict[str, Ranking] = {q: hits[:depth] for q, hits in run.rankings.items()}
    rankings = {
        query_id: rank_by_score([hit.doc_id for hit in hits], scored[query_id].tolist())
        if query_id in scored
        else hits
        for query_id, hits in shortened.items()
    }
    return Run(tag=tag or f"{run.tag}-reranked", rankings=rankings)
