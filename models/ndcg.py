"""nDCG@k of lists, with the gains themselves as gains: what every training here watches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lrat_rank.collections import rank_by_score
from lrat_rank.features.forward import IntArray
from lrat_rank.models.ranker import CandidateList, FloatArray
from lrat_rank.models.usable_lists import UsableList

CUTOFF = 10


def ndcg_of_lists(
    gains: FloatArray, scores: FloatArray, sizes: IntArray, *, cutoff: int = CUTOFF
) -> FloatArray:
    """float64 (lists,) in [0, 1]; DCG / ideal DCG at the cutoff, DCG = Σ gain / log2(1 + rank).

    Args:
        gains: float (rows,), ≥ 0, one list's rows after another's; not all 0 in any list.
        scores: float (rows,); of two equal ones the row that comes first ranks higher.
        sizes: int (lists,), ≥ 1; the rows of each list.
        cutoff: The k.

    Source: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", TOIS 2002,
    with the discount log2(1 + rank).

    >>> gains, scores = np.array([0.0, 2.0, 1.0, 0.0]), np.array([0.9, 0.1, 0.5, 0.4])
    >>> ndcg_of_lists(gains, scores, np.array([2, 2])).round(6).tolist()
    [0.63093, 1.0]
    """
    return _dcg(gains, scores, sizes, cutoff) / _dcg(gains, gains, sizes, cutoff)


def list_ndcg(doc_ids: Sequence[str], gains: FloatArray, scores: FloatArray) -> float:
    """nDCG@10 of one list, in [0, 1]; documents of equal score are ordered as in a run.

    Args:
        doc_ids: The documents.
        gains: float (documents,), ≥ 0, not all 0.
        scores: float (documents,).

    Raises:
        InputError: A score is NaN.

    >>> round(list_ndcg(["a", "b"], np.array([0.0, 2.0]), np.array([0.9, 0.1])), 6)
    0.63093
    """
    gain_of = dict(zip(doc_ids, gains.tolist(), strict=True))
    order = [hit.doc_id for hit in rank_by_score(doc_ids, scores.tolist())]
    ordered = np.array([gain_of[doc_id] for doc_id in order])
    places = -np.arange(len(order), dtype=np.float64)
    return float(ndcg_of_lists(ordered, places, np.array([len(order)]))[0])


def mean_list_ndcg(lists: Sequence[UsableList], scores: Sequence[FloatArray]) -> float:
    """Mean nDCG@10 of lists under scores of their judged documents, in [0, 1]."""
    return float(
        np.mean(
            [
                list_ndcg(one.doc_ids, one.gains, of_list)
                for one, of_list in zip(lists, scores, strict=True)
            ]
        )
    )


def judged_ndcg(one: UsableList, whole: CandidateList, scores: FloatArray) -> float:
    """nDCG@10 of a list's judged documents under scores of the whole list, in [0, 1].

    Masked documents are scored, because other scores may depend on them, and not counted.
    """
    score_of = dict(zip(whole.doc_ids, scores.tolist(), strict=True))
    judged = np.array([score_of[doc_id] for doc_id in one.doc_ids])
    return list_ndcg(one.doc_ids, one.gains, judged)


def _dcg(gains: FloatArray, scores: FloatArray, sizes: IntArray, cutoff: int) -> FloatArray:
    starts = np.cumsum(sizes) - sizes
    order = np.lexsort((-scores, np.repeat(np.arange(len(sizes)), sizes)))
    ranks = np.arange(1, len(gains) + 1) - np.repeat(starts, sizes)
    told = np.where(ranks <= cutoff, gains[order] / np.log2(ranks + 1), 0.0)
    return np.add.reduceat(told, starts)
