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
    """The saturating utility of a length, fitted to many of them.

    The length is that of reasoning, in tokens; or, where a log holds no reasoning, the dwell time
    in seconds. The two are fitted apart and never mixed.

    Attributes:
        half_life: β: the length at which the utility is one half.
        mean_utility: μ in (0, 1): the mean utility of the fitted lengths.
    """

    half_life: float
    mean_utility: float

    @classmethod
    def fit(cls, lengths: Iterable[float]) -> Intensity | None:
        """β is the median length and μ the mean utility, so that the mean weight is 1.

        Args:
            lengths: One number a browse. Lengths of zero are left out: where nothing was written
                there is no intensity, high or low.

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

    def utility(self, length: float) -> float:
        """u(l) = 1 − exp(−ln 2 · l / β), in [0, 1).

        >>> [Intensity(20.0, 0.5).utility(length) for length in (20, 40)]
        [0.5, 0.75]
        """
        return _utility(length, self.half_life)

    def weight(self, length: float | None) -> float | None:
        """The weight u(l) / μ; None where there is no length, which is not a weight of 1.

        >>> intensity = Intensity(half_life=20.0, mean_utility=0.5)
        >>> [intensity.weight(length) for length in (20, 40, 0, None)]
        [1.0, 1.5, None, None]
        """
        return self.utility(length) / self.mean_utility if length else None


def _utility(length: float, half_life: float) -> float:
    return -math.expm1(-math.log(2) * length / half_life)


@dataclass(frozen=True, slots=True)
class Scale:
    """What a browse weighs: by its reasoning, or else by the time the agent stayed.

    Attributes:
        reasoning: Fitted to tokens; None when nothing was written after any browse.
        dwell: Fitted to seconds; None when no browse goes by its dwell time.
    """

    reasoning: Intensity | None = None
    dwell: Intensity | None = None

    def weight(self, tokens: int | None, seconds: float | None) -> float | None:
        """The weight of a browse; None where neither length is known.

        >>> scale = Scale(Intensity(20.0, 0.5), Intensity(3.0, 0.5))
        >>> [scale.weight(40, 3.0), scale.weight(None, 3.0), scale.weight(None, None)]
        [1.5, 1.0, None]
        """
        if tokens:
            return self.reasoning.weight(tokens) if self.reasoning else None
        return self.dwell.weight(seconds) if self.dwell else None

    def utility(self, tokens: int | None, seconds: float | None) -> float | None:
        """The utility of a browse, in [0, 1); None where neither length is known."""
        if tokens:
            return self.reasoning.utility(tokens) if self.reasoning else None
        return self.dwell.utility(seconds) if self.dwell and seconds else None
