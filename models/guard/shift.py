"""Whether a query lies where training had queries: the shift check stored with a ranker."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.features.forward import FloatArray
from lrat_rank.models.guard.signature import SIGNATURE

LIMIT_QUANTILE = 0.99
"""Share of the training lists, each seen from the others, that the limit takes in."""
FULL_TRUST, NO_TRUST = 1.25, 2.25
"""Trust is full up to so many limits, and gone from so many on: other questions about the same
collection stay below the first. Of other collections' queries none may do so, or half of them; the
collection's own check is for those (see docs/guard.md)."""
_FOLDS = 50
_QUARTILES_OF_A_NORMAL = 1.349


class ShiftCheck(msgspec.Struct, frozen=True, kw_only=True):
    """Where the training lists lie among the signatures there could be.

    Attributes:
        names: Columns of the signature that training had.
        centre: Median of each.
        spread: Robust standard deviation of each: interquartile range / 1.349, at least the
            column's least spread.
        precision: Inverse of the shrunken covariance of the scaled columns, (columns, columns).
        limit: Distance that `LIMIT_QUANTILE` of the training lists stay within, each measured by a
            check fitted without its group.
        n_lists: Lists it was fitted on.
    """

    names: tuple[str, ...]
    centre: tuple[float, ...]
    spread: tuple[float, ...]
    precision: tuple[tuple[float, ...], ...]
    limit: float
    n_lists: int

    def scaled(self, values: FloatArray) -> FloatArray:
        """float64 (lists, columns): distance from the centre in spreads; missing counts as 0."""
        columns = [list(SIGNATURE).index(name) for name in self.names]
        scaled: FloatArray = (values[:, columns] - self.centre) / self.spread
        return np.nan_to_num(scaled, nan=0.0)

    def distances(self, values: FloatArray) -> FloatArray:
        """float64 (lists,); Mahalanobis distance over √columns, so that about 1 is usual.

        Args:
            values: float64 (lists, `len(SIGNATURE)`), from `signatures`.

        Source: Mahalanobis, "On the generalised distance in statistics", 1936; covariance shrunken
        as in Ledoit and Wolf, "A well-conditioned estimator for large-dimensional covariance
        matrices", JMVA 2004.
        """
        scaled = self.scaled(values)
        squared = np.einsum("ij,jk,ik->i", scaled, np.array(self.precision), scaled)
        distances: FloatArray = np.sqrt(np.maximum(squared, 0.0) / len(self.names))
        return distances

    def trust(self, values: FloatArray) -> FloatArray:
        """float64 (lists,) in [0, 1]: 1 up to `FULL_TRUST` limits, 0 from `NO_TRUST` on."""
        return fall(self.distances(values), FULL_TRUST * self.limit, NO_TRUST * self.limit)

    def outside(self, values: FloatArray) -> list[tuple[str, ...]]:
        """For each list the columns that carry its distance, the largest first.

        A column counts when it alone is further from the centre than three spreads, and the
        furthest one always does; nothing is named where trust is full.
        """
        found: list[tuple[str, ...]] = []
        away = np.abs(self.scaled(values))
        far_off = self.distances(values) > FULL_TRUST * self.limit
        for row, out in zip(away, far_off.tolist(), strict=True):
            order = np.argsort(-row, kind="stable").tolist()
            far = [n for place, n in enumerate(order) if place == 0 or row[n] > 3]
            found.append(tuple(self.names[n] for n in far) if out else ())
        return found


def fall(values: FloatArray, start: float, end: float) -> FloatArray:
    """1 up to `start`, 0 from `end` on, a straight line between.

    >>> fall(np.array([0.5, 1.5, 3.0]), 1.0, 2.0).tolist()
    [1.0, 0.5, 0.0]
    """
    trust: FloatArray = np.clip((end - values) / (end - start), 0.0, 1.0)
    return trust


def fit_shift_check(values: FloatArray, groups: Sequence[str]) -> ShiftCheck:
    """Fit a check on training lists.

    Args:
        values: float64 (lists, `len(SIGNATURE)`), from `signatures`.
        groups: The group of each list; lists of one group say nothing new about each other.

    Raises:
        InputError: There are fewer than two groups, or the first stage found nothing for any list.
    """
    names = np.unique(np.asarray(groups))
    there = np.isfinite(values).any(axis=1)
    if len(names) < 2 or not there.any():
        raise InputError(
            "training lists of a guard",
            must="of two groups at least, with documents the first stage finds",
            got=f"{len(values)} lists of {len(names)} groups",
        )
    # Every group is left out once; many groups are left out some at a time.
    fold_of = dict(zip(names.tolist(), (np.arange(len(names)) % _FOLDS).tolist(), strict=True))
    folds = np.array([fold_of[group] for group in groups])
    distances = np.empty(len(values))
    for fold in np.unique(folds):
        out = folds == fold
        distances[out] = _fit(values[~out], 1.0).distances(values[out])
    return _fit(values, float(np.quantile(distances, LIMIT_QUANTILE)))


def _fit(values: FloatArray, limit: float) -> ShiftCheck:
    from sklearn.covariance import ledoit_wolf

    kept = [n for n in range(len(SIGNATURE)) if np.isfinite(values[:, n]).any()]
    part = values[:, kept]
    least = np.array(list(SIGNATURE.values()))[kept]
    low, centre, high = np.nanquantile(part, [0.25, 0.5, 0.75], axis=0)
    spread = np.maximum((high - low) / _QUARTILES_OF_A_NORMAL, least)
    scaled = np.nan_to_num((part - centre) / spread, nan=0.0)
    covariance, _ = ledoit_wolf(scaled, assume_centered=True)
    # A little of the unit matrix keeps columns apart that training happened to tie together.
    ridge = covariance + 0.1 * np.eye(len(kept))
    return ShiftCheck(
        names=tuple(list(SIGNATURE)[n] for n in kept),
        centre=tuple(centre.tolist()),
        spread=tuple(spread.tolist()),
        precision=tuple(tuple(row) for row in np.linalg.inv(ridge).tolist()),
        limit=max(limit, 1e-9),
        n_lists=len(values),
    )
