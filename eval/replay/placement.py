"""Where a system puts the documents that were used: arrays for measures to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lrat_rank.collections import Ranking
from lrat_rank.eval.replay.selection import ReplayedList

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Placement:
    """One system's order of every replayed list, as gains.

    Attributes:
        gains: float64 (lists, depth), in the order of the system, padded with 0. A gain above 0 is
            a used document.
        ideal: float64 (lists, depth), the gains of the list's used documents, largest first, padded
            with 0; those the system did not return are among them.
        lengths: int64 (lists,), how many documents the system put in order.
        weights: float64 (lists, depth), aligned with `gains`: 1 / examination of the used
            documents, 0 elsewhere and where it is not known.
    """

    gains: FloatArray
    ideal: FloatArray
    lengths: NDArray[np.int64]
    weights: FloatArray

    @property
    def used(self) -> NDArray[np.bool_]:
        """Where used documents stand: bool (lists, depth)."""
        return self.gains > 0

    @property
    def missing(self) -> NDArray[np.int64]:
        """Used documents that the system did not return: int64 (lists,)."""
        absent: NDArray[np.int64] = (self.ideal > 0).sum(axis=1) - self.used.sum(axis=1)
        return absent


def place(
    lists: Sequence[ReplayedList],
    rankings: Mapping[str, Ranking],
    *,
    judged_only: bool = False,
) -> Placement:
    """The order of every list; documents masked in it or read before it are taken out.

    Args:
        lists: What was replayed.
        rankings: query_id → documents, best first.
        judged_only: Take out documents that the log did not show too (a condensed list); otherwise
            they stand where they stand, with gain 0.
    """
    orders = [
        [
            hit.doc_id
            for hit in rankings[one.query_id]
            if (hit.doc_id in one.gains if judged_only else hit.doc_id not in aside)
        ]
        for one, aside in ((one, one.left_aside) for one in lists)
    ]
    ideal = [sorted((g for g in one.gains.values() if g > 0), reverse=True) for one in lists]
    depth = max(len(row) for rows in (orders, ideal) for row in rows)
    by_order = list(zip(lists, orders, strict=True))
    return Placement(
        gains=_padded([[one.gains.get(d, 0.0) for d in order] for one, order in by_order], depth),
        ideal=_padded(ideal, depth),
        lengths=np.array([len(order) for order in orders], dtype=np.int64),
        weights=_padded(
            [[one.inverse_examination.get(d, 0.0) for d in order] for one, order in by_order], depth
        ),
    )


def _padded(rows: Sequence[Sequence[float]], width: int) -> FloatArray:
    return np.array([[*row, *[0.0] * (width - len(row))] for row in rows], dtype=np.float64)
