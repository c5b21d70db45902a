"""Swaps in shown lists, so that the log can tell what is opened because of its rank.

See docs/bias.md for what is drawn, what must be logged, and what `analyze` makes of it.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from lrat_rank.errors import InputError

T = TypeVar("T")

_MOST = 0.5


class Swaps(msgspec.Struct, frozen=True):
    """How often lists are swapped.

    Attributes:
        share: Of the lists with two documents or more, how many are shown with two places swapped;
            above 0, at most 0.5. Twice as many are put in play, and each of those is swapped with
            probability one half, so that every propensity is one half and no weight is large.

    Raises:
        InputError: The share is out of its range.
    """

    share: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.share) and 0 < self.share <= _MOST):
            raise InputError("--explore", must=f"a share above 0, up to {_MOST}", got=self.share)

    def draw(
        self, ranking: Sequence[T], chance: random.Random | None = None
    ) -> tuple[list[T], list[float]]:
        """The list to show, and with which probability each document came to its place.

        The places in play are rank 1 and one further rank, drawn evenly, whatever stands there.
        Each call draws anew; what is cached must be the ranking before.

        Args:
            ranking: The documents to be shown, best first, after any cut.
            chance: Where the draws come from; the system's generator when None.

        Returns:
            The documents in their places, and a propensity each: 0.5 in the two places in play,
            whether or not they were swapped, and 1 elsewhere.

        >>> Swaps(0.5).draw(["d1", "d2", "d3"], random.Random(1))
        (['d2', 'd1', 'd3'], [0.5, 0.5, 1.0])
        """
        chance = chance or _SYSTEM
        shown, propensities = list(ranking), [1.0] * len(ranking)
        if len(shown) < 2 or chance.random() >= 2 * self.share:
            return shown, propensities
        other = chance.randrange(1, len(shown))
        propensities[0] = propensities[other] = 0.5
        if chance.random() < 0.5:
            shown[0], shown[other] = shown[other], shown[0]
        return shown, propensities


_SYSTEM = random.SystemRandom()


def parse_explore(text: str) -> Swaps:
    """The swaps that an option asks for.

    Raises:
        InputError: It is not `swap:SHARE`.

    >>> parse_explore("swap:0.05")
    Swaps(share=0.05)
    """
    name, _, number = text.partition(":")
    try:
        share = float(number)
    except ValueError:
        share = math.nan
    if name != "swap" or math.isnan(share):
        raise InputError("--explore", must="swap:SHARE, for instance swap:0.05", got=repr(text))
    return Swaps(share)
