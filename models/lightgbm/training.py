"""Training LightGBM's lambdarank: how many trees, and on what."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.features.forward import IntArray
from lrat_rank.mining.grades import GradeTable
from lrat_rank.models.lightgbm.dataset import RankingData
from lrat_rank.models.lightgbm.options import LightGBMOptions

# LightGBM keeps the gains of its nDCG in one table a process, which each new training overwrites.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Fitted:
    """A trained model.

    Attributes:
        model: LightGBM's text form.
        rounds: Trees in it.
        held_out_lists: Lists that found the number of rounds; 0 where it was given.
        held_out_ndcg: Their best nDCG@k, or None.
        importance: Feature → total gain over all splits, largest first.
    """

    model: str
    rounds: int
    held_out_lists: int
    held_out_ndcg: float | None
    importance: dict[str, float]


def hold_out(groups: tuple[str, ...], options: LightGBMOptions) -> tuple[IntArray, IntArray] | None:
    """Positions of the lists to train on and of those held out; no group is in both.

    Returns:
        None where there are fewer lists than `least_lists`, or one group only.

    >>> train, held = hold_out(("a", "a", "b", "c"), LightGBMOptions(least_lists=4))
    >>> len(train) + len(held)
    4
    """
    names = np.unique(np.array(groups))
    if len(groups) < options.least_lists or len(names) < 2:
        return None
    n_held = min(max(round(options.held_out_share * len(names)), 1), len(names) - 1)
    held_names = np.random.default_rng(options.seed).permutation(names)[:n_held]
    held = np.isin(np.array(groups), held_names)
    return np.flatnonzero(~held), np.flatnonzero(held)


def fit(
    data: RankingData,
    table: GradeTable,
    options: LightGBMOptions,
    *,
    validation: RankingData | None = None,
) -> Fitted:
    """Train a model.

    With a validation set, training stops when its nDCG does. Without one, a share of the groups
    finds the number of rounds, and a model of that many rounds is then trained on all lists. Where
    there are too few lists for that, the number of rounds is fixed.

    Raises:
        InputError: The lists are too few to split on anything.
    """
    parts = None if validation else hold_out(data.groups, options)
    with _ONE_AT_A_TIME:
        if validation is not None:
            booster, best = _stopped(data, validation, table, options)
            return _fitted(booster, data, len(validation), best)
        if parts is None:
            booster = _train(data, table, options, rounds=options.rounds_without_held_out)
            return _fitted(booster, data, 0, None)
        training, held = (data.subset(part) for part in parts)
        scout, best = _stopped(training, held, table, options)
        booster = _train(data, table, options, rounds=scout.best_iteration)
        return _fitted(booster, data, len(held), best)


def _stopped(
    training: RankingData, held: RankingData, table: GradeTable, options: LightGBMOptions
) -> tuple[Any, float]:
    booster = _train(training, table, options, rounds=options.rounds, held=held)
    return booster, float(booster.best_score["held out"][f"ndcg@{options.cutoff}"])


def _train(
    data: RankingData,
    table: GradeTable,
    options: LightGBMOptions,
    *,
    rounds: int,
    held: RankingData | None = None,
) -> Any:
    import lightgbm

    training = data.to_lightgbm(table, positions=options.position_debias)
    stopper = lightgbm.early_stopping(options.patience, first_metric_only=True, verbose=False)
    return lightgbm.train(
        options.parameters(table, len(data.gains)),
        training,
        num_boost_round=rounds,
        valid_sets=[held.to_lightgbm(table, reference=training)] if held else None,
        valid_names=["held out"] if held else None,
        callbacks=[stopper] if held else None,
    )


def _fitted(booster: Any, data: RankingData, held_out: int, ndcg: float | None) -> Fitted:
    gains = booster.feature_importance("gain").tolist()
    if not any(gains):
        raise InputError(
            "training lists",
            must="enough for a tree to split on",
            got=f"{len(data)} lists with {len(data.gains)} candidates",
            do="Mine more trajectories, or lower min_data_in_leaf.",
        )
    rounds = booster.best_iteration if booster.best_iteration > 0 else booster.num_trees()
    return Fitted(
        model=booster.model_to_string(num_iteration=rounds),
        rounds=rounds,
        held_out_lists=held_out,
        held_out_ndcg=ndcg,
        importance=dict(
            sorted(zip(booster.feature_name(), gains, strict=True), key=lambda pair: -pair[1])
        ),
    )
