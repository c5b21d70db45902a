"""Relevance intensity: how much a document was worth, from how long the agent thought about it.

Source: Learning to Retrieve from Agent Trajectories (arXiv 2604.04949), §5.2.1.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Intensity:
    """The saturating utility of reasoning length, fitted to one file of trajectories.

    Attributes:
        half_life: β in tokens: the length at which the utility is one half.
        mean_utility: μ in (0, 1): the mean utility of the fitted lengths.
    """

    half_life: float
    mean_utility: float

    @classmethod
    def fit(cls, lengths: Iterable[int]) -> Intensity | None:
        """β is the median length and μ the mean utility, so that the mean weight is 1.

        Args:
            lengths: Tokens of reasoning, one number a browse. Lengths of zero are left out:
                where nothing was written there is no intensity, high or low.

        Returns:
            None when no length is positive.

        >>> intensity = Intensity.fit([10, 20, 40])
        >>> intensity.half_life
        20.0
        >>> round(intensity.mean_utility, 4)
        0.5143
        >>> print(Intensity.fit([0, 0]))
        None
        """
        known = [length for length in lengths if length > 0]
        if not known:
            return None
        half_life = float(statistics.median(known))
        mean = math.fsum(_utility(length, half_life) for length in known) / len(known)
        return cls(half_life=half_life, mean_utility=mean)

    def utility(self, length: int) -> float:
        """u(l) = 1 − exp(−ln 2 · l / β), in [0, 1).

        >>> [Intensity(20.0, 0.5).utility(length) for length in (20, 40)]
        [0.5, 0.75]
        """
        return _utility(length, self.half_life)

    def weight(self, length: int | None) -> float | None:
        """The weight u(l) / μ; None where there is no reasoning, which is not a weight of 1.

        >>> intensity = Intensity(half_life=20.0, mean_utility=0.5)
        >>> [intensity.weight(length) for length in (20, 40, 0, None)]
        [1.0, 1.5, None, None]
        """
        return self.utility(length) / self.mean_utility if length else None


def _utility(length: int, half_life: float) -> float:
    return -math.expm1(-math.log(2) * length / half_life)
