"""What grows the trees: one interface, so that lists, folds, the anchor and folders are shared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from lrat_rank.mining.grades import GradeTable
from lrat_rank.models.lightgbm.dataset import RankingData
from lrat_rank.models.lightgbm.options import Library, LightGBMOptions
from lrat_rank.models.ranker import FloatArray
from lrat_rank.registry import Registry


class Trees(Protocol):
    """Grown trees; their scores leave the anchor out."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The features they were grown on, in order."""
        ...

    def predict(self, values: FloatArray, *, rounds: int | None = None) -> FloatArray:
        """float64 (rows,); the sum of the first `rounds` trees, of all by default."""
        ...

    def contributions(self, values: FloatArray) -> FloatArray:
        """float64 (rows, features); each feature's SHAP value: what it adds to the score."""
        ...

    def split_gains(self, rounds: int) -> FloatArray:
        """float64 (features,); what each feature's splits won, over the first `rounds` trees."""
        ...

    def saved(self, rounds: int) -> bytes:
        """The first `rounds` trees, as the library's own file; `rounds` ≥ 1."""
        ...


@dataclass(frozen=True)
class Growth:
    """What growing gave.

    Attributes:
        trees: As many as were grown, those after the best round too.
        curve: float64 (rounds,); held-out nDCG@k after each round; empty without held-out lists.
    """

    trees: Trees
    curve: FloatArray


class TreeLibrary(Protocol):
    """Something that grows ranking trees."""

    def grow(self, task: Task) -> Growth:
        """Grow trees on the task's lists."""
        ...

    def open(self, model: bytes, *, threads: int) -> Trees:
        """Trees from what `saved` gave; they predict on `threads` cores, 0 for all."""
        ...


@dataclass(frozen=True, kw_only=True)
class Task:
    """Lists to grow trees on.

    Attributes:
        data: The training lists.
        table: Grades of gains.
        options: How to grow.
        rounds: Trees, at most.
        scale: Of the anchor; 0 for none, and where the trees start from a base.
        held: Lists whose nDCG@k stops the growth once it has not risen for `options.patience`
            rounds; None to grow all rounds.
    """

    data: RankingData
    table: GradeTable
    options: LightGBMOptions
    rounds: int
    scale: float
    held: RankingData | None = None

    def offsets(self, data: RankingData) -> FloatArray | None:
        """float64 (rows,); what the trees start from, or None for zero everywhere."""
        return data.offsets(self.scale)


@dataclass(frozen=True)
class NoTrees:
    """What a ranker has that equals the first stage."""

    columns: tuple[str, ...]

    def predict(self, values: FloatArray, *, rounds: int | None = None) -> FloatArray:
        """Zero for every row."""
        return np.zeros(len(values))

    def contributions(self, values: FloatArray) -> FloatArray:
        """Zero for every row and feature."""
        return np.zeros((len(values), len(self.columns)))

    def split_gains(self, rounds: int) -> FloatArray:
        """Zero for every feature."""
        return np.zeros(len(self.columns))

    def saved(self, rounds: int) -> bytes:
        """Nothing."""
        return b""


def _lightgbm() -> TreeLibrary:
    from lrat_rank.models.lightgbm.lightgbm_trees import LightGBMLibrary

    return LightGBMLibrary()


def _xgboost() -> TreeLibrary:
    from lrat_rank.models.gbdt.xgboost_trees import XGBoostLibrary

    return XGBoostLibrary()


def _catboost() -> TreeLibrary:
    from lrat_rank.models.gbdt.catboost_trees import CatBoostLibrary

    return CatBoostLibrary()


LIBRARIES: Registry[Callable[[], TreeLibrary]] = Registry("tree library")
LIBRARIES.add(Library.LIGHTGBM, _lightgbm)
LIBRARIES.add(Library.XGBOOST, _xgboost)
LIBRARIES.add(Library.CATBOOST, _catboost)


def grow(task: Task) -> Growth:
    """Grow trees with the library that the task's options name."""
    return LIBRARIES.get(task.options.library)().grow(task)


def open_trees(options: LightGBMOptions, model: bytes, columns: tuple[str, ...]) -> Trees:
    """Trees from a saved model; an empty one has none."""
    if not model:
        return NoTrees(columns)
    return LIBRARIES.get(options.library)().open(model, threads=options.threads)
