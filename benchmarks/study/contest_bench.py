"""The rankers of one split of the contest, each trained when it is first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.cascade.cascade import Cascade
from lrat_rank.models.cascade.tuning import tune
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.guard.guard import Guard, learn_guard
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.ndcg import mean_list_ndcg
from lrat_rank.models.ranker import Ranker
from lrat_rank.models.remembered_scores import RememberedScores
from lrat_rank.models.stack.options import StackOptions
from lrat_rank.models.stack.stack import Stack
from lrat_rank.models.stack.training import train_stack
from lrat_rank.models.usable_lists import UsableList, training_lists

from .beforehand import Beforehand
from .budget import Budget
from .contest_split import Split
from .judged import judged_lists, train_on_judgements
from .material import Material
from .results import Notes
from .settings import cross_encoder_options, lightgbm_options
from .trained import (
    HeadRanker,
    TextRanker,
    TreesRanker,
    drawn,
    train_cross_encoder_on,
    train_trees,
)
from .trials import notes_of, ready


class System(StrEnum):
    """What is compared, in the order of the tables."""

    LIGHTGBM = "lightgbm"
    ONWARD = "lightgbm-onward"
    """Trees of another collection, gone on from with the labels at home."""
    CROSS_ENCODER = "cross-encoder"
    CASCADE = "cascade"
    STACK = "stack"
    JUDGED = "lightgbm-judged"
    """Trees of the training questions' judgements, which no agent has: what limits are there."""


BASES = (System.LIGHTGBM, System.CROSS_ENCODER)
"""Those that are taken to other collections."""
READERS = (System.CROSS_ENCODER, System.CASCADE, System.STACK)
"""Those that start from a warm-up."""
VALIDATION_LISTS = 60
"""Validation lists at most, for rankers that read text."""
START_LISTS = 125
"""Lists of a collection; those of them that a fold trains on, four fifths or so, choose the warm-up
its cross-encoder starts from."""
CASCADE_LISTS = 120
"""Those that tune a cascade; with fewer, the error of a gain is as large as the gain."""


