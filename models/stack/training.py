"""Training a stack: base scores by cross-fitting, trees over them, final base rankers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lrat_rank.features.catalog import schema_hash
from lrat_rank.features.forward import IntArray
from lrat_rank.features.prior import first_stage_prior
from lrat_rank.features.source import FeatureSource
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.lightgbm.dataset import RankingData, build_ranking_data
from lrat_rank.models.lightgbm.library import open_trees
from lrat_rank.models.lightgbm.preparing import prepare_lists
from lrat_rank.models.lightgbm.training import fit
from lrat_rank.models.ranker import CandidateList, FloatArray, Ranker
from lrat_rank.models.stack.columns import base_columns, beside, heads
from lrat_rank.models.stack.cross_fitting import SavedRanker, TrainBase, cross_fit
from lrat_rank.models.stack.options import StackOptions, StackRecord
from lrat_rank.models.stack.stack import Stack
from lrat_rank.models.usable_lists import LeftOut, UsableList
from lrat_rank.progress import say


@dataclass(frozen=True)
class _Prepared:
    """Labels as lists to score, with their declared features.

    Attributes:
        usable: The lists, made as deep as the options say.
        wholes: The same as rankers see them.
        chosen: Positions in each whole list that base rankers score.
        data: Declared features of the judged documents.
        left_out: What could not be used.
    """

    usable: list[UsableList]
    wholes: list[CandidateList]
    chosen: list[IntArray]
    data: RankingData
    left_out: LeftOut

    def with_columns(self, columns: Mapping[str, Sequence[FloatArray]]) -> RankingData:
        """The data with base columns, given for whole lists, beside the declared ones."""
        rows = [_rows(one) for one in self.usable]
        judged = {
            name: np.concatenate([v[r] for v, r in zip(values, rows, strict=True)])
            for name, values in columns.items()
        }
        return replace(self.data, features=beside(self.data.features, judged))


def train_stack(
    lists: Sequence[LabelledList],
    index: FeatureSource,
    bases: Mapping[str, TrainBase],
    *,
    options: StackOptions | None = None,
    validation: Sequence[LabelledList] | None = None,
) -> Stack:
    """Train a stack.

    The trees see, of every training list, scores of base rankers that did not train on its group:
    those of rankers that did would look far better in training than they are in use. In use, base
    rankers trained on all lists score.

    Args:
        lists: The labels.
        index: The index of their documents.
        bases: Name → what trains such a base ranker; any kind will do.
        options: How to train.
        validation: Lists of other groups that stop the growth of trees; None to find their
            number on `lists`.

    Raises:
        InputError: No list orders anything, all are of one group, the index cannot serve a
            feature, or positions are to be corrected where they cannot be.

    Example:
        stack = train_stack(labels, index, {"cross-encoder": train_on_lists})
        stack.save("out/stack")
    """
    options = options or StackOptions()
    prepared = _prepare(lists, index, options, "labels")
    crossed: dict[str, list[FloatArray]] = {}
    final: dict[str, SavedRanker] = {}
    for name, train in bases.items():
        say(f"Base ranker {name}: scores of every list by rankers that never saw its group")
        crossed[name] = _crossed(lists, prepared, train, options)
        say(f"Base ranker {name}: the final one, on all lists")
        final[name] = train(lists)
    data = prepared.with_columns(crossed)
    held = None
    if validation is not None:
        apart = _prepare(validation, index, options, "validation lists")
        held = apart.with_columns(
            {name: base_columns(b, apart.wholes, apart.chosen) for name, b in final.items()}
        )
    table = options.trees.gain_table(data.gains)
    fitted = fit(data, table, options.trees, validation=held)
    record = StackRecord(
        bases=tuple(bases),
        features=prepared.data.features.names,
        schema_hash=schema_hash(prepared.data.features.names),
        model_sha256=hashlib.sha256(fitted.model).hexdigest(),
        label_gain=table.label_gain,
        scale=fitted.scale,
        rounds=fitted.rounds,
        options=options,
        n_lists=len(data),
        held_out_lists=fitted.held_out_lists,
        ndcg_first_stage=fitted.ndcg_first_stage,
        ndcg_model=fitted.ndcg_model,
        importance=fitted.importance,
        warnings=fitted.warnings,
        left_out=prepared.left_out,
    )
    for warning in fitted.warnings:
        say(warning)
    trees = open_trees(options.trees, fitted.model, data.features.names)
    return Stack(final, trees, fitted.model, record=record, index=index)


def _crossed(
    lists: Sequence[LabelledList], prepared: _Prepared, train: TrainBase, options: StackOptions
) -> list[FloatArray]:
    def columns(base: Ranker, part: list[CandidateList], positions: IntArray) -> list[FloatArray]:
        return base_columns(base, part, [prepared.chosen[n] for n in positions.tolist()])

    groups = [one.group for one in prepared.usable]
    return cross_fit(
        lists, prepared.wholes, groups, train, columns, folds=options.folds, seed=options.seed
    )


def _prepare(
    lists: Sequence[LabelledList], index: FeatureSource, options: StackOptions, what: str
) -> _Prepared:
    trees = options.trees
    usable, left_out = prepare_lists(lists, index, trees, what=what)
    data = build_ranking_data(usable, index, trees.features or None, depth=trees.stage_depth)
    wholes = [one.whole for one in usable]
    priors = first_stage_prior(index, wholes, depth=trees.stage_depth)
    return _Prepared(usable, wholes, heads(wholes, priors, options.depth), data, left_out)


def _rows(one: UsableList) -> IntArray:
    """Where the judged documents stand in the whole list, in the order of the features' rows."""
    place = {doc_id: number for number, doc_id in enumerate(one.list_ids)}
    return np.array([place[doc_id] for doc_id in one.doc_ids], dtype=np.int64)
