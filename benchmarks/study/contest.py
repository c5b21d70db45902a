"""The rankers against each other: one fold of one collection, and what it gives elsewhere."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from msgspec.structs import replace

from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.cascade.cascade import Cascade
from lrat_rank.models.cascade.tuning import tune
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.guard.guard import Guard, learn_guard
from lrat_rank.models.intensity_use import IntensityUse
from lrat_rank.models.lightgbm.options import LightGBMOptions
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
from .contest_trees import choose_settings
from .judged import judged_lists, train_on_judgements
from .material import SEARCHES, Material
from .results import Result, Results
from .settings import cross_encoder_options
from .tasks import Task, ndcg
from .trained import (
    HeadRanker,
    TextRanker,
    TreesRanker,
    drawn,
    train_cross_encoder_on,
    train_trees,
)
from .trials import notes_of, ready

LIGHTGBM, CROSS_ENCODER, CASCADE, STACK = "lightgbm", "cross-encoder", "cascade", "stack"
ONWARD = "lightgbm-onward"
"""Trees of another collection, gone on from with the labels at home."""
JUDGED = "lightgbm-judged"
"""Trees of the training questions' judgements, which no agent has: what limits are there."""
SYSTEMS = (LIGHTGBM, ONWARD, CROSS_ENCODER, CASCADE, STACK, JUDGED)
VALIDATION_LISTS = 60
"""Validation lists at most, for rankers that read text."""
START_LISTS = 125
"""Lists of a collection; those of them that a fold trains on, four fifths or so, choose the warm-up
its cross-encoder starts from."""
CASCADE_LISTS = 120
"""Those that tune a cascade; with fewer, the error of a gain is as large as the gain."""
TRANSFER_FOLD = 0
"""The fold whose rankers are taken to the other collections."""
GUARDED = " guarded"


def transferred(collection: str, *, guarded: bool) -> str:
    """The name of a collection's ranker away from home."""
    return f"from {collection}{GUARDED if guarded else ''}"


class Contest:
    """The systems on the collections.

    Args:
        materials: The collections.
        budget: What a cross-encoder may cost.
        folder: For models.
        systems: Which of `SYSTEMS` are made.
        sources: Collections that others may go on from, in the order of the warm-up; None for
            `materials`.
    """

    def __init__(
        self,
        materials: Sequence[Material],
        budget: Budget,
        folder: Path,
        systems: Sequence[str],
        sources: Sequence[Material] | None = None,
    ) -> None:
        self.materials, self.budget, self._folder = materials, budget, folder
        self._systems = systems
        self._beforehand = Beforehand(materials if sources is None else sources, budget)

    def fold(self, home: Material, fold: int, results: Results) -> Iterator[Result]:
        """The results of a fold that are not there yet, at home and, of one fold, elsewhere."""
        folder = self._folder / f"{home.name}-{fold}"
        bench = Bench(Split(home, fold), self.budget, folder, self._beforehand)
        for system in self._systems:
            if system == ONWARD and self._beforehand.largest(home) is None:
                continue
            if ("home", f"{home.name} {system}", 0, fold) not in results:
                started = time.monotonic()
                ranker = bench.system(system)
                yield bench.result(
                    "home", system, ranker, list(home.tasks.values()), started, bench.split.tested
                )
        if fold == TRANSFER_FOLD:
            yield from self._away(bench, results)
        shutil.rmtree(bench.folder, ignore_errors=True)

    def _away(self, bench: Bench, results: Results) -> Iterator[Result]:
        others = [one for one in self.materials if one is not bench.split.home]
        for system in (name for name in (LIGHTGBM, CROSS_ENCODER) if name in self._systems):
            for other in others:
                for guarded in (False, True):
                    arm = f"{transferred(bench.split.home.name, guarded=guarded)} to {other.name}"
                    if (arm, f"{bench.split.home.name} {system}", 0, bench.split.fold) in results:
                        continue
                    started = time.monotonic()
                    guard = bench.guard(system) if guarded else None
                    ranker = ready(bench.base(system).over(other), guard, other, self.budget)
                    tasks = [task for name, task in other.tasks.items() if name != SEARCHES]
                    yield bench.result(arm, system, ranker, tasks, started, None)


