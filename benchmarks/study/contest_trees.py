"""Settings of the contest's trees, and what other collections leave rankers to go on from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.lightgbm.cross_validation import cross_validate
from lrat_rank.models.lightgbm.options import LightGBMOptions

from .budget import Budget
from .material import Material
from .settings import lightgbm_options
from .states import with_sessions
from .trained import TreesRanker, train_trees, tree_data
from .warmed import warmed_in_turn

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


class Elsewhere:
    """What was learned on whole collections, each made once, when it is first asked for.

    Args:
        materials: The collections.
        budget: What a warm-up may cost; its threads are used.
    """

    def __init__(self, materials: Sequence[Material], budget: Budget) -> None:
        self._materials, self._budget = materials, budget
        self._trained: dict[str, TreesRanker] = {}

    @cached_property
    def warmed(self) -> Path:
        """A cross-encoder warmed up on the documents of one collection after another."""
        return warmed_in_turn(self._materials, self._budget)[-1]

    def largest(self, home: Material) -> Material | None:
        """The other collection with most labelled lists that order something, or None."""
        others = [one for one in self._materials if one.name != home.name]
        return max(others, key=_ordering, default=None)

    def trees(self, home: Material) -> TreesRanker:
        """Trees of all labels of the largest other collection, with settings chosen on those.

        Raises:
            AssertionError: There is no other collection.
        """
        source = self.largest(home)
        if source is None:
            raise AssertionError(f"there is no other collection than {home.name}")
        if source.name not in self._trained:
            labels = with_sessions(source.mined.cues)
            options, _ = choose_settings(source, labels, self._budget)
            self._trained[source.name] = train_trees(source, labels, options)
        return self._trained[source.name]


def _ordering(material: Material) -> int:
    return sum(one.orders_something for one in material.mined.cues)
