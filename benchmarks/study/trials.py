"""One training of one arm, tested on the questions it did not see."""

from __future__ import annotations

import shutil
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.guard.guard import Guard, learn_guard
from lrat_rank.models.guard.guarded import GuardedRanker
from lrat_rank.models.lightgbm.options import LightGBMOptions
from lrat_rank.models.ranker import Ranker

from .arms import ARMS, Arm, Kind
from .budget import Budget
from .folds import about, check_unseen, fold_of_questions, some_questions
from .material import Material
from .results import Key, Notes, Result
from .settings import cross_encoder_options, dense_options, lightgbm_options
from .tasks import DEPTH, ndcg
from .trained import (
    HeadRanker,
    TextRanker,
    TreesRanker,
    cross_encoder_in,
    train_cross_encoder_on,
    train_dense_on,
    train_trees,
)
from .warmed import warmed

FOLDS = 5
GUARD_SHARE = 5
"""One training question of so many chooses the guard's blend."""


@dataclass(frozen=True)
class Trial:
    """One training.

    Attributes:
        arm: What is trained.
        kind: Which ranker.
        seed: Of the training.
        fold: The one that is tested.
    """

    arm: Arm
    kind: Kind
    seed: int
    fold: int

    @property
    def key(self) -> Key:
        """As that of its result."""
        return self.arm.name, self.kind.value, self.seed, self.fold

    @classmethod
    def of(cls, key: Key) -> Trial:
        """The trial of a key."""
        arm, kind, seed, fold = key
        return cls(ARMS.get(arm), Kind(kind), seed, fold)

    @property
    def fold_seed(self) -> int:
        """Of the partition into folds.

        Trees have one of their own for each seed. For the others a seed is a fold of one
        partition, so that five trainings test every question once.
        """
        return self.seed if self.kind is Kind.LIGHTGBM else 0


def trials(arm: Arm, kind: Kind, seed: int, folds: int = FOLDS) -> list[Trial]:
    """The trainings of an arm with a seed."""
    if kind is Kind.LIGHTGBM:
        return [Trial(arm, kind, seed, fold) for fold in range(folds)]
    return [Trial(arm, kind, seed, seed % folds)]


