"""Training: how many trees, on what, and whether they are worth having."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.features.forward import IntArray
from lrat_rank.mining.grades import GradeTable
from lrat_rank.models.group_splits import hold_out
from lrat_rank.models.lightgbm.base import Base
from lrat_rank.models.lightgbm.cross_validation import anchor_scale, cross_validate
from lrat_rank.models.lightgbm.dataset import RankingData
from lrat_rank.models.lightgbm.library import NoTrees, Task, Trees, grow
from lrat_rank.models.lightgbm.list_ndcg import list_ndcg, mean_ndcg
from lrat_rank.models.lightgbm.options import LightGBMOptions
from lrat_rank.models.lightgbm.rounds import Choice, choose_rounds, is_sure
from lrat_rank.models.ranker import FloatArray


@dataclass(frozen=True)
class Fitted:
    """A trained model.

    Attributes:
        trees: What scores; a base's trees are part of it.
        model: The trees as their library saves them; empty where there are none.
        rounds: Trees in it; 0 where none beat the first stage.
        scale: Of the first stage's score in the ranker's; 0 without an anchor.
        held_out_lists: Lists that found the number of rounds; all lists after cross-validation, 0
            where it was given.
        ndcg_first_stage: Their nDCG@k by the first stage, or None.
        ndcg_base: Their nDCG@k by the base, or None.
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
    ndcg_base: float | None
    ndcg_model: float | None
    importance: dict[str, float]
    warnings: tuple[str, ...]

    def as_base(self) -> Base:
        """What other lists can go on from; it must have an anchor and LightGBM's trees."""
        return Base(self.trees, self.model, self.rounds, self.scale)

    def predict(self, data: RankingData) -> FloatArray:
        """float64 (rows,); scale·prior + the trees' sum."""
        learned = self.trees.predict(data.features.values, rounds=self.rounds)
        return self.scale * data.priors + learned


@dataclass(frozen=True)
class _Checked:
    """New trees with what held-out lists, where there are some, say of them."""

    trees: Trees
    rounds: int
    held: RankingData | None
    choice: Choice | None


def fit(
    data: RankingData,
    table: GradeTable,
    options: LightGBMOptions,
    *,
    validation: RankingData | None = None,
    base: Base | None = None,
) -> Fitted:
    """Train a model. It has no side effects, and depends on nothing but its arguments.

    The number of trees comes from lists the trees were not grown on: the validation set; else a
    share of the groups, held out; else, with fewer than `least_groups` groups, cross-validation. In
    the last two cases that number of trees is then grown on all lists. Lists of a single group
    cannot be checked on each other: then the number is fixed, and a warning says so.

    With an anchor the trees start from the first stage's order, and where no number of them beats
    it on those lists, the model has none: it is the first stage, and a warning says so. With a base
    they start from its score instead, and where no number of new trees beats it, the model is the
    base.

    Args:
        data: The training lists.
        table: Grades of gains, see `LightGBMOptions.gain_table`.
        options: How to train.
        validation: Lists of other groups, with the same columns.
        base: What to go on from; None to start from the first stage.

    Raises:
        InputError: There is one list; without an anchor, nothing to split on; or the columns are
            not the base's.
    """
    if len(data) < 2:
        raise InputError(
            "training lists",
            must="two at least, so that what is learned can hold for another query",
            got=f"{len(data)} with {len(data.gains)} candidates",
            do="Mine more trajectories.",
        )
    if base is not None:
        data = base.under(data)
        validation = None if validation is None else base.under(validation)
    scale = anchor_scale(data, options)
    checked = _checked(data, table, options, scale=scale, validation=validation)
    splits = checked.rounds > 0 and checked.trees.split_gains(checked.rounds).any()
    if not splits:
        choice = checked.choice and replace(
            checked.choice, rounds=0, ndcg=checked.choice.ndcg_before
        )
        checked = replace(checked, rounds=0, choice=choice)
    whole = _whole(checked, data, options, scale=scale, base=base)
    choice, held = checked.choice, checked.held
    before = first = choice.ndcg_before if choice else None
    if base is not None and held is not None:
        first = mean_ndcg(held, held.priors, table, options.cutoff)
    named = zip(data.features.names, whole.trees.split_gains(whole.rounds).tolist(), strict=True)
    return Fitted(
        trees=whole.trees,
        model=whole.model,
        rounds=whole.rounds,
        scale=whole.scale,
        held_out_lists=0 if held is None else len(held),
        ndcg_first_stage=first,
        ndcg_base=None if base is None else before,
        ndcg_model=choice.ndcg if choice else None,
        importance=dict(sorted(named, key=lambda pair: -pair[1])),
        warnings=tuple(_warnings(checked, options, "first stage" if base is None else "base")),
    )


