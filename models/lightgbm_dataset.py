"""Labelled lists as the matrix, grades, groups and weights LightGBM ranks from."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.features.extract import STAGE_DEPTH, FeatureMatrix, extract
from lrat_rank.features.forward import FloatArray, IntArray
from lrat_rank.features.source import FeatureSource
from lrat_rank.mining.grades import GradeTable
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.intensity_use import IntensityUse

MOST_ROWS = 10_000
"""LightGBM refuses longer lists."""


class Losses(msgspec.Struct, frozen=True, kw_only=True):
    """What the labels held that training cannot use.

    Attributes:
        masked_candidates: Already read or unjudged: neither relevant nor not.
        unknown_candidates: The index does not have the document.
        lists_without_order: All remaining candidates have the same gain (or none remain).
        lists_without_weight: The list's weight is 0.
    """

    masked_candidates: int = 0
    unknown_candidates: int = 0
    lists_without_order: int = 0
    lists_without_weight: int = 0


@dataclass(frozen=True)
class UsableList:
    """What is left of a labelled list.

    Attributes:
        query: Its text.
        group: What a split must never cut.
        doc_ids: The judged documents the index has.
        gains: float64 (documents,); at least two differ.
        weight: Of the list, > 0.
    """

    query: str
    group: str
    doc_ids: tuple[str, ...]
    gains: FloatArray
    weight: float


@dataclass(frozen=True)
class RankingData:
    """Features with gains and weights; the rows of a list stand together.

    Attributes:
        features: One row a document.
        gains: float64 (rows,), ≥ 0.
        weights: float64 (lists,), > 0.
        groups: One a list; what a split must never cut.
    """

    features: FeatureMatrix
    gains: FloatArray
    weights: FloatArray
    groups: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.groups)

    @property
    def row_weights(self) -> FloatArray:
        """float64 (rows,); the list's weight on each of its rows.

        LightGBM multiplies each row's gradient by its weight after it has summed over pairs. With
        different weights in one list the two ends of a pair would no longer cancel.
        """
        return np.repeat(self.weights, self.features.sizes)

    def grades(self, table: GradeTable) -> IntArray:
        """int64 (rows,); the gains as grades of a table."""
        levels, which = np.unique(self.gains, return_inverse=True)
        return np.array([table.grade(gain) for gain in levels.tolist()], dtype=np.int64)[which]

    def subset(self, lists: IntArray) -> RankingData:
        """Some of the lists, in the order given by their positions."""
        sizes, starts = self.features.sizes[lists], self.features.offsets[:-1][lists]
        offsets = np.concatenate(([0], np.cumsum(sizes)))
        rows = np.repeat(starts - offsets[:-1], sizes) + np.arange(offsets[-1])
        matrix = FeatureMatrix(self.features.names, self.features.values[rows], offsets)
        groups = tuple(self.groups[number] for number in lists.tolist())
        return RankingData(matrix, self.gains[rows], self.weights[lists], groups)

    def to_lightgbm(self, table: GradeTable, *, reference: Any = None) -> Any:
        """A `lightgbm.Dataset`; a validation set takes the training set as its reference.

        The `label_gain` parameter must be given the table's own gains.
        """
        import lightgbm

        return lightgbm.Dataset(
            self.features.values,
            label=self.grades(table),
            group=self.features.sizes,
            weight=self.row_weights,
            feature_name=list(self.features.names),
            reference=reference,
        )


def usable_lists(
    labelled: Sequence[LabelledList], index: Container[str], use: IntensityUse
) -> tuple[list[UsableList], Losses]:
    """The part of the labels that orders something, and counts of the rest.

    Raises:
        InputError: A list is longer than LightGBM takes.
    """
    masked = unknown = unordered = weightless = 0
    usable = []
    for one in labelled:
        gains = use.gains(one)
        judged = [number for number, c in enumerate(one.candidates) if c.judged]
        known = [number for number in judged if one.candidates[number].doc_id in index]
        masked += len(one.candidates) - len(judged)
        unknown += len(judged) - len(known)
        if len(np.unique(gains[known])) < 2:
            unordered += 1
        elif use.list_weight(one) == 0:
            weightless += 1
        else:
            _check_length(one, len(known))
            doc_ids = tuple(one.candidates[number].doc_id for number in known)
            weight = use.list_weight(one)
            usable.append(UsableList(one.query, one.group, doc_ids, gains[known], weight))
    losses = Losses(
        masked_candidates=masked,
        unknown_candidates=unknown,
        lists_without_order=unordered,
        lists_without_weight=weightless,
    )
    return usable, losses


def _check_length(labelled: LabelledList, rows: int) -> None:
    if rows > MOST_ROWS:
        raise InputError(
            "labelled list",
            must=f"at most {MOST_ROWS} candidates long",
            got=rows,
            where=labelled.query_id,
        )


def build_ranking_data(
    lists: Sequence[UsableList],
    index: FeatureSource,
    features: Sequence[str] | None = None,
    *,
    depth: int = STAGE_DEPTH,
) -> RankingData:
    """Compute the lists' features.

    Args:
        lists: What `usable_lists` left; at least one.
        index: The index the candidates are in.
        features: Names or groups; None for all the index has the means for.
        depth: How deep the first stages' own lists are.

    Raises:
        InputError: A feature is unknown, or the index cannot serve it.
    """
    pairs = [(one.query, one.doc_ids) for one in lists]
    return RankingData(
        features=extract(index, pairs, features, depth=depth, progress="Computing features"),
        gains=np.concatenate([one.gains for one in lists]),
        weights=np.array([one.weight for one in lists], dtype=np.float64),
        groups=tuple(one.group for one in lists),
    )
