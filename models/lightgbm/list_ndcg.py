"""nDCG@k of lists with the gains of a table, as LightGBM computes it."""

from __future__ import annotations

import numpy as np

from lrat_rank.mining.grades import GradeTable
from lrat_rank.models.lightgbm.dataset import RankingData
from lrat_rank.models.ndcg import ndcg_of_lists
from lrat_rank.models.ranker import FloatArray


def list_ndcg(data: RankingData, scores: FloatArray, table: GradeTable, cutoff: int) -> FloatArray:
    """float64 (lists,); in [0, 1], see `ndcg_of_lists`.

    Args:
        data: The lists; each has a gain above 0.
        scores: float (rows,); of two equal ones the row that comes first ranks higher.
        table: What the gains are rounded to.
        cutoff: The k.
    """
    gains = np.array(table.label_gain)[data.grades(table)]
    return ndcg_of_lists(gains, scores, data.features.sizes, cutoff=cutoff)


def mean_ndcg(data: RankingData, scores: FloatArray, table: GradeTable, cutoff: int) -> float:
    """The mean of `list_ndcg`, each list counted by its weight."""
    return float(np.average(list_ndcg(data, scores, table, cutoff), weights=data.weights))
