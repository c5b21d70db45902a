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
from lrat_rank.models.cascade.options import CascadeOptions
from lrat_rank.models.cascade.tuning import tune
from lrat_rank.models.guard.guard import Guard, learn_guard
from lrat_rank.models.lightgbm.cross_validation import cross_validate
from lrat_rank.models.lightgbm.options import LightGBMOptions
from lrat_rank.models.ranker import Ranker
from lrat_rank.models.stack.options import StackOptions
from lrat_rank.models.stack.stack import Stack
from lrat_rank.models.stack.training import train_stack

from .folds import about, check_unseen, fold_of_questions
from .material import SEARCHES, Material
from .results import Result, Results
from .settings import Budget, cross_encoder_options, lightgbm_options
from .states import with_sessions
from .tasks import Task, ndcg
from .trained import (
    Remembering,
    TextRanker,
    TreesRanker,
    drawn,
    train_cross_encoder_on,
    train_trees,
    tree_data,
)
from .trials import FOLDS, notes_of, ready

LIGHTGBM, CROSS_ENCODER, CASCADE, STACK = "lightgbm", "cross-encoder", "cascade", "stack"
SYSTEMS = (LIGHTGBM, CROSS_ENCODER, CASCADE, STACK)
GRID: tuple[dict[str, object], ...] = (
    {},
    {"num_leaves": 4},
    {"num_leaves": 15, "min_data_in_leaf": 50},
    {"lambda_l2": 10.0, "feature_share": 0.3},
)
"""Settings of the trees, of which cross-validation on the training labels chooses one."""
VALIDATION_LISTS = 60
"""Validation lists at most, for rankers that read text."""
TRANSFER_FOLD = 0
"""The fold whose rankers are taken to the other collections."""
GUARDED = " guarded"


def transferred(collection: str, *, guarded: bool) -> str:
    """The name of a collection's ranker away from home."""
    return f"from {collection}{GUARDED if guarded else ''}"


@dataclass
class Split:
    """One fold of one collection: who learns, who chooses, who is tested.

    Attributes:
        home: The collection.
        fold: Whose questions are tested; those of the next fold choose.
    """

    home: Material
    fold: int
    _labels: list[LabelledList] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._labels = with_sessions(self.home.mined.cues)

    @cached_property
    def _parts(self) -> tuple[set[str], set[str], set[str]]:
        names = self.home.units
        fold_of = fold_of_questions(names, FOLDS, 0)
        tested = {q for q in names if fold_of[q] == self.fold}
        choosing = {q for q in names if fold_of[q] == (self.fold + 1) % FOLDS}
        return tested, choosing, names - tested - choosing

    @property
    def tested(self) -> set[str]:
        """Questions that nothing was trained or chosen on."""
        return self._parts[0]

    @property
    def training(self) -> list[LabelledList]:
        """Lists of all other questions."""
        return self._about(self._parts[1] | self._parts[2])

    @property
    def learning(self) -> list[LabelledList]:
        """Lists of the training questions that do not choose."""
        return self._about(self._parts[2])

    @property
    def choosing(self) -> list[LabelledList]:
        """Lists of the training questions that choose."""
        return self._about(self._parts[1])

    def _about(self, questions: set[str]) -> list[LabelledList]:
        found = about(self._labels, questions, self.home.question_of)
        check_unseen(found, self.tested, self.home.question_of)
        return found


class Contest:
    """The systems on the collections.

    Args:
        materials: The collections.
        budget: What a cross-encoder may cost.
        folder: For models.
        systems: Which of `SYSTEMS` are made.
    """

    def __init__(
        self, materials: Sequence[Material], budget: Budget, folder: Path, systems: Sequence[str]
    ) -> None:
        self.materials, self.budget, self._folder = materials, budget, folder
        self._systems = systems

    def fold(self, home: Material, fold: int, results: Results) -> Iterator[Result]:
        """The results of a fold that are not there yet, at home and, of one fold, elsewhere."""
        bench = Bench(Split(home, fold), self.budget, self._folder / f"{home.name}-{fold}")
        for system in self._systems:
            if ("home", f"{home.name} {system}", 0, fold) not in results:
                started = time.monotonic()
                ranker = bench.system(system)
                yield bench.result(
                    "home", system, ranker, list(home.tasks.values()), started, bench.split.tested
                )
        if fold == TRANSFER_FOLD:
            yield from self._elsewhere(bench, results)
        shutil.rmtree(bench.folder, ignore_errors=True)

    def _elsewhere(self, bench: Bench, results: Results) -> Iterator[Result]:
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
    _guards: dict[str, Guard] = field(default_factory=dict)
    _notes: dict[str, dict[str, float | str | bool]] = field(default_factory=dict)

    def system(self, name: str) -> Ranker:
        """A system as it is tested at home."""
        home = self.split.home
        if name == LIGHTGBM:
            return self.trees
        if name == CROSS_ENCODER:
            return ready(self.cross_encoder, None, home, self.budget)
        return self.cascade if name == CASCADE else self.stack

    def base(self, name: str) -> TreesRanker | TextRanker:
        """A ranker that did not see the questions that choose, so that a guard can be learned."""
        return self.trees_for_choosing if name == LIGHTGBM else self.cross_encoder

    @cached_property
    def settings(self) -> LightGBMOptions:
        """Settings of the trees that cross-validation on the training labels chooses."""
        tried = []
        for changes in GRID:
            options = lightgbm_options(self.budget, "both", 0, changes)
            data = tree_data(self.split.home, self.split.training, options, context=False)
            tried.append((cross_validate(data, options).choice.ndcg, options, changes))
        best = max(tried, key=lambda one: one[0])
        chosen = ", ".join(f"{name} {value}" for name, value in best[2].items())
        self._notes[LIGHTGBM] = {"settings": chosen or "the defaults"}
        return best[1]

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
    def cross_encoder(self) -> TextRanker:
        """Trained on the questions that do not choose; those that do say when to stop."""
        options = cross_encoder_options(self.budget, "both", 0, {})
        held = drawn(self.split.choosing, VALIDATION_LISTS, 0)
        found = train_cross_encoder_on(
            self.split.home,
            self.split.learning,
            options,
            self.folder / CROSS_ENCODER,
            lists=self.budget.lists,
            validation=held,
        )
        self._notes[CROSS_ENCODER] = notes_of(found)
        return found

    @cached_property
    def cascade(self) -> Cascade:
        """Trees, then the cross-encoder; depth, margin and blend come from those that choose."""
        held = drawn(self.split.choosing, VALIDATION_LISTS, 0)
        second = Remembering(self.cross_encoder)
        index = self.split.home.index
        options: CascadeOptions
        options, _ = tune(self.trees_for_choosing, second, held, index, budget=20)
        self._notes[CASCADE] = {"depth": options.depth, "blend": options.blend}
        return Cascade(self.trees, second, options)

    @cached_property
    def stack(self) -> Stack:
        """Trees over features and the scores of cross-encoders that were fitted crosswise."""

        def train(lists: Sequence[LabelledList]) -> TextRanker:
            options = cross_encoder_options(self.budget, "both", 0, {})
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
            lists=sum(one.orders_something for one in self.split.training),
            seconds=time.monotonic() - started,
            notes=told,
        )
