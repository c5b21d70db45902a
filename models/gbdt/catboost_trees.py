"""CatBoost's YetiRank instead of LightGBM's lambdarank."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from lrat_rank.errors import InputError, require
from lrat_rank.models.lightgbm.dataset import RankingData
from lrat_rank.models.lightgbm.library import Growth, Task
from lrat_rank.models.ranker import FloatArray


class CatBoostTrees:
    """Trees of a CatBoost model."""

    def __init__(self, model: Any, threads: int) -> None:
        self._model = model
        self._threads = threads or -1

    @property
    def columns(self) -> tuple[str, ...]:
        """See `Trees`."""
        return tuple(self._model.feature_names_)

    def predict(self, values: FloatArray, *, rounds: int | None = None) -> FloatArray:
        """See `Trees`."""
        if rounds == 0:
            return np.zeros(len(values))
        # CatBoost takes 0 for all of them; asking for more than there are is an error.
        end = min(rounds or 0, self._model.tree_count_)
        scores = self._model.predict(values, ntree_end=end, thread_count=self._threads)
        return np.asarray(scores, dtype=np.float64)

    def contributions(self, values: FloatArray) -> FloatArray:
        """See `Trees`."""
        catboost: Any = require("catboost", extra="gbdt")
        pool = catboost.Pool(values, feature_names=list(self.columns))
        told = self._model.get_feature_importance(pool, type="ShapValues")
        return np.asarray(told, dtype=np.float64)[:, :-1]

    def split_gains(self, rounds: int) -> FloatArray:
        """See `Trees`; how much the score changes with the feature, which needs no data."""
        if rounds == 0:
            return np.zeros(len(self.columns))
        part = self._model.copy()
        part.shrink(ntree_end=rounds)
        told = part.get_feature_importance(type="PredictionValuesChange")
        return np.asarray(told, dtype=np.float64)

    def saved(self, rounds: int) -> bytes:
        """See `Trees`; CatBoost's own binary form."""
        part = self._model.copy()
        part.shrink(ntree_end=rounds)
        with tempfile.TemporaryDirectory() as folder:
            part.save_model(f"{folder}/model.cbm")
            return Path(folder, "model.cbm").read_bytes()


class CatBoostLibrary:
    """`YetiRank` in its nDCG mode."""

    def grow(self, task: Task) -> Growth:
        """See `TreeLibrary`.

        Raises:
            InputError: The options ask for what CatBoost's ranking cannot do.
        """
        catboost: Any = require("catboost", extra="gbdt")
        if task.options.monotone:
            raise InputError(
                "monotone",
                must="off with catboost, whose ranking losses have no such constraints",
                got="on",
                do="Use LightGBM or XGBoost.",
            )
        metric = f"NDCG:top={task.options.cutoff};type=Base"
        model = catboost.CatBoost(_parameters(task, metric))
        held = task.held
        model.fit(
            _pool(task, task.data),
            eval_set=_pool(task, held) if held else None,
            early_stopping_rounds=task.options.patience if held else None,
        )
        curve = model.get_evals_result().get("validation", {}).get(metric, [])
        return Growth(CatBoostTrees(model, task.options.threads), np.array(curve, dtype=np.float64))

    def open(self, model: bytes, *, threads: int) -> CatBoostTrees:
        """See `TreeLibrary`."""
        catboost: Any = require("catboost", extra="gbdt")
        opened = catboost.CatBoost()
        opened.load_model(blob=model)
        return CatBoostTrees(opened, threads)


def _pool(task: Task, data: RankingData) -> Any:
    catboost: Any = require("catboost", extra="gbdt")
    gains = np.array(task.table.label_gain)[data.grades(task.table)]
    return catboost.Pool(
        data.features.values,
        label=gains,
        group_id=np.repeat(np.arange(len(data)), data.features.sizes),
        group_weight=data.row_weights,
        baseline=task.offsets(data),
        feature_names=list(data.features.names),
    )


def _parameters(task: Task, metric: str) -> dict[str, Any]:
    options = task.options
    return {
        "loss_function": f"YetiRank:mode=NDCG;top={options.pair_depth}",
        "eval_metric": metric,
        "iterations": task.rounds,
        "learning_rate": options.learning_rate,
        # Only symmetric trees can be cut back to the best round; they have 2^depth leaves and no
        # least number of rows in one.
        "depth": math.ceil(math.log2(options.num_leaves)),
        "l2_leaf_reg": options.lambda_l2,
        "rsm": options.feature_share,
        "bootstrap_type": "Bernoulli",
        "subsample": options.list_share,
        # The best round is chosen here, against the first stage.
        "use_best_model": False,
        "random_seed": options.seed,
        "thread_count": options.threads or -1,
        "logging_level": "Silent",
        "allow_writing_files": False,
    }
