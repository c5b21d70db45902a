"""Cross-validation by group: every list is scored by trees that saw none of its group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.features.forward import IntArray
from lrat_rank.mining.grades import GradeTable
from lrat_rank.models.anchor.scale import fit_scale
from lrat_rank.models.group_splits import group_folds
from lrat_rank.models.lightgbm.dataset import RankingData
from lrat_rank.models.lightgbm.library import Growth, Task, grow
from lrat_rank.models.lightgbm.list_ndcg import list_ndcg, mean_ndcg
from lrat_rank.models.lightgbm.options import LightGBMOptions
from lrat_rank.models.lightgbm.rounds import Choice, choose_rounds, is_sure, mean_curve
from lrat_rank.models.ranker import FloatArray


@dataclass(frozen=True)
class CrossValidation:
    """What lists say of trees that did not see them.

    Attributes:
        choice: The number of trees that is best over all folds, and the mean nDCG@k there.
        folds: The lists each fold held out.
        ndcg: float64 (folds,); nDCG@k of each fold's held-out lists.
        ndcg_before: float64 (folds,); without new trees: the first stage's, or the base's.
        scores: float64 (rows,); out-of-fold scores, with what the trees started from.
        list_ndcg: float64 (lists,); nDCG@k of each list by these scores.
    """

    choice: Choice
    folds: list[IntArray]
    ndcg: FloatArray
    ndcg_before: FloatArray
    scores: FloatArray
    list_ndcg: FloatArray


def anchor_scale(data: RankingData, options: LightGBMOptions) -> float:
    """The scale of the anchor for these lists; 0 where the options want none.

    0 too where the lists have a base's score to start from: the base's scale is part of it.
    """
    if not options.anchor or data.start is not None:
        return 0.0
    return fit_scale(data.by_list(data.priors), data.by_list(data.gains), data.weights)


def cross_validate(
    data: RankingData, options: LightGBMOptions, *, table: GradeTable | None = None
) -> CrossValidation:
    """Grow trees on each fold's complement, and score the fold with them.

    The scale of the anchor is fitted inside each complement; where the lists have a base's score,
    the trees of every fold start from that. All folds are compared at the same
    number of trees: the one whose mean nDCG@k over the folds is best. That number is chosen on the
    folds themselves, so the nDCG there is a little too good.

    Args:
        data: The lists.
        options: How to grow; `folds`, `rounds`, `patience` and `seed` among them.
        table: Grades of gains; None to fit one to all the lists.

    Raises:
        InputError: There is one group only.
    """
    table = table or options.gain_table(data.gains)
    folds = group_folds(data.groups, options.folds, seed=options.seed)
    if len(folds) < 2:
        raise InputError("lists to cross-validate", must="of two groups at least", got="one group")
    growths, scales = _grown(data, options, table, folds)
    held = [data.subset(fold) for fold in folds]
    before = np.array([mean_ndcg(part, part.before, table, options.cutoff) for part in held])
    weights = [float(part.weights.sum()) for part in held]
    choice = choose_rounds(
        mean_curve([growth.curve for growth in growths], weights),
        float(np.average(before, weights=weights)),
        anchored=options.anchor,
    )
    scores = _out_of_fold(data, folds, growths, scales, choice.rounds)
    each = list_ndcg(data, scores, table, options.cutoff)
    if choice.rounds and options.anchor:
        better = each - list_ndcg(data, data.before, table, options.cutoff)
        if not is_sure(better, data.weights, options.surety):
            choice = Choice(0, choice.ndcg_before, choice.ndcg_before)
            scores = _out_of_fold(data, folds, growths, scales, 0)
            each = list_ndcg(data, scores, table, options.cutoff)
    ndcg = [np.average(each[fold], weights=data.weights[fold]) for fold in folds]
    return CrossValidation(choice, folds, np.array(ndcg), before, scores, each)


def _out_of_fold(
    data: RankingData,
    folds: list[IntArray],
    growths: list[Growth],
    scales: list[float],
    rounds: int,
) -> FloatArray:
    """float64 (rows,); each fold's lists scored by the trees that did not see them."""
    scores = np.empty(len(data.gains))
    for fold, growth, scale in zip(folds, growths, scales, strict=True):
        part = data.subset(fold)
        offsets = part.offsets(scale)
        if rounds:
            learned = growth.trees.predict(part.features.values, rounds=rounds)
            learned = learned if offsets is None else offsets + learned
        else:
            learned = part.before if offsets is None else offsets
        scores[data.rows_of(fold)] = learned
    return scores


def _grown(
    data: RankingData, options: LightGBMOptions, table: GradeTable, folds: list[IntArray]
) -> tuple[list[Growth], list[float]]:
    growths, scales = [], []
    for fold in folds:
        rest = data.subset(np.setdiff1d(np.arange(len(data)), fold))
        task = Task(
            data=rest,
            table=table,
            options=options,
            rounds=options.rounds,
            scale=anchor_scale(rest, options),
            held=data.subset(fold),
        )
        growths.append(grow(task))
        scales.append(task.scale)
    return growths, scales
