"""Training: how many trees, on what, and whether they are worth having."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.features.forward import IntArray
from lrat_rank.mining.grades import GradeTable
from lrat_rank.models.group_splits import hold_out
from lrat_rank.models.lightgbm.cross_validation import anchor_scale, cross_validate
from lrat_rank.models.lightgbm.dataset import RankingData
from lrat_rank.models.lightgbm.library import NoTrees, Task, Trees, grow
from lrat_rank.models.lightgbm.list_ndcg import list_ndcg
from lrat_rank.models.lightgbm.options import LightGBMOptions
from lrat_rank.models.lightgbm.rounds import Choice, choose_rounds, is_sure
from lrat_rank.models.ranker import FloatArray


@dataclass(frozen=True)
class Fitted:
    """A trained model.

    Attributes:
        trees: What scores.
        model: The trees as their library saves them; empty where there are none.
        rounds: Trees in it; 0 where none beat the first stage.
        scale: Of the first stage's score in the ranker's; 0 without an anchor.
        held_out_lists: Lists that found the number of rounds; 0 where it was given.
        ndcg_first_stage: Their nDCG@k by the first stage, or None.
        ndcg_model: Their nDCG@k by the model, or None.
        importance: Feature → total gain over all splits, largest first.
        warnings: What the user should know, in sentences.
    """

    trees: Trees
    model: bytes
    rounds: int
    scale: float
    held_out_lists: int
    ndcg_first_stage: float | None
    ndcg_model: float | None
    importance: dict[str, float]
    warnings: tuple[str, ...]

    def predict(self, data: RankingData) -> FloatArray:
        """float64 (rows,); scale·prior + the trees' sum."""
        learned = self.trees.predict(data.features.values, rounds=self.rounds)
        return self.scale * data.priors + learned


@dataclass(frozen=True)
class _Checked:
    """Trees with what held-out lists say of them."""

    trees: Trees
    rounds: int
    held_out_lists: int
    choice: Choice | None


def fit(
    data: RankingData,
    table: GradeTable,
    options: LightGBMOptions,
    *,
    validation: RankingData | None = None,
) -> Fitted:
    """Train a model. It has no side effects, and depends on nothing but its arguments.

    The number of trees comes from lists the trees were not grown on: the validation set; else a
    share of the groups, held out; else, with fewer than `least_lists` lists, cross-validation. In
    the last two cases that number of trees is then grown on all lists. Lists of a single group
    cannot be checked on each other: then the number is fixed, and a warning says so.

    With an anchor the trees start from the first stage's order, and where no number of them beats
    it on those lists, the model has none: it is the first stage, and a warning says so.

    Args:
        data: The training lists.
        table: Grades of gains, see `LightGBMOptions.gain_table`.
        options: How to train.
        validation: Lists of other groups, with the same columns.

    Raises:
        InputError: There is one list, or, without an anchor, nothing to split on.
    """
    if len(data) < 2:
        raise InputError(
            "training lists",
            must="two at least, so that what is learned can hold for another query",
            got=f"{len(data)} with {len(data.gains)} candidates",
            do="Mine more trajectories.",
        )
    scale = anchor_scale(data, options)
    checked = _checked(data, table, options, scale=scale, validation=validation)
    gains = checked.trees.split_gains(checked.rounds).tolist() if checked.rounds else []
    if any(gains):
        trees, rounds, model = checked.trees, checked.rounds, checked.trees.saved(checked.rounds)
    elif options.anchor:
        trees, rounds, model = NoTrees(data.features.names), 0, b""
        gains, scale = [0.0] * len(data.features.names), scale or 1.0
    else:
        raise InputError(
            "training lists",
            must="enough for a tree to split on",
            got=f"{len(data)} lists with {len(data.gains)} candidates",
            do="Mine more trajectories, or lower min_data_in_leaf.",
        )
    choice = checked.choice
    kept = choice if rounds or choice is None else Choice(0, *[choice.ndcg_first_stage] * 2)
    named = zip(data.features.names, gains, strict=True)
    return Fitted(
        trees=trees,
        model=model,
        rounds=rounds,
        scale=scale,
        held_out_lists=checked.held_out_lists,
        ndcg_first_stage=kept.ndcg_first_stage if kept else None,
        ndcg_model=kept.ndcg if kept else None,
        importance=dict(sorted(named, key=lambda pair: -pair[1])),
        warnings=tuple(_warnings(kept, rounds, options)),
    )


