"""What every paired statistic asks of differences over queries before it can say anything."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lrat_rank.errors import InputError

ROUNDING = 1e-12


def check_enough(differences: NDArray[np.float64], *, least: int = 2) -> None:
    """Refuse fewer than `least` queries.

    Raises:
        InputError: There are fewer.
    """
    if len(differences) < least:
        words = {2: "two", 3: "three"}.get(least, str(least))
        raise InputError(
            "queries of a paired test", must=f"{words} or more", got=str(len(differences))
        )


def has_spread(differences: NDArray[np.float64]) -> bool:
    """Whether the differences are not all the same, rounding aside.

    >>> has_spread(np.array([0.1, 0.1])), has_spread(np.array([0.1, 0.2]))
    (False, True)
    """
    return float(np.ptp(differences)) > ROUNDING * float(np.abs(differences).max())


def check_spread(differences: NDArray[np.float64], *, of: str) -> None:
    """Refuse differences that leave nothing to measure their mean against.

    Args:
        differences: (queries,), run minus baseline.
        of: The statistic that asks, for the message.

    Raises:
        InputError: Fewer than two queries, or the same difference on every query.
    """
    check_enough(differences)
    if not has_spread(differences):
        raise InputError(
            f"differences of {of}",
            must="spread over queries",
            got=f"{differences[0]:g} on every query",
        )


def standard_error(differences: NDArray[np.float64]) -> float:
    """Of the mean: s/√n, s with n − 1 in its denominator.

    >>> round(standard_error(np.array([1.0, 2.0, 3.0])), 6)
    0.57735
    """
    return float(differences.std(ddof=1) / np.sqrt(len(differences)))