def _whole(
    checked: _Checked,
    data: RankingData,
    options: LightGBMOptions,
    *,
    scale: float,
    base: Base | None,
) -> Base:
    """All that scores: the new trees where there are some, on what they were grown from."""
    if checked.rounds:
        new = checked.trees.saved(checked.rounds)
        if base is not None:
            return base.joined(new, checked.rounds, threads=options.threads)
        return Base(checked.trees, new, checked.rounds, scale)
    if base is not None:
        return base
    if options.anchor:
        return Base(NoTrees(data.features.names), b"", 0, scale or 1.0)
    raise InputError(
        "training lists",
        must="enough for a tree to split on",
        got=f"{len(data)} lists with {len(data.gains)} candidates",
        do="Mine more trajectories, or lower min_data_in_leaf.",
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
    rest, kept = hold_out(
        data.groups,
        options.held_out_share,
        seed=options.seed,
        least_groups=options.least_groups,
    )
    if len(kept):
        return _by_held_out(whole, rest, kept)
    return _by_folds(whole) if len(set(data.groups)) > 1 else _unchecked(whole)


def _by_validation(whole: Task, validation: RankingData) -> _Checked:
    """The trees grown on all lists, as many as the validation set asks for."""
    trees, choice = _stopped(whole, validation)
    return _Checked(trees, choice.rounds, validation, choice)


def _by_held_out(whole: Task, rest: IntArray, kept: IntArray) -> _Checked:
    """As many trees on all lists as were best for some, held out, when grown on the rest."""
    training, held = whole.data.subset(rest), whole.data.subset(kept)
    part = replace(whole, data=training, scale=anchor_scale(training, whole.options))
    return _regrown(whole, _stopped(part, held)[1], held)


def _by_folds(whole: Task) -> _Checked:
    """As many trees on all lists as were best over folds of them."""
    found = cross_validate(whole.data, whole.options, table=whole.table)
    return _regrown(whole, found.choice, whole.data)


def _unchecked(whole: Task) -> _Checked:
    """A fixed number of trees: there is nothing to check them on."""
    rounds = whole.options.rounds_without_held_out
    return _Checked(grow(replace(whole, rounds=rounds)).trees, rounds, None, None)


def _regrown(whole: Task, choice: Choice, held: RankingData) -> _Checked:
    if choice.rounds == 0:
        return _Checked(NoTrees(whole.data.features.names), 0, held, choice)
    trees = grow(replace(whole, rounds=choice.rounds)).trees
    return _Checked(trees, choice.rounds, held, choice)


def _stopped(task: Task, held: RankingData) -> tuple[Trees, Choice]:
    trees, options = (growth := grow(replace(task, held=held))).trees, task.options
    before = list_ndcg(held, held.before, task.table, options.cutoff)
    mean = float(np.average(before, weights=held.weights))
    choice = choose_rounds(growth.curve, mean, anchored=options.anchor)
    if choice.rounds and options.anchor:
        scores = trees.predict(held.features.values, rounds=choice.rounds)
        offsets = task.offsets(held)
        scores = scores if offsets is None else scores + offsets
        better = list_ndcg(held, scores, task.table, options.cutoff) - before
        if not is_sure(better, held.weights, options.surety):
            choice = Choice(0, mean, mean)
    return trees, choice


def _warnings(checked: _Checked, options: LightGBMOptions, start: str) -> list[str]:
    told, choice = [], checked.choice
    if options.position_debias and options.anchor:
        told.append(
            "The first stage's score is often the order that was shown, and takes the effect of "
            "the rank upon itself; position debiasing works better without the anchor."
        )
    if choice is None:
        told.append(
            f"All lists are of one group, so the ranker could not be checked against the {start}; "
            "the number of trees is a guess."
        )
    if checked.rounds == 0:
        trees = "trees" if start == "first stage" else "new trees"
        why = (
            "there was nothing to split on"
            if choice is None
            else (
                f"no number of {trees} beat the {start} on held-out lists "
                f"(nDCG@{options.cutoff} {choice.ndcg_before:.4f})"
            )
        )
        told.append(f"The ranker is the {start} itself: {why}.")
    elif choice is not None and choice.ndcg < choice.ndcg_before:
        told.append(
            f"The ranker is worse than the {start} on held-out lists: nDCG@{options.cutoff} "
            f"{choice.ndcg:.4f} against {choice.ndcg_before:.4f}. Train with the anchor."
        )
    return told