@dataclass
class Bench:
    """The rankers of one split, each trained once, when it is first asked for."""

    split: Split
    budget: Budget
    folder: Path
    beforehand: Beforehand
    _guards: dict[str, Guard] = field(default_factory=dict)
    _notes: dict[str, dict[str, float | str | bool]] = field(default_factory=dict)

    def system(self, name: str) -> Ranker:
        """A system as it is tested at home."""
        home = self.split.home
        if name == LIGHTGBM:
            return self.trees
        if name == ONWARD:
            return self.onward
        if name == CROSS_ENCODER:
            return HeadRanker(self.read_once, home.index, self.budget.head)
        if name == JUDGED:
            return train_on_judgements(home, self.judgements, self.budget)
        return self.cascade if name == CASCADE else self.stack

    @cached_property
    def judgements(self) -> list[UsableList]:
        """What people said of the training questions' candidates."""
        return judged_lists(list(self.split.home.tasks.values()), self.split.untested)

    def base(self, name: str) -> TreesRanker | TextRanker:
        """A ranker that did not see the questions that choose, so that a guard can be learned."""
        return self.trees_for_choosing if name == LIGHTGBM else self.cross_encoder

    @cached_property
    def settings(self) -> LightGBMOptions:
        """Settings of the trees that cross-validation on the training labels chooses."""
        options, told = choose_settings(self.split.home, self.split.training, self.budget)
        self._notes[LIGHTGBM] = {"settings": told}
        return options

    @cached_property
    def trees(self) -> TreesRanker:
        """Trees of all training questions."""
        found = train_trees(self.split.home, self.split.training, self.settings)
        self._notes[LIGHTGBM] |= notes_of(found)
        return found

    @cached_property
    def trees_for_choosing(self) -> TreesRanker:
        """Trees of the training questions that do not choose, with settings chosen on these."""
        return train_trees(self.split.home, self.split.learning, self.settings)

    @cached_property
    def onward(self) -> TreesRanker:
        """Trees of the largest other collection, and trees of all training questions on them."""
        home, training = self.split.home, self.split.training
        base = self.beforehand.trees(home)
        options, told = choose_settings(home, training, self.budget, base)
        found = train_trees(home, training, options, base=base)
        self._notes[ONWARD] = {
            "from": base.material.name,
            "trees before": base.fitted.rounds,
            "settings": told,
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

    @cached_property
    def cross_encoder(self) -> TextRanker:
        """Trained on the questions that do not choose; those that do say when to stop."""
        options = self._pairs()
        held = drawn(self.split.choosing, VALIDATION_LISTS, 0)
        found = train_cross_encoder_on(
            self.split.home,
            self.split.learning,
            options,
            self.folder / CROSS_ENCODER,
            lists=self.budget.lists,
            validation=held,
        )
        self._notes[CROSS_ENCODER] = {"start": self.start.name, **notes_of(found)}
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
        stopped = {one.query_id for one in drawn(self.split.choosing, VALIDATION_LISTS, 0)}
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
        self._notes[CASCADE] = {"depth": options.depth, "blend": options.blend}
        if options.blend:
            self._notes[CASCADE]["second"] = best
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

        trees = replace(self.settings, unseen=10)
        options = StackOptions(depth=self.budget.head, folds=2, trees=trees)
        lists = drawn(self.split.training, self.budget.lists, 0)
        return train_stack(lists, self.split.home.index, {CROSS_ENCODER: train}, options=options)

    def guard(self, name: str) -> Guard:
        """The guard of a base ranker, whose blend the choosing questions choose."""
        if name not in self._guards:
            home = self.split.home
            held = drawn(self.split.choosing, VALIDATION_LISTS, 0)
            self._guards[name] = learn_guard(
                ready(self.base(name), None, home, self.budget),
                self.split.learning,
                home.index,
                held,
                depth=self.budget.head,
            )
            self._notes[name + GUARDED] = {"blend": self._guards[name].blend}
        return self._guards[name]

    def result(
        self,
        arm: str,
        system: str,
        ranker: Ranker,
        tasks: Sequence[Task],
        started: float,
        questions: set[str] | None,
    ) -> Result:
        """What a system reaches on tasks; on some questions, or on all."""
        values = {}
        ordering = sum(one.orders_something for one in self.split.training)
        learned = len(self.judgements) if system == JUDGED else ordering
        told = self._notes.get(system, {})
        if GUARDED in arm:
            told = told | self._notes.get(system + GUARDED, {})
        for task in tasks:
            part = list(task.lists) if questions is None else task.part(questions)
            values[task.name] = ndcg(part, ranker.score(part), task.qrels)
        return Result(
            arm=arm,
            ranker=f"{self.split.home.name} {system}",
            seed=0,
            fold=self.split.fold,
            made_with="",
            values=values,
            lists=learned,
            seconds=time.monotonic() - started,
            notes=told,
        )
