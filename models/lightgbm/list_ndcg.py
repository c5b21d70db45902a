"""nDCG@k of lists with the gains of a table, as LightGBM computes it."""

from __future__ import annotations

import numpy as np

from lrat_rank.mining.grades import GradeTable
from lrat_rank.models.lightgbm.dataset import RankingData
from lrat_rank.models.ranker import FloatArray


def list_ndcg(data: RankingData, scores: FloatArray, table: GradeTable, cutoff: int) -> FloatArray:
    """float64 (lists,); DCG / ideal DCG at the cutoff, DCG = Σ gain / log2(1 + rank).

    Args:
        data: The lists; each has a gain above 0.
        scores: float (rows,); of two equal ones the row that comes first ranks higher.
        table: What the gains are rounded to.
        cutoff: The k.

    Source: Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", TOIS 2002.
    """
    gains = np.array(table.label_gain)[data.grades(table)]
    return _dcg(data, gains, scores, cutoff) / _dcg(data, gains, gains, cutoff)


def mean_ndcg(data: RankingData, scores: FloatArray, table: GradeTable, cutoff: int) -> float:
    """The mean of `list_ndcg`, each list counted by its weight."""
    return float(np.average(list_ndcg(data, scores, table, cutoff), weights=data.weights))


def _dcg(data: RankingData, gains: FloatArray, scores: FloatArray, cutoff: int) -> FloatArray:
    sizes, starts = data.features.sizes, data.features.offsets[:-1]
    order = np.lexsort((-scores, np.repeat(np.arange(len(sizes)), sizes)))
    ranks = np.arange(1, len(gains) + 1) - np.repeat(starts, sizes)
    told = np.where(ranks <= cutoff, gains[order] / np.log2(ranks + 1), 0.0)
    return np.add.reduceat(told, starts)
