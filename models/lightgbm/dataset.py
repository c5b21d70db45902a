"""Labelled lists as the matrix, grades, groups and weights LightGBM ranks from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.features.extract import STAGE_DEPTH, FeatureMatrix, extract
from lrat_rank.features.forward import FloatArray, IntArray
from lrat_rank.features.source import FeatureSource
from lrat_rank.mining.grades import GradeTable
from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.usable_lists import UsableList

MOST_ROWS = 10_000
"""LightGBM refuses longer lists."""


@dataclass(frozen=True)
class RankingData:
    """Features with gains and weights; the rows of a list stand together.

    Attributes:
        features: One row a document.
        gains: float64 (rows,), ≥ 0.
        ranks: int64 (rows,); where the documents were shown, from 1; places nobody was shown, where
            lists were joined (`check_shown_ranks`).
        weights: float64 (lists,), > 0.
        groups: One a list; what a split must never cut.
    """

    features: FeatureMatrix
    gains: FloatArray
    ranks: IntArray
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
        return RankingData(matrix, self.gains[rows], self.ranks[rows], self.weights[lists], groups)

    def to_lightgbm(
        self, table: GradeTable, *, reference: Any = None, positions: bool = False
    ) -> Any:
        """A `lightgbm.Dataset`; a validation set takes the training set as its reference.

        The `label_gain` parameter must be given the table's own gains. With `positions`, LightGBM
        is told the ranks shown and explains gains by them as well as by features.
        """
        import lightgbm

        return lightgbm.Dataset(
            self.features.values,
            label=self.grades(table),
            group=self.features.sizes,
            weight=self.row_weights,
            feature_name=list(self.features.names),
            reference=reference,
            position=self.ranks.astype(np.int32) if positions else None,
        )


def build_ranking_data(
    lists: Sequence[UsableList],
    index: FeatureSource,
    features: Sequence[str] | None = None,
    *,
    depth: int = STAGE_DEPTH,
) -> RankingData:
    """Compute the lists' features.

    Features that compare a document with the rest of its list see the masked documents too, as
    they will when the ranker is used; the rows are those of the judged ones.

    Args:
        lists: What `usable_lists` left; at least one.
        index: The index the candidates are in.
        features: Names or groups; None for all the index has the means for.
        depth: How deep the first stages' own lists are.

    Raises:
        InputError: A feature is unknown, the index cannot serve it, or a list is longer than
            LightGBM takes.
    """
    for one in lists:
        _check_length(one)
    whole = [one.whole for one in lists]
    shown = extract(index, whole, features, depth=depth, progress="Computing features")
    return RankingData(
        features=_judged(shown, lists),
        gains=np.concatenate([one.gains for one in lists]),
        ranks=np.concatenate([one.ranks for one in lists]),
        weights=np.array([one.weight for one in lists], dtype=np.float64),
        groups=tuple(one.group for one in lists),
    )


def check_shown_ranks(lists: Iterable[LabelledList]) -> None:
    """Refuse lists that were joined from several: their ranks are places nobody was shown.

    Raises:
        InputError: There is one.
    """
    for labelled in lists:
        if any(candidate.evidence.merged for candidate in labelled.candidates):
            raise InputError(
                "labels for position debiasing",
                must="lists as they were shown",
                got="a list joined from several, whose ranks nobody was shown",
                where=f"query_id {labelled.query_id!r}",
                do="Train on the labels before the merge, or without position debiasing.",
            )


def _judged(shown: FeatureMatrix, lists: Sequence[UsableList]) -> FeatureMatrix:
    judged = [np.isin(one.list_ids, one.doc_ids) for one in lists]
    offsets = np.concatenate(([0], np.cumsum([len(one.doc_ids) for one in lists])))
    return FeatureMatrix(shown.names, shown.values[np.concatenate(judged)], offsets)


def _check_length(one: UsableList) -> None:
    if len(one.doc_ids) > MOST_ROWS:
        raise InputError(
            "labelled list",
            must=f"at most {MOST_ROWS:,} candidates long for LightGBM",
            got=f"{len(one.doc_ids):,}",
            where=f"query {one.query!r}",
        )
