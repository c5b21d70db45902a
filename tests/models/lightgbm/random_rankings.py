"""Ranking data without an index: columns of numbers, one of which says what is relevant."""

import numpy as np

from lrat_rank.features.extract import FeatureMatrix
from lrat_rank.models.lightgbm.dataset import RankingData
from lrat_rank.models.lightgbm.options import LightGBMOptions

NAMES = ("worth", "noise", "more_noise", "constant_in_list")
FAST = LightGBMOptions(
    threads=1,
    rounds=40,
    patience=15,
    folds=3,
    least_groups=15,
    feature_share=1.0,
    min_data_in_leaf=5,
    learning_rate=0.2,
)


def rankings(count, seed, *, informed=2.0, prior_knows=1.0, length=12, groups=2):
    """Lists whose gains follow the column `worth` and, by `prior_knows`, the first stage."""
    draw = np.random.default_rng(seed)
    values = draw.normal(size=(count, length, len(NAMES)))
    values[..., 3] = draw.normal(size=(count, 1))
    priors = draw.normal(size=(count, length))
    strength = informed * values[..., 0] + prior_knows * priors + draw.gumbel(size=priors.shape)
    best = np.argsort(-strength, axis=1)
    gains = np.zeros(priors.shape)
    np.put_along_axis(gains, best[:, :1], draw.uniform(1, 2, (count, 1)), axis=1)
    np.put_along_axis(gains, best[:, 1:2], draw.uniform(0.2, 0.8, (count, 1)), axis=1)
    return RankingData(
        features=FeatureMatrix(
            NAMES,
            values.reshape(-1, len(NAMES)).astype(np.float32),
            np.arange(count + 1) * length,
        ),
        gains=gains.ravel(),
        ranks=np.tile(np.arange(1, length + 1), count),
        weights=draw.uniform(0.5, 1.5, count),
        groups=tuple(f"{seed}-{number // groups}" for number in range(count)),
        priors=priors.ravel(),
    )
