"""XGBoost's `rank:ndcg` instead of LightGBM's lambdarank."""

from __future__ import annotations

from typing import Any

import numpy as np

from lrat_rank.errors import require
from lrat_rank.models.lightgbm.columns import directions
from lrat_rank.models.lightgbm.dataset import RankingData
from lrat_rank.models.lightgbm.library import Growth, Task
from lrat_rank.models.ranker import FloatArray

_HELD = "held_out"


class XGBoostTrees:
    """Trees of an XGBoost booster."""

    def __init__(self, booster: Any) -> None:
        self._booster = booster

    @property
    def columns(self) -> tuple[str, ...]:
        """See `Trees`."""
        return tuple(self._booster.feature_names)

    def predict(self, values: FloatArray, *, rounds: int | None = None) -> FloatArray:
        """See `Trees`."""
        if rounds == 0:
            return np.zeros(len(values))
        # XGBoost takes 0 for all of them; asking for more than there are is an error.
        end = min(rounds or 0, self._booster.num_boosted_rounds())
        scores = self._booster.predict(
            self._matrix(values), output_margin=True, iteration_range=(0, end)
        )
        return np.asarray(scores, dtype=np.float64)

    def contributions(self, values: FloatArray) -> FloatArray:
        """See `Trees`."""
        told = self._booster.predict(self._matrix(values), pred_contribs=True)
        return np.asarray(told, dtype=np.float64)[:, :-1]

    def split_gains(self, rounds: int) -> FloatArray:
        """See `Trees`."""
        if rounds == 0:
            return np.zeros(len(self.columns))
        gains = self._booster[:rounds].get_score(importance_type="total_gain")
        return np.array([gains.get(name, 0.0) for name in self.columns], dtype=np.float64)

    def saved(self, rounds: int) -> bytes:
        """See `Trees`; XGBoost's JSON."""
        return bytes(self._booster[:rounds].save_raw("json"))

    def _matrix(self, values: FloatArray) -> Any:
        xgboost: Any = require("xgboost", extra="gbdt")
        return xgboost.DMatrix(values, feature_names=list(self.columns))


class XGBoostLibrary:
    """`rank:ndcg` with linear gains and the same pairs: one of the two within `pair_depth`."""

    def grow(self, task: Task) -> Growth:
        """See `TreeLibrary`."""
        xgboost: Any = require("xgboost", extra="gbdt")
        curves: dict[str, dict[str, list[float]]] = {}
        metric = f"ndcg@{task.options.cutoff}"
        held = task.held
        stop = xgboost.callback.EarlyStopping(
            rounds=task.options.patience, metric_name=metric, data_name=_HELD, maximize=True
        )
        booster = xgboost.train(
            _parameters(task, metric),
            _matrix(task, task.data),
            num_boost_round=task.rounds,
            evals=[(_matrix(task, held), _HELD)] if held else [],
            evals_result=curves,
            callbacks=[stop] if held else [],
            verbose_eval=False,
        )
        curve = np.array(curves.get(_HELD, {}).get(metric, []), dtype=np.float64)
        return Growth(XGBoostTrees(booster), curve)

    def open(self, model: bytes, *, threads: int) -> XGBoostTrees:
        """See `TreeLibrary`."""
        xgboost: Any = require("xgboost", extra="gbdt")
        booster = xgboost.Booster({"nthread": threads})
        booster.load_model(bytearray(model))
        return XGBoostTrees(booster)


def _matrix(task: Task, data: RankingData) -> Any:
    xgboost: Any = require("xgboost", extra="gbdt")
    gains = np.array(task.table.label_gain)[data.grades(task.table)]
    return xgboost.DMatrix(
        data.features.values,
        label=gains,
        group=data.features.sizes,
        weight=data.weights,
        base_margin=task.offsets(data),
        feature_names=list(data.features.names),
    )


def _parameters(task: Task, metric: str) -> dict[str, Any]:
    options = task.options
    chosen: dict[str, Any] = {
        "objective": "rank:ndcg",
        "eval_metric": metric,
        # The labels are the gains themselves.
        "ndcg_exp_gain": False,
        "lambdarank_pair_method": "topk",
        "lambdarank_num_pair_per_sample": options.pair_depth,
        "lambdarank_normalization": options.normalised,
        "base_score": 0.0,
        "tree_method": "hist",
        "grow_policy": "lossguide",
        "max_depth": 0,
        "max_leaves": options.num_leaves,
        # XGBoost bounds a leaf's sum of second derivatives, not its rows.
        "min_child_weight": 1e-3,
        "eta": options.learning_rate,
        "lambda": options.lambda_l2,
        "colsample_bytree": options.feature_share,
        "subsample": options.list_share,
        "seed": options.seed,
        "nthread": options.threads,
    }
    if options.monotone:
        chosen["monotone_constraints"] = tuple(directions(task.data.features.names))
    return chosen
