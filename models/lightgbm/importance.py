"""How much each feature does for a ranker: by its splits, by its values' worth, by its say."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np

from lrat_rank.features.forward import IntArray
from lrat_rank.mining.grades import GradeTable
from lrat_rank.models.lightgbm.dataset import RankingData
from lrat_rank.models.lightgbm.list_ndcg import mean_ndcg
from lrat_rank.models.ranker import FloatArray

REPEATS = 5


class FeatureImportance(msgspec.Struct, frozen=True, kw_only=True):
    """What one feature does.

    Attributes:
        feature: Its name.
        gain: Share of what all splits won in training, in [0, 1]; it flatters features with many
            distinct values.
        drop: How much nDCG@k falls on the given lists when the feature's values are exchanged, in
            the mean over the repeats; about 0 for one that does nothing, and for one whose say
            another feature shares.
        drop_spread: Standard deviation of the fall over the repeats.
        shap: Mean of |what the feature adds to a score|, over the given lists' documents.
    """

    feature: str
    gain: float
    drop: float
    drop_spread: float
    shap: float


def exchanged(values: FloatArray, sizes: IntArray, draw: np.random.Generator) -> FloatArray:
    """A column float (rows,) with its values exchanged inside each list.

    A column that is the same throughout each list, such as the length of the query, is exchanged
    between lists instead: inside one it would stay as it is.

    >>> draw = np.random.default_rng(0)
    >>> sorted(exchanged(np.array([1.0, 2.0, 3.0]), np.array([3]), draw).tolist())
    [1.0, 2.0, 3.0]
    """
    starts = np.cumsum(sizes) - sizes
    firsts = values[starts]
    if np.array_equal(values, np.repeat(firsts, sizes), equal_nan=True):
        return np.repeat(draw.permutation(firsts), sizes)
    member = np.repeat(np.arange(len(sizes)), sizes)
    return values[np.lexsort((draw.random(len(values)), member))]


def permutation_drops(
    data: RankingData,
    score: Callable[[FloatArray], FloatArray],
    table: GradeTable,
    *,
    cutoff: int,
    repeats: int = REPEATS,
    seed: int = 0,
) -> FloatArray:
    """How much nDCG@k falls when a feature's values are exchanged inside each list.

    Args:
        data: Lists that the ranker was not trained on, or the falls say how much it leans on a
            feature and not what the feature is worth.
        score: Features float (rows, features) → the ranker's scores float (rows,), anchor included.
        table: Grades of gains.
        cutoff: The k.
        repeats: How often each feature is exchanged.
        seed: Draws the exchanges.

    Returns:
        float64 (features, repeats).

    Source: Breiman, "Random Forests", Machine Learning 2001, section 10, inside lists.
    """
    draw = np.random.default_rng(seed)
    values, sizes = data.features.values.copy(), data.features.sizes
    whole = mean_ndcg(data, score(values), table, cutoff)
    drops = np.zeros((values.shape[1], repeats))
    for column in range(values.shape[1]):
        kept = values[:, column].copy()
        for repeat in range(repeats):
            values[:, column] = exchanged(kept, sizes, draw)
            drops[column, repeat] = whole - mean_ndcg(data, score(values), table, cutoff)
        values[:, column] = kept
    return drops


def importances(
    gains: FloatArray, drops: FloatArray, contributions: FloatArray, names: tuple[str, ...]
) -> list[FeatureImportance]:
    """The three figures of each feature, the largest drop first.

    Args:
        gains: float (features,); what its splits won.
        drops: float (features, repeats); see `permutation_drops`.
        contributions: float (rows, features); SHAP values.
        names: The features.
    """
    shares = gains / gains.sum() if gains.sum() > 0 else gains
    told = [
        FeatureImportance(
            feature=name,
            gain=float(shares[column]),
            drop=float(drops[column].mean()),
            drop_spread=float(drops[column].std(ddof=1)) if drops.shape[1] > 1 else 0.0,
            shap=float(np.abs(contributions[:, column]).mean()),
        )
        for column, name in enumerate(names)
    ]
    return sorted(told, key=lambda one: (-one.drop, -one.gain, one.feature))