def _checked(
    data: RankingData,
    table: GradeTable,
    options: LightGBMOptions,
    *,
    scale: float,
    validation: RankingData | None,
) -> _Checked:
    whole = Task(data=data, table=table, options=options, rounds=options.rounds, scale=scale)
    if validation is not None:
        return _by_validation(whole, validation)
    share = options.held_out_share if len(data) >= options.least_lists else 0.0
    rest, kept = hold_out(data.groups, share, seed=options.seed)
    if len(kept):
        return _by_held_out(whole, rest, kept)
    return _by_folds(whole) if len(set(data.groups)) > 1 else _unchecked(whole)


def _by_validation(whole: Task, validation: RankingData) -> _Checked:
    """The trees grown on all lists, as many as the validation set asks for."""
    trees, choice = _stopped(whole, validation)
    return _Checked(trees, choice.rounds, len(validation), choice)


def _by_held_out(whole: Task, rest: IntArray, kept: IntArray) -> _Checked:
    """As many trees on all lists as were best for some, held out, when grown on the rest."""
    training, held = whole.data.subset(rest), whole.data.subset(kept)
    part = replace(whole, data=training, scale=anchor_scale(training, whole.options))
    return _regrown(whole, _stopped(part, held)[1], len(held))


def _by_folds(whole: Task) -> _Checked:
    """As many trees on all lists as were best over folds of them."""
    found = cross_validate(whole.data, whole.options, table=whole.table)
    return _regrown(whole, found.choice, len(whole.data))


def _unchecked(whole: Task) -> _Checked:
    """A fixed number of trees: there is nothing to check them on."""
    rounds = whole.options.rounds_without_held_out
    return _Checked(grow(replace(whole, rounds=rounds)).trees, rounds, 0, None)


def _regrown(whole: Task, choice: Choice, n_held: int) -> _Checked:
    if choice.rounds == 0:
        return _Checked(NoTrees(whole.data.features.names), 0, n_held, choice)
    trees = grow(replace(whole, rounds=choice.rounds)).trees
    return _Checked(trees, choice.rounds, n_held, choice)


def _stopped(task: Task, held: RankingData) -> tuple[Trees, Choice]:
    trees, options = (growth := grow(replace(task, held=held))).trees, task.options
    before = list_ndcg(held, held.priors, task.table, options.cutoff)
    first = float(np.average(before, weights=held.weights))
    choice = choose_rounds(growth.curve, first, anchored=options.anchor)
    if choice.rounds and options.anchor:
        scores = trees.predict(held.features.values, rounds=choice.rounds)
        scores = scores + task.scale * held.priors
        better = list_ndcg(held, scores, task.table, options.cutoff) - before
        if not is_sure(better, held.weights, options.surety):
            choice = Choice(0, first, first)
    return trees, choice


def _warnings(choice: Choice | None, rounds: int, options: LightGBMOptions) -> list[str]:
    told = []
    if options.position_debias and options.anchor:
        told.append(
            "The first stage's score is often the order that was shown, and takes the effect of "
            "the rank upon itself; position debiasing works better without the anchor."
        )
    if choice is None:
        told.append(
            "All lists are of one group, so the ranker could not be checked against the first "
            "stage; the number of trees is a guess."
        )
    if rounds == 0:
        why = (
            "there was nothing to split on"
            if choice is None
            else (
                "no number of trees beat the first stage on held-out lists "
                f"(nDCG@{options.cutoff} {choice.ndcg_first_stage:.4f})"
            )
        )
        told.append(f"The ranker is the first stage itself: {why}.")
    elif choice is not None and choice.ndcg < choice.ndcg_first_stage:
        told.append(
            f"The ranker is worse than the first stage on held-out lists: nDCG@{options.cutoff} "
            f"{choice.ndcg:.4f} against {choice.ndcg_first_stage:.4f}. Train with the anchor."
        )
    return told
