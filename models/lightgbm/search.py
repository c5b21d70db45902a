"""A search for settings with a budget, on the training lists alone."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import replace

from lrat_rank.errors import require
from lrat_rank.mining.grades import GradeTable
from lrat_rank.models.lightgbm.cross_validation import cross_validate
from lrat_rank.models.lightgbm.dataset import RankingData
from lrat_rank.models.lightgbm.list_ndcg import mean_ndcg
from lrat_rank.models.lightgbm.options import Library, LightGBMOptions, Objective
from lrat_rank.progress import track

Setting = float | int | str


class Range(msgspec.Struct, frozen=True):
    """What a setting may be: a range of numbers, even on the logarithm, or a choice of words."""

    name: str
    low: float = 0.0
    high: float = 0.0
    whole: bool = False
    words: tuple[str, ...] = ()


RANGES = (
    Range("learning_rate", 0.01, 0.2),
    Range("num_leaves", 3, 31, whole=True),
    Range("min_data_in_leaf", 2, 100, whole=True),
    Range("feature_share", 0.2, 1.0),
    Range("list_share", 0.4, 1.0),
    Range("lambda_l2", 0.01, 30.0),
    Range("objective", words=tuple(Objective)),
)


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """A setting that was tried.

    Attributes:
        settings: Option → value; none for the options as they were given.
        rounds: Trees that were best for it.
        ndcg: Cross-validated nDCG@k with them; of every trial by the same grades of gains.
    """

    settings: dict[str, Setting]
    rounds: int
    ndcg: float


def search(data: RankingData, options: LightGBMOptions) -> tuple[LightGBMOptions, list[Trial]]:
    """Try settings, and give back the options with the best of them.

    The first trial is the options as they are, so the search never chooses what is worse by its
    own measure. Every trial is scored by cross-validation over the same folds, on `data` alone.
    The same seed gives the same trials.

    Args:
        data: The training lists, of at least two groups; where they have a base's score, the trees
            of every trial start from that.
        options: `search_trials` is the budget, `search_library` who proposes.

    Returns:
        The best options, and the trials in the order they were made.

    Raises:
        InputError: There is one group only.
        MissingExtraError: Optuna is asked for and not installed.
    """
    objectives = [range_ for range_ in RANGES if range_.name == "objective"]
    only_one = options.library is not Library.LIGHTGBM or options.position_debias
    ranges = [range_ for range_ in RANGES if not (only_one and range_ in objectives)]
    # Objectives differ in the gains they can use; trials are compared by those of the labels.
    table = GradeTable.fit(data.gains, levels=options.levels)
    trials: list[Trial] = []

    def score(settings: dict[str, Setting]) -> float:
        found = cross_validate(data, with_settings(options, settings))
        ndcg = mean_ndcg(data, found.scores, table, options.cutoff)
        trials.append(Trial(settings=settings, rounds=found.choice.rounds, ndcg=ndcg))
        return ndcg

    score({})
    propose = _optuna if options.search_library == "optuna" else _random
    propose(score, ranges, options)
    best = max(trials, key=lambda trial: trial.ndcg)
    return with_settings(options, best.settings), trials


def with_settings(options: LightGBMOptions, settings: dict[str, Setting]) -> LightGBMOptions:
    """The options with a trial's settings."""
    typed = {
        name: Objective(str(value)) if name == "objective" else value
        for name, value in settings.items()
    }
    return replace(options, **typed)


Score = Callable[[dict[str, Setting]], float]


def _random(score: Score, ranges: list[Range], options: LightGBMOptions) -> None:
    draw = np.random.default_rng(options.seed)
    for _ in track(range(options.search_trials - 1), "Searching settings"):
        score({range_.name: _drawn(range_, draw) for range_ in ranges})


def _drawn(range_: Range, draw: np.random.Generator) -> Setting:
    if range_.words:
        return str(draw.choice(range_.words))
    value = math.exp(draw.uniform(math.log(range_.low), math.log(range_.high)))
    return round(value) if range_.whole else value


def _optuna(score: Score, ranges: list[Range], options: LightGBMOptions) -> None:
    optuna: Any = require("optuna", extra="search")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(
        direction="maximize", sampler=optuna.samplers.TPESampler(seed=options.seed)
    )

    def objective(trial: Any) -> float:
        return score({range_.name: _suggested(range_, trial) for range_ in ranges})

    study.optimize(objective, n_trials=options.search_trials - 1)


def _suggested(range_: Range, trial: Any) -> Any:
    if range_.words:
        return trial.suggest_categorical(range_.name, list(range_.words))
    if range_.whole:
        return trial.suggest_int(range_.name, int(range_.low), int(range_.high), log=True)
    return trial.suggest_float(range_.name, range_.low, range_.high, log=True)
