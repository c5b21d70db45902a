"""Rankers of the studies: trained on some labels, then bound to any collection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lrat_rank.features.prior import first_stage_prior
from lrat_rank.features.source import FeatureSource
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.cascade.cascade import combine, shortened
from lrat_rank.models.context_dropout import drop_contexts
from lrat_rank.models.cross_encoder.held_out import gather_material
from lrat_rank.models.cross_encoder.inference import ScoringOptions
from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker
from lrat_rank.models.cross_encoder.training import train_on
from lrat_rank.models.deep_lists import deepen
from lrat_rank.models.dense.options import DenseOptions
from lrat_rank.models.dense.ranker import DenseRanker
from lrat_rank.models.dense.training import train_dense
from lrat_rank.models.lightgbm.dataset import RankingData
from lrat_rank.models.lightgbm.options import LightGBMOptions
from lrat_rank.models.lightgbm.training import Fitted, fit
from lrat_rank.models.ranker import CandidateList, FloatArray, Ranker
from lrat_rank.models.stack.columns import heads
from lrat_rank.models.usable_lists import training_lists

from .material import Material


class FirstStage:
    """The first stage's own order."""

    def __init__(self, source: FeatureSource) -> None:
        self._source = source

    def score(self, lists: Sequence[CandidateList]) -> list[FloatArray]:
        """See `Ranker.score`."""
        return first_stage_prior(self._source, lists)


class HeadRanker:
    """A costly ranker for the first stage's best; below them the first stage's order stays."""

    def __init__(self, inner: Ranker, source: FeatureSource, head: int) -> None:
        self._inner, self._source, self._head = inner, source, head

    def score(self, lists: Sequence[CandidateList]) -> list[FloatArray]:
        """See `Ranker.score`."""
        priors = first_stage_prior(self._source, lists)
        best = [head.tolist() for head in heads(lists, priors, self._head)]
        scores = self._inner.score(shortened(lists, best))
        return [
            combine(prior, head, of, 1.0)
            for prior, head, of in zip(priors, best, scores, strict=True)
        ]


@dataclass(frozen=True)
class TreesRanker:
    """Trees, over the features of one collection's bank."""

    fitted: Fitted
    material: Material
    context: bool

    def over(self, material: Material) -> TreesRanker:
        """The same trees on another collection.

        Raises:
            AssertionError: Its index has not the same features.
        """
        names = [one.bank.names(context=self.context) for one in (self.material, material)]
        if names[0] != names[1]:
            raise AssertionError(f"{material.name} has other features than {self.material.name}")
        return TreesRanker(self.fitted, material, self.context)

    def score(self, lists: Sequence[CandidateList]) -> list[FloatArray]:
        """See `Ranker.score`."""
        if not lists:
            return []
        matrix = self.material.bank.matrix(lists, context=self.context)
        learned = self.fitted.trees.predict(matrix.values, rounds=self.fitted.rounds)
        offsets = np.concatenate(self.material.bank.priors(lists))
        return matrix.split(self.fitted.scale * offsets + learned)


@dataclass(frozen=True)
class TextRanker:
    """A cross-encoder or dense retriever in a folder, bound to one collection.

    Attributes:
        inner: The ranker itself.
        folder: Where it lies.
        precision: That a cross-encoder scores in.
    """

    inner: Ranker
    folder: Path
    precision: str = "auto"

    def over(self, material: Material) -> TextRanker:
        """The same model on another collection."""
        if isinstance(self.inner, DenseRanker):
            return TextRanker(DenseRanker.load(self.folder, material.index), self.folder)
        return cross_encoder_in(self.folder, material, self.precision)

    def score(self, lists: Sequence[CandidateList]) -> list[FloatArray]:
        """See `Ranker.score`."""
        return self.inner.score(lists) if lists else []


def tree_data(
    material: Material, labels: Sequence[LabelledList], options: LightGBMOptions, *, context: bool
) -> RankingData:
    """What trees are grown on; as `lrat_rank.models.lightgbm.preparing.prepare`, from the bank."""
    usable, _ = training_lists(labels, material.index, options.intensity)
    if options.deepened_to:
        usable = deepen(
            usable,
            labels,
            material.index,
            depth=options.deepened_to,
            negatives=options.unseen,
            seed=options.seed,
        )
    if context:
        usable = drop_contexts(usable, options.context_dropout, seed=options.seed)
    return material.bank.training_data(usable, context=context)


def train_trees(
    material: Material,
    labels: Sequence[LabelledList],
    options: LightGBMOptions,
    *,
    context: bool = False,
    base: TreesRanker | None = None,
) -> TreesRanker:
    """Trees grown on labels of a collection, on those of a base where one is given."""
    data = tree_data(material, labels, options, context=context)
    table = options.gain_table(data.gains)
    start = None if base is None else base.fitted.as_base()
    return TreesRanker(fit(data, table, options, base=start), material, context)


def train_cross_encoder_on(
    material: Material,
    labels: Sequence[LabelledList],
    options: CrossEncoderOptions,
    out: Path,
    *,
    lists: int,
    validation: Sequence[LabelledList] | None = None,
) -> TextRanker:
    """A cross-encoder trained on some of the lists; all labels say what is no negative."""
    some = drawn(labels, lists, options.seed)
    gathered = gather_material(some, validation, material.index, material.index, options)
    trained = train_on(gathered, labels, material.index, out=out, options=options)
    return TextRanker(trained, out, options.precision)


def cross_encoder_in(folder: Path, material: Material, precision: str) -> TextRanker:
    """A cross-encoder as it lies in a folder."""
    options = ScoringOptions(precision=precision)
    loaded = CrossEncoderRanker.load(folder, material.index, options=options)
    return TextRanker(loaded, folder, precision)


def train_dense_on(
    material: Material,
    labels: Sequence[LabelledList],
    options: DenseOptions,
    out: Path,
    *,
    lists: int,
) -> TextRanker:
    """A dense retriever fine-tuned on some of the lists."""
    some = drawn(labels, lists, options.seed)
    return TextRanker(train_dense(some, material.index, out=out, options=options), out)


def drawn(labels: Sequence[LabelledList], count: int, seed: int) -> list[LabelledList]:
    """Some of the lists that order something; more of them hold the fewer."""
    ordering = [one for one in labels if one.orders_something]
    order = np.random.default_rng(seed).permutation(len(ordering))[:count]
    return [ordering[place] for place in sorted(order.tolist())]
