"""LightGBM's own trees."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from lrat_rank.models.lightgbm.columns import categorical, directions
from lrat_rank.models.lightgbm.dataset import RankingData
from lrat_rank.models.lightgbm.library import Growth, Task
from lrat_rank.models.lightgbm.options import Objective
from lrat_rank.models.ranker import FloatArray

# LightGBM keeps the gains of its nDCG in one table a process, which each new training overwrites.
_ONE_AT_A_TIME = threading.Lock()
_HELD = "held out"


class LightGBMTrees:
    """Trees of a LightGBM booster.

    A round that finds nothing to split on leaves no tree behind, so rounds and trees are counted
    apart: `trees_after[r − 1]` is how many trees there are after round r; None where the booster
    was opened from a file, which has a tree a round.
    """

    def __init__(self, booster: Any, threads: int, trees_after: list[int] | None = None) -> None:
        self._booster = booster
        self._threads = threads
        self._trees_after = trees_after

    @property
    def columns(self) -> tuple[str, ...]:
        """See `Trees`."""
        return tuple(self._booster.feature_name())

    def predict(self, values: FloatArray, *, rounds: int | None = None) -> FloatArray:
        """See `Trees`."""
        # LightGBM takes 0 and None for "all" and "the best round it found", which is not ours.
        count = -1 if rounds is None else self._trees(rounds)
        if count == 0:
            return np.zeros(len(values))
        scores: FloatArray = self._booster.predict(
            values, num_iteration=count, num_threads=self._threads
        )
        return scores

    def contributions(self, values: FloatArray) -> FloatArray:
        """See `Trees`."""
        told = self._booster.predict(
            values, num_iteration=-1, pred_contrib=True, num_threads=self._threads
        )
        return np.asarray(told)[:, :-1]

    def split_gains(self, rounds: int) -> FloatArray:
        """See `Trees`."""
        count = self._trees(rounds)
        if count == 0:
            return np.zeros(len(self.columns))
        return np.asarray(self._booster.feature_importance("gain", iteration=count))

    def saved(self, rounds: int) -> bytes:
        """See `Trees`; LightGBM's text form."""
        return str(self._booster.model_to_string(num_iteration=self._trees(rounds))).encode()

    def _trees(self, rounds: int) -> int:
        if self._trees_after is None or rounds == 0:
            return rounds
        return self._trees_after[min(rounds, len(self._trees_after)) - 1]


class LightGBMLibrary:
    """`lambdarank` or `rank_xendcg`."""

    def grow(self, task: Task) -> Growth:
        """See `TreeLibrary`."""
        import lightgbm

        with _ONE_AT_A_TIME:
            training = lightgbm_dataset(task, task.data)
            curves: dict[str, dict[str, list[float]]] = {}
            options, held = task.options, task.held
            counts: list[int] = []
            stop = lightgbm.early_stopping(options.patience, first_metric_only=True, verbose=False)
            watch = [lightgbm.record_evaluation(curves), stop] if held else []
            booster = lightgbm.train(
                parameters(task),
                training,
                num_boost_round=task.rounds,
                valid_sets=[lightgbm_dataset(task, held, training)] if held else None,
                valid_names=[_HELD] if held else None,
                callbacks=[lambda round_: counts.append(round_.model.num_trees()), *watch],
                # Folds are compared at one number of rounds, beyond the best of some.
                keep_training_booster=True,
            )
        curve = curves.get(_HELD, {}).get(f"ndcg@{options.cutoff}", [])
        trees = LightGBMTrees(booster, options.threads, counts)
        return Growth(trees, np.array(curve, dtype=np.float64))

    def open(self, model: bytes, *, threads: int) -> LightGBMTrees:
        """See `TreeLibrary`."""
        import lightgbm

        return LightGBMTrees(lightgbm.Booster(model_str=model.decode()), threads)


def lightgbm_dataset(task: Task, data: RankingData, reference: Any = None) -> Any:
    """A `lightgbm.Dataset`; held-out lists take the training set as their reference.

    With position debiasing the training set holds the ranks shown, and LightGBM explains gains by
    them as well as by features. The anchor's offsets are part of LightGBM's own nDCG too.
    """
    import lightgbm

    names = list(data.features.names)
    debias = task.options.position_debias and reference is None
    return lightgbm.Dataset(
        data.features.values,
        label=data.grades(task.table),
        group=data.features.sizes,
        weight=data.row_weights,
        init_score=task.offsets(data),
        feature_name=names,
        categorical_feature=categorical(names),
        reference=reference,
        position=data.ranks.astype(np.int32) if debias else None,
    )


def parameters(task: Task) -> dict[str, Any]:
    """LightGBM's parameters for a task."""
    options = task.options
    chosen: dict[str, Any] = {
        "objective": options.objective.value,
        "metric": "ndcg",
        "eval_at": [options.cutoff],
        "label_gain": list(task.table.label_gain),
        "learning_rate": options.learning_rate,
        "num_leaves": options.num_leaves,
        "min_data_in_leaf": options.leaf_rows(len(task.data.gains)),
        "lambda_l2": options.lambda_l2,
        "feature_fraction": options.feature_share,
        "seed": options.seed,
        "num_threads": options.threads,
        "deterministic": True,
        "force_col_wise": True,
        "verbosity": -1,
    }
    if options.objective is Objective.RANK_XENDCG:
        # Where the anchor is sure, the cross-entropy has hardly any curvature: Newton's step leaps.
        chosen["max_delta_step"] = 1.0
    else:
        chosen["lambdarank_truncation_level"] = options.pair_depth
        chosen["lambdarank_norm"] = options.normalised
        # LightGBM draws whole lists for lambdarank alone: rank_xendcg hardly splits with them.
        chosen["bagging_fraction"] = options.list_share
        chosen["bagging_freq"] = 1
        chosen["bagging_by_query"] = True
        if options.list_share < 1 and options.feature_share < 1:
            # With both, LightGBM on several threads grows other trees each time.
            chosen["num_threads"] = 1
    if options.monotone:
        chosen["monotone_constraints"] = directions(task.data.features.names)
        chosen["monotone_constraints_method"] = "advanced"
    return chosen


def join_models(first: bytes, then: bytes) -> bytes:
    """One model with the trees of two, in that order; both of the same columns.

    `init_model` of `lightgbm.train` joins trees too, but puts the first model's prediction in the
    place of `init_score`, where the anchor would be lost. So the new trees are grown from offsets
    that hold both, and this is the joining alone, by the function that LightGBM itself uses there.
    """
    from lightgbm import Booster
    from lightgbm.basic import _LIB, _safe_call

    whole, front = (Booster(model_str=model.decode()) for model in (then, first))
    # What is merged in is put before the trees that are there.
    _safe_call(_LIB.LGBM_BoosterMerge(whole._handle, front._handle))
    return str(whole.model_to_string(num_iteration=-1)).encode()
