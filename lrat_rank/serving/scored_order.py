"""The order of a list that a ranker scored in part: what it could not score stands in its place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lrat_rank.collections import Ranking, ScoredDocument, rank_by_score
from lrat_rank.models.ranker import FloatArray
from lrat_rank.serving.answer import Fallback


def order(found: Ranking, scores: FloatArray) -> tuple[Ranking, Fallback]:
    """The list by the ranker's scores, and the documents that have none.

    A document whose score is not a finite number keeps the place that the first stage gave it, with
    the score of the document before it (for the first place: after it). Documents beyond those
    scored stand below, in the first stage's order; their scores keep its distances.

    Args:
        found: The first stage's list.
        scores: float (n,) of its best n documents.

    >>> found = [ScoredDocument("a", 9.0), ScoredDocument("b", 8.0), ScoredDocument("c", 7.0)]
    >>> ranking, failed = order(found, np.array([1.0, np.nan]))
    >>> [(hit.doc_id, hit.score) for hit in ranking], failed
    ([('a', 1.0), ('b', 1.0), ('c', 0.0)], ('b',))
    """
    scored, rest = found[: len(scores)], found[len(scores) :]
    usable = np.isfinite(scores)
    if not usable.any():
        return list(found), "all" if len(found) else ()
    good = [hit.doc_id for hit, fine in zip(scored, usable, strict=True) if fine]
    ranking = rank_by_score(good, scores[usable].tolist())
    failed = [place for place, fine in enumerate(usable) if not fine]
    for place in failed:
        ranking.insert(place, ScoredDocument(scored[place].doc_id, _beside(ranking, place)))
    return ranking + _below(ranking, rest), tuple(scored[place].doc_id for place in failed)


def _beside(ranking: Ranking, place: int) -> float:
    return ranking[min(max(place - 1, 0), len(ranking) - 1)].score


def _below(ranking: Ranking, rest: Sequence[ScoredDocument]) -> Ranking:
    if not rest:
        return []
    top = ranking[-1].score - 1.0
    return [ScoredDocument(hit.doc_id, top - (rest[0].score - hit.score)) for hit in rest]
