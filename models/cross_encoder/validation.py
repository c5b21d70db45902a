"""How well a cross-encoder orders labelled lists, and whether its scores still tell them apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lrat_rank.collections import rank_by_score
from lrat_rank.models.ranker import FloatArray, Ranker
from lrat_rank.models.usable_lists import UsableList

CUTOFF = 10


def score_lists(ranker: Ranker, lists: Sequence[UsableList]) -> list[FloatArray]:
    """The ranker's scores of each list's documents."""
    return ranker.score([one.judged for one in lists])


def mean_ndcg(lists: Sequence[UsableList], scores: Sequence[FloatArray]) -> float:
    """Mean nDCG@10 of the lists, in [0, 1]."""
    return float(
        np.mean(
            [
                ndcg(one.doc_ids, one.gains, of_list)
                for one, of_list in zip(lists, scores, strict=True)
            ]
        )
    )


def ndcg(doc_ids: Sequence[str], gains: FloatArray, scores: FloatArray) -> float:
    """NDCG@10 with the gains themselves as gains (linear), in [0, 1].

    Args:
        doc_ids: The documents; ties in score are broken by them.
        gains: float (documents,), ≥ 0, not all 0.
        scores: float (documents,).

    Source: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", TOIS 2002,
    with the discount log2(rank + 1).

    >>> round(ndcg(["a", "b"], np.array([0.0, 2.0]), np.array([0.9, 0.1])), 6)
    0.63093
    """
    gain_of = dict(zip(doc_ids, gains.tolist(), strict=True))
    shown = [gain_of[hit.doc_id] for hit in rank_by_score(doc_ids, scores.tolist(), depth=CUTOFF)]
    ideal = sorted(gain_of.values(), reverse=True)[:CUTOFF]
    discounts = 1 / np.log2(np.arange(2, CUTOFF + 2))
    return float(shown @ discounts[: len(shown)] / (ideal @ discounts[: len(ideal)]))


def spread(scores: Sequence[FloatArray]) -> float:
    """Mean over lists of the standard deviation of a list's scores; 0 is a collapsed model.

    >>> spread([np.array([1.0, 3.0]), np.array([5.0, 5.0])])
    0.5
    """
    return float(np.mean([of_list.std() for of_list in scores]))
