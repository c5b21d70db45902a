"""What each group of features is worth: training without it."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from lrat_rank.eval.statistics.intervals import bootstrap_intervals
from lrat_rank.features.catalog import FEATURES
from lrat_rank.models.lightgbm.cross_validation import cross_validate
from lrat_rank.models.lightgbm.dataset import RankingData
from lrat_rank.models.lightgbm.options import LightGBMOptions
from lrat_rank.progress import track


class GroupWorth(msgspec.Struct, frozen=True, kw_only=True):
    """What cross-validation says of a group of features.

    Attributes:
        group: Its name.
        features: How many of its features the ranker has.
        without: Cross-validated nDCG@k of trees grown without them.
        worth: nDCG@k with all features minus that, in the mean over groups of lists.
        low: Low end of its 95% interval.
        high: High end.
    """

    group: str
    features: int
    without: float
    worth: float
    low: float
    high: float


def ablate_groups(data: RankingData, options: LightGBMOptions) -> list[GroupWorth]:
    """Train without each group of features in turn, over the same folds; the worthiest first.

    The lists of one question are no independent observations, so differences are averaged inside a
    question before the bootstrap draws questions.

    Raises:
        InputError: The lists are of one question only.
    """
    names = data.features.names
    groups = {name: FEATURES.get(name).spec.group.value for name in names}
    distinct = list(dict.fromkeys(groups.values()))
    whole = cross_validate(data, options).list_ndcg
    told = []
    for group in track(distinct, "Training without a group"):
        kept = [name for name in names if groups[name] != group]
        if not kept:
            continue
        without = cross_validate(data.with_features(kept), options).list_ndcg
        worth = by_question(whole - without, data)
        (interval,) = bootstrap_intervals(worth[:, None], seed=options.seed)
        told.append(
            GroupWorth(
                group=group,
                features=len(names) - len(kept),
                without=float(by_question(without, data).mean()),
                worth=float(worth.mean()),
                low=interval.low,
                high=interval.high,
            )
        )
    return sorted(told, key=lambda one: -one.worth)


def by_question(values: NDArray[np.floating], data: RankingData) -> NDArray[np.float64]:
    """float64 (groups,); the weighted mean of a value a list, inside each group."""
    _, member = np.unique(np.array(data.groups), return_inverse=True)
    sums = np.bincount(member, np.asarray(values * data.weights, dtype=np.float64))
    return np.asarray(sums / np.bincount(member, data.weights), dtype=np.float64)
