"""Validation lists as they will be met in use: as deep, and with every ranker's scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lrat_rank.collections import rank_by_score
from lrat_rank.features.source import FeatureSource
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.deep_lists import deepen
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.ranker import CandidateList, FloatArray
from lrat_rank.models.usable_lists import UsableList, training_lists

CUTOFF = 10
USE_DEPTH = 100
"""Candidates a query that a reranker is given, unless asked otherwise."""


def validation_lists(
    lists: Sequence[LabelledList], source: FeatureSource, *, depth: int = USE_DEPTH
) -> list[UsableList]:
    """The lists that order something, with the first stage's next documents under them.

    Raises:
        InputError: No list orders anything.
    """
    usable, _ = training_lists(lists, source, IntensityUse(gain=True), "validation lists")
    return deepen(usable, lists, source, depth=depth)


def judged_ndcg(one: UsableList, whole: CandidateList, scores: FloatArray) -> float:
    """nDCG@10 of a list's judged documents under scores of the whole list, in [0, 1].

    Masked documents are scored, because other scores may depend on them, and not counted.
    """
    score_of = dict(zip(whole.doc_ids, scores.tolist(), strict=True))
    return list_ndcg(one.doc_ids, one.gains, [score_of[doc_id] for doc_id in one.doc_ids])


def list_ndcg(doc_ids: Sequence[str], gains: FloatArray, scores: Sequence[float]) -> float:
    """nDCG@10 with the gains themselves as gains (linear), in [0, 1]; equal scores as in a run.

    Args:
        doc_ids: The documents.
        gains: float (documents,), ≥ 0, not all 0.
        scores: One a document.

    Source: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", TOIS 2002,
    with the discount log2(rank + 1).

    >>> round(list_ndcg(["a", "b"], np.array([0.0, 2.0]), [0.9, 0.1]), 6)
    0.63093
    """
    gain_of = dict(zip(doc_ids, gains.tolist(), strict=True))
    shown = [gain_of[hit.doc_id] for hit in rank_by_score(doc_ids, scores, depth=CUTOFF)]
    ideal = np.sort(gains)[::-1][:CUTOFF]
    discounts = 1 / np.log2(np.arange(2, CUTOFF + 2))
    return float(np.array(shown) @ discounts[: len(shown)] / (ideal @ discounts[: len(ideal)]))