@dataclass
class Bench:
    """The rankers of one split, each trained when it is first asked for."""

    split: Split
    budget: Budget
    folder: Path
    beforehand: Beforehand
    _guards: dict[System, Guard] = field(default_factory=dict)
    _notes: dict[System, Notes] = field(default_factory=dict)

    def system(self, system: System) -> Ranker:
        """A system as it is tested at home."""
        home = self.split.home
        match system:
            case System.LIGHTGBM:
                return self.trees
            case System.ONWARD:
                return self.onward
            case System.CROSS_ENCODER:
                return HeadRanker(self.read_once, home.index, self.budget.head)
            case System.CASCADE:
                return self.cascade
            case System.STACK:
                return self.stack
            case System.JUDGED:
                return train_on_judgements(home, self.judgements, self.budget)

    @cached_property
    def judgements(self) -> list[UsableList]:
        """What people said of the training questions' candidates."""
        return judged_lists(list(self.split.home.topics.values()), self.split.untested)

    def away(self, system: System, other: Material, *, guarded: bool) -> Ranker:
        """One of `BASES` on another collection, without its labels."""
        guard = self.guard(system) if guarded else None
        return ready(self._base(system).over(other), guard, other, self.budget)

    def _base(self, system: System) -> TreesRanker | TextRanker:
        """A ranker that was not fitted to the questions that choose, so that these can choose."""
        return self.trees_for_choosing if system is System.LIGHTGBM else self.cross_encoder

    @cached_property
    def trees(self) -> TreesRanker:
        """Trees of all training questions."""
        found = train_trees(self.split.home, self.split.training, lightgbm_options(self.budget))
        self._notes[System.LIGHTGBM] = notes_of(found)
        return found

    @cached_property
    def trees_for_choosing(self) -> TreesRanker:
        """Trees of the training questions that do not choose."""
        return train_trees(self.split.home, self.split.learning, lightgbm_options(self.budget))

    @cached_property
    def onward(self) -> TreesRanker:
        """Trees of the largest other collection, and trees of all training questions on them."""
        home = self.split.home
        base = self.beforehand.trees(home)
        found = train_trees(home, self.split.training, lightgbm_options(self.budget), base=base)
        self._notes[System.ONWARD] = {
            "from": base.material.name,
            "trees before": base.fitted.rounds,
            **notes_of(found),
        }
        return found

    def _pairs(self) -> CrossEncoderOptions:
        return cross_encoder_options(self.budget, "both", 0, {}, self.start)

    @cached_property
    def start(self) -> Path:
        """The warmed-up cross-encoder that orders the training questions' lists best."""
        home = self.split.home
        usable, _ = training_lists(
            self.split.sampled(START_LISTS),
            home.index,
            IntensityUse(gain=True),
            "lists of the start",
        )
        lists = [one.judged for one in usable]

        def reached(warmed: Path) -> float:
            return mean_list_ndcg(usable, self.beforehand.over(home, warmed).score(lists))

        return max(self.beforehand.warmed, key=reached)

    @property
    def stopping(self) -> list[LabelledList]:
        """Lists of questions that choose, which say when a cross-encoder stops."""
        return drawn(self.split.choosing, VALIDATION_LISTS, 0)

    @cached_property
    def cross_encoder(self) -> TextRanker:
        """Trained on the questions that do not choose; those that do say when to stop."""
        options = self._pairs()
        found = train_cross_encoder_on(
            self.split.home,
            self.split.learning,
            options,
            self.folder / System.CROSS_ENCODER,
            lists=self.budget.lists,
            validation=self.stopping,
        )
        self._notes[System.CROSS_ENCODER] = {"start": self.start.name, **notes_of(found)}
        return found

    @cached_property
    def read_once(self) -> RememberedScores:
        """The trained cross-encoder; alone and in a cascade it is asked for the same pairs."""
        return RememberedScores(self.cross_encoder)

    @cached_property
    def cascade(self) -> Cascade:
        """Trees, then a cross-encoder, before or after its labels.

        Which of the two, depth, margin and blend come from questions that choose, of lists that did
        not stop the cross-encoder.
        """
        stopped = {one.query_id for one in self.stopping}
        held = drawn(self.split.choosing, VALIDATION_LISTS + CASCADE_LISTS, 0)
        held = [one for one in held if one.query_id not in stopped] or held
        index = self.split.home.index
        seconds: dict[str, Ranker] = {
            "warmed up": self.beforehand.over(self.split.home, self.start),
            "trained": self.read_once,
        }
        tuned = {
            name: tune(self.trees_for_choosing, second, held, index, budget=20)
            for name, second in seconds.items()
        }
        best = max(tuned, key=lambda name: tuned[name][1].choice.chosen.ndcg)
        options, _ = tuned[best]
        self._notes[System.CASCADE] = {"depth": options.depth, "blend": options.blend}
        if options.blend:
            self._notes[System.CASCADE]["second"] = best
        return Cascade(self.trees, seconds[best], options)

    @cached_property
    def stack(self) -> Stack:
        """Trees over features and the scores of cross-encoders that were fitted crosswise."""

        def train(lists: Sequence[LabelledList]) -> TextRanker:
            options = self._pairs()
            out = self.folder / f"base-{len(list(self.folder.glob('base-*')))}"
            return train_cross_encoder_on(
                self.split.home, lists, options, out, lists=self.budget.lists
            )

        trees = lightgbm_options(self.budget, changes={"unseen": 10})
        options = StackOptions(depth=self.budget.head, folds=2, trees=trees)
        lists = drawn(self.split.training, self.budget.lists, 0)
        return train_stack(
            lists, self.split.home.index, {System.CROSS_ENCODER.value: train}, options=options
        )

    def guard(self, system: System) -> Guard:
        """The guard of a base ranker, whose blend the lists choose that stop a cross-encoder."""
        if system not in self._guards:
            home = self.split.home
            self._guards[system] = learn_guard(
                ready(self._base(system), None, home, self.budget),
                self.split.learning,
                home.index,
                self.stopping,
                depth=self.budget.head,
            )
        return self._guards[system]

    def learned(self, system: System) -> int:
        """How many lists a system could learn from."""
        if system is System.JUDGED:
            return len(self.judgements)
        return sum(one.orders_something for one in self.split.training)

    def notes(self, system: System) -> Notes:
        """What a system said of itself while it was made."""
        return self._notes.get(system, {})
