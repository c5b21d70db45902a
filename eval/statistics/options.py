"""What a user may choose about intervals and tests."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

from lrat_rank.errors import InputError

Correction = Literal["holm", "bh", "none"]
IntervalMethod = Literal["percentile", "bca"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsOptions:
    """Choices about intervals and tests; `docs/evaluation.md` says what speaks for which.

    Attributes:
        correction: Which p-values decide about marks and stand in tables. All are computed.
        equivalence_margin: Differences within ± this much count as none that matters, in units of
            the measure; None tests no equivalence.
        interval: How the ends of bootstrap intervals are taken.

    Raises:
        InputError: A choice is out of range.
    """

    correction: Correction = "holm"
    equivalence_margin: float | None = None
    interval: IntervalMethod = "percentile"

    def __post_init__(self) -> None:
        _check("correction", self.correction, get_args(Correction))
        _check("interval", self.interval, get_args(IntervalMethod))
        margin = self.equivalence_margin
        if margin is not None and not (math.isfinite(margin) and margin > 0):
            raise InputError("equivalence margin", must="finite and above 0", got=f"{margin:g}")


def _check(what: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InputError(what, must=f"one of {', '.join(allowed)}", got=repr(value))
