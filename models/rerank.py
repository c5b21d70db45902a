"""A ranker over the lists of a run."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lrat_rank.collections import Ranking, Run, rank_by_score
from lrat_rank.errors import LratRankError
from lrat_rank.features.prior import PRIOR_DEPTH
from lrat_rank.mining.labels import Context
from lrat_rank.models.ranker import CandidateList, FloatArray, Ranker
from lrat_rank.progress import say


def rerank(
    run: Run,
    queries: Mapping[str, str],
    ranker: Ranker,
    *,
    contexts: Mapping[str, Context] | None = None,
    depth: int = 100,
    tag: str = "",
) -> Run:
    """Reorder the best `depth` documents of each query by a ranker; deeper ones are left out.

    Args:
        run: First-stage rankings.
        queries: Query texts; queries of the run without a text keep their ranking, cut at `depth`.
        ranker: Scores the candidates.
        contexts: Query_id → what the agent knew when it searched; queries without one are ranked
            as if nothing was known.
        depth: Candidates a query. Beyond `PRIOR_DEPTH`, rankers that start from the first stage's
            score give documents that no stage lists one and the same, see `warn_of_depth`.
        tag: Name of the new run; `<tag>-reranked` when empty.

    Raises:
        LratRankError: The ranker broke down: a score is not a finite number.
    """
    known = [query_id for query_id in run.rankings if query_id in queries]
    contexts = contexts or {}
    lists = [
        CandidateList(
            query_id,
            queries[query_id],
            tuple(hit.doc_id for hit in run.rankings[query_id][:depth]),
            contexts.get(query_id),
        )
        for query_id in known
    ]
    scored = dict(zip(known, ranker.score(lists), strict=True))
    for one in lists:
        check_scores(one, scored[one.query_id], ranker)
    shortened: dict[str, Ranking] = {q: hits[:depth] for q, hits in run.rankings.items()}
    rankings = {
        query_id: rank_by_score([hit.doc_id for hit in hits], scored[query_id].tolist())
        if query_id in scored
        else hits
        for query_id, hits in shortened.items()
    }
    return Run(tag=tag or f"{run.tag}-reranked", rankings=rankings)


def warn_of_depth(depth: int) -> None:
    """Say it where a ranker is to look deeper than the first stage has an opinion of documents."""
    if depth > PRIOR_DEPTH:
        say(
            f"Warning: documents that no stage lists among its best {PRIOR_DEPTH} share one "
            "first-stage score; a ranker that starts from that score, or a guard that falls back "
            f"to it, loses their order. Candidates deeper than {PRIOR_DEPTH} seldom help."
        )


def check_scores(one: CandidateList, scores: FloatArray, ranker: Ranker) -> None:
    """LratRankError where a score of the list is not a finite number."""
    broken = np.flatnonzero(~np.isfinite(scores))
    if len(broken):
        raise LratRankError(
            f"{type(ranker).__name__} gave document {one.doc_ids[broken[0]]!r} of query "
            f"{one.query_id!r} the score {scores[broken[0]]}, which orders nothing. "
            "Train it again, or leave the ranker out."
        )
