"""What is learned on whole collections before any fold, for rankers to go on from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from lrat_rank.models.remembered_scores import RememberedScores

from .budget import Budget
from .material import Material
from .settings import lightgbm_options
from .states import with_sessions
from .trained import TreesRanker, cross_encoder_in, train_trees
from .warmed import warmed_in_turn


class Beforehand:
    """Warm-ups, and trees of whole collections; each is made once, when it is first asked for.

    Args:
        materials: The collections.
        budget: What a warm-up may cost; its threads are those of the trees.
    """

    def __init__(self, materials: Sequence[Material], budget: Budget) -> None:
        self._materials, self._budget = materials, budget
        self._trained: dict[str, TreesRanker] = {}
        self._over: dict[tuple[str, str], RememberedScores] = {}

    def warm_up(self) -> None:
        """Make the warm-ups, where they are missing."""
        _ = self.warmed

    @cached_property
    def warmed(self) -> list[Path]:
        """Cross-encoders warmed up on the documents of more and more of the collections."""
        return warmed_in_turn(self._materials, self._budget)

    def over(self, home: Material, warmed: Path) -> RememberedScores:
        """A warmed-up cross-encoder over a collection; all folds share what it has read."""
        key = home.name, warmed.name
        if key not in self._over:
            found = cross_encoder_in(warmed, home, self._budget.precision)
            self._over[key] = RememberedScores(found)
        return self._over[key]

    def largest(self, home: Material) -> Material | None:
        """The other collection with most labelled lists that order something, or None."""
        others = [one for one in self._materials if one.name != home.name]
        return max(others, key=_ordering, default=None)

    def trees(self, home: Material) -> TreesRanker:
        """Trees of all labels of the largest other collection.

        Raises:
            AssertionError: There is no other collection.
        """
        source = self.largest(home)
        if source is None:
            raise AssertionError(f"there is no other collection than {home.name}")
        if source.name not in self._trained:
            labels = with_sessions(source.cues)
            options = lightgbm_options(self._budget)
            self._trained[source.name] = train_trees(source, labels, options)
        return self._trained[source.name]


def _ordering(material: Material) -> int:
    return sum(one.orders_something for one in material.cues)