@dataclass(frozen=True)
class Lab:
    """Where trials are made.

    Attributes:
        home: The collection that is trained on.
        others: Collections that rankers are taken to without their labels.
        budget: What text rankers may cost.
        folder: For models; that of a trial is removed after it.
        folds: Parts of the questions.
    """

    home: Material
    others: Sequence[Material]
    budget: Budget
    folder: Path
    folds: int = FOLDS

    def prepare(self, kinds: Collection[Kind]) -> None:
        """Make what trials of some rankers share, where it is missing."""
        _ = self.home.index, self.home.mined
        for other in self.others:
            _ = other.index
        if Kind.CROSS_ENCODER in kinds:
            warmed(self.home, self.budget)

    def run(self, trial: Trial) -> Result:
        """Train and test.

        Raises:
            AssertionError: A training list is about a tested question.
        """
        started = time.monotonic()
        home, arm = self.home, trial.arm
        questions = home.units
        fold_of = fold_of_questions(questions, self.folds, trial.fold_seed)
        tested = {question for question in questions if fold_of[question] == trial.fold}
        training = questions - tested
        if arm.questions is not None:
            training = some_questions(training, arm.questions, trial.seed)
        every = arm.labels(home.mined, trial.seed)
        labels = about(every, training, home.question_of)
        check_unseen(labels, tested, home.question_of)
        # The arms' own states and gains; searches and evidence of the tests never depend on them.
        model, guard, notes = self._trained(trial, labels, training)
        values = {
            task.name: ndcg(part, self._ready(model, guard, home).score(part), task.qrels)
            for task in home.tasks.values()
            if (part := task.part(tested))
        }
        for other in self.others if arm.transfer else ():
            task = other.tasks[other.name]
            ranker = self._ready(model.over(other), guard, other)
            values[task.name] = ndcg(task.lists, ranker.score(task.lists), task.qrels)
        shutil.rmtree(self._model(trial), ignore_errors=True)
        return Result(
            arm=arm.name,
            ranker=trial.kind.value,
            seed=trial.seed,
            fold=trial.fold,
            values=values,
            lists=sum(one.orders_something for one in labels),
            seconds=time.monotonic() - started,
            notes=notes,
        )

    def _trained(
        self, trial: Trial, labels: list[LabelledList], training: set[str]
    ) -> tuple[TreesRanker | TextRanker, Guard | None, Notes]:
        if not trial.arm.guard:
            model = self.train(trial, labels)
            return model, None, notes_of(model)
        held = some_questions(training, max(len(training) // GUARD_SHARE, 1), trial.seed)
        seen = about(labels, training - held, self.home.question_of)
        model = self.train(trial, seen)
        validation = about(labels, held, self.home.question_of)
        ranker = self._ready(model, None, self.home)
        depth = self.ordered(trial.kind)
        guard = learn_guard(ranker, seen, self.home.index, validation, depth=depth)
        return model, guard, notes_of(model) | {"blend": guard.blend}

    def ordered(self, kind: Kind) -> int:
        """How many documents of a list a ranker orders; its guard is chosen on as many."""
        return DEPTH if kind is Kind.LIGHTGBM else self.budget.head

    def train(self, trial: Trial, labels: Sequence[LabelledList]) -> TreesRanker | TextRanker:
        """The ranker of a trial, on given lists."""
        arm, kind, budget, out = trial.arm, trial.kind, self.budget, self._model(trial)
        changes = arm.changes(kind)
        lists = len(labels) if arm.every_list else budget.lists
        if kind is Kind.LIGHTGBM:
            trees: LightGBMOptions = lightgbm_options(budget, arm.intensity, trial.seed, changes)
            return train_trees(self.home, labels, trees, context=arm.context)
        if kind is Kind.CROSS_ENCODER:
            base = warmed(self.home, budget)
            if not labels:
                return cross_encoder_in(base, self.home, budget.precision)
            pairs = cross_encoder_options(budget, arm.intensity, trial.seed, changes, base)
            return train_cross_encoder_on(self.home, labels, pairs, out, lists=lists)
        contrast = dense_options(budget, arm.intensity, trial.seed, changes)
        return train_dense_on(self.home, labels, contrast, out, lists=lists)

    def _model(self, trial: Trial) -> Path:
        return self.folder / "-".join(map(str, trial.key)).replace(" ", "-")

    def _ready(
        self, model: TreesRanker | TextRanker, guard: Guard | None, material: Material
    ) -> Ranker:
        return ready(model, guard, material, self.budget)


def ready(
    model: TreesRanker | TextRanker, guard: Guard | None, material: Material, budget: Budget
) -> Ranker:
    """A ranker as it is tested: text rankers read the head of a list, a guard goes around all."""
    ranker: Ranker = model
    if isinstance(model, TextRanker):
        ranker = HeadRanker(model, material.index, budget.head)
    return ranker if guard is None else GuardedRanker(ranker, guard, material.index)


def notes_of(model: TreesRanker | TextRanker) -> Notes:
    """What a trained model says of itself."""
    if isinstance(model, TreesRanker):
        return {"trees": model.fitted.rounds, "scale": model.fitted.scale}
    record = getattr(model.inner, "record", None)
    gate = getattr(record, "gate", None)
    # A dense retriever's gate is its verdict, a cross-encoder's has one.
    verdict = getattr(gate, "verdict", gate)
    anchor = getattr(record, "anchor", None)
    told: Notes = {} if verdict is None else {"gate": str(verdict)}
    return told | ({} if anchor is None else {"scale": anchor.scale})


__all__ = ["FOLDS", "Lab", "Trial", "notes_of", "ready", "trials"]
