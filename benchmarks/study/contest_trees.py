"""Settings of the contest's trees."""

from __future__ import annotations

from collections.abc import Sequence

from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.lightgbm.cross_validation import cross_validate
from lrat_rank.models.lightgbm.options import LightGBMOptions

from .budget import Budget
from .material import Material
from .settings import lightgbm_options
from .trained import TreesRanker, tree_data

GRID: tuple[dict[str, object], ...] = (
    {},
    {"num_leaves": 4},
    {"num_leaves": 15, "min_data_in_leaf": 50},
    {"lambda_l2": 10.0, "feature_share": 0.3},
)
"""Settings of the trees, of which cross-validation on the training labels chooses one."""


def choose_settings(
    home: Material,
    labels: Sequence[LabelledList],
    budget: Budget,
    base: TreesRanker | None = None,
) -> tuple[LightGBMOptions, str]:
    """The settings that cross-validation on labels chooses, and what they change in words.

    Args:
        home: The collection of the labels.
        labels: Lists that the trees will be grown on.
        budget: Its threads are used.
        base: What the trees go on from; the settings are those of the new trees.
    """
    tried = []
    for changes in GRID:
        options = lightgbm_options(budget, "both", 0, changes)
        data = tree_data(home, labels, options, context=False)
        if base is not None:
            data = base.fitted.as_base().under(data)
        tried.append((cross_validate(data, options).choice.ndcg, options, changes))
    _, options, changes = max(tried, key=lambda one: one[0])
    told = ", ".join(f"{name} {value}" for name, value in changes.items())
    return options, told or "the defaults"
