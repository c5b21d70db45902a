"""Labelled lists as the matrix, gains, groups and weights that trees learn to rank from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.features.extract import STAGE_DEPTH, FeatureMatrix, extract
from lrat_rank.features.forward import FloatArray, IntArray
from lrat_rank.features.prior import first_stage_prior
from lrat_rank.features.source import FeatureSource
from lrat_rank.mining.grades import GradeTable
from lrat_rank.models.usable_lists import UsableList

MOST_ROWS = 10_000
"""LightGBM refuses longer lists."""


@dataclass(frozen=True)
class RankingData:
    """Features with gains and weights; the rows of a list stand together.

    Attributes:
        features: One row a document.
        gains: float64 (rows,), finite and ≥ 0.
        ranks: int64 (rows,); where the documents were shown, from 1; places nobody was shown, where
            lists were joined (`check_shown_ranks`).
        weights: float64 (lists,), > 0.
        groups: One a list; what a split must never cut.
        priors: float64 (rows,), finite; the first stage's score (`first_stage_prior`).
        start: float64 (rows,); the score of a base that new trees are added to (`Base.under`); None
            where trees correct the first stage.
    """

    features: FeatureMatrix
    gains: FloatArray
    ranks: IntArray
    weights: FloatArray
    groups: tuple[str, ...]
    priors: FloatArray
    start: FloatArray | None = None

    def __post_init__(self) -> None:
        if not (np.isfinite(self.gains) & (self.gains >= 0)).all():
            raise InputError("gains", must="finite and ≥ 0", got="one that is not")
        if not np.isfinite(self.priors).all():
            raise InputError("first-stage scores", must="finite", got="one that is not")
        infinite = np.isinf(self.features.values).any(axis=0)
        if infinite.any():
            name = self.features.names[int(infinite.argmax())]
            raise InputError(
                "feature values", must="finite, or NaN where missing", got=f"an infinite {name}"
            )

    def __len__(self) -> int:
        return len(self.groups)

    @property
    def before(self) -> FloatArray:
        """float64 (rows,); what orders the lists without new trees: base or first stage."""
        return self.priors if self.start is None else self.start

    def offsets(self, scale: float) -> FloatArray | None:
        """float64 (rows,); what new trees start from: the base's score, else scale·prior.

        None stands for zero everywhere.
        """
        if self.start is not None:
            return self.start
        return scale * self.priors if scale else None

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

    def by_list(self, values: FloatArray) -> list[FloatArray]:
        """A value a row, as one array a list."""
        return np.split(values, self.features.offsets[1:-1])

    def subset(self, lists: IntArray) -> RankingData:
        """Some of the lists, in the order given by their positions."""
        sizes = self.features.sizes[lists]
        rows = self.rows_of(lists)
        offsets = np.concatenate(([0], np.cumsum(sizes)))
        return RankingData(
            features=FeatureMatrix(self.features.names, self.features.values[rows], offsets),
            gains=self.gains[rows],
            ranks=self.ranks[rows],
            weights=self.weights[lists],
            groups=tuple(self.groups[number] for number in lists.tolist()),
            priors=self.priors[rows],
            start=None if self.start is None else self.start[rows],
        )

    def rows_of(self, lists: IntArray) -> IntArray:
        """int64; the rows of some of the lists, list after list."""
        sizes, starts = self.features.sizes[lists], self.features.offsets[:-1][lists]
        ends = np.cumsum(sizes)
        return np.repeat(starts - ends + sizes, sizes) + np.arange(ends[-1] if len(ends) else 0)

    def with_features(self, names: Sequence[str]) -> RankingData:
        """The same lists with some of the columns.

        Raises:
            InputError: A column is not there.
        """
        known = {name: column for column, name in enumerate(self.features.names)}
        missing = [name for name in names if name not in known]
        if missing:
            raise InputError("features", must="among the computed ones", got=missing[0])
        columns = [known[name] for name in names]
        matrix = FeatureMatrix(
            tuple(names), self.features.values[:, columns], self.features.offsets
        )
        return replace(self, features=matrix)


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
    judged = [one.judged for one in lists]
    return RankingData(
        features=_judged(shown, lists),
        gains=np.concatenate([one.gains for one in lists]),
        ranks=np.concatenate([one.ranks for one in lists]),
        weights=np.array([one.weight for one in lists], dtype=np.float64),
        groups=tuple(one.group for one in lists),
        priors=np.concatenate(first_stage_prior(index, judged, depth=depth)),
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
            do="Make lists less deep, or count fewer unseen documents as negatives."
            if one.unseen.any()
            else None,
        )
