"""Where the relevance intensity enters a ranker's training: as gains, as list weights, or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lrat_rank.mining.labels import LabelledList
from lrat_rank.models.ranker import FloatArray
from lrat_rank.registry import Registry


@dataclass(frozen=True)
class IntensityUse:
    """Two switches, so that each way of using the intensity can be ablated by itself.

    Attributes:
        gain: A relevant document keeps its mined gain; off, every positive gain becomes 1.
        weight: A list keeps its mined weight; off, every list weighs 1.

    >>> IntensityUse.parse("both")
    IntensityUse(gain=True, weight=True)
    """

    gain: bool = True
    weight: bool = False

    @classmethod
    def parse(cls, name: str) -> IntensityUse:
        """The use of that name: gain, weight, both or none.

        Raises:
            InputError: The name is another; the nearest one is suggested.
        """
        return INTENSITY_USES.get(name)

    @property
    def name(self) -> str:
        """The name `parse` reads back."""
        return next(name for name, use in INTENSITY_USES.items() if use == self)

    def gains(self, labelled: LabelledList) -> FloatArray:
        """float64 (candidates,): one gain ≥ 0 for every candidate, the masked ones too."""
        mined = np.array([c.gain for c in labelled.candidates], dtype=np.float64)
        return mined if self.gain else (mined > 0).astype(np.float64)

    def list_weight(self, labelled: LabelledList) -> float:
        """The weight ≥ 0 of the whole list."""
        return labelled.weight if self.weight else 1.0


INTENSITY_USES: Registry[IntensityUse] = Registry("intensity")
INTENSITY_USES.add("gain", IntensityUse(gain=True, weight=False))
INTENSITY_USES.add("weight", IntensityUse(gain=False, weight=True))
INTENSITY_USES.add("both", IntensityUse(gain=True, weight=True))
INTENSITY_USES.add("none", IntensityUse(gain=False, weight=False))
