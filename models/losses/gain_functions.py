"""What a gain is worth to a measure: linear, exponential or logarithmic."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor

from lrat_rank.registry import Registry


@dataclass(frozen=True)
class GainFunction(ABC):
    """From gains to what they add to DCG; rising, and 0 at 0."""

    @abstractmethod
    def __call__(self, gains: Tensor) -> Tensor:
        """Float of any shape, ≥ 0 → float of that shape, ≥ 0."""


@dataclass(frozen=True)
class LinearGain(GainFunction):
    """The gain itself: gains that already are utilities, such as intensities.

    Source: Järvelin and Kekäläinen, TOIS 2002.

    >>> LinearGain()(torch.tensor([0.0, 1.0, 3.0])).tolist()
    [0.0, 1.0, 3.0]
    """

    def __call__(self, gains: Tensor) -> Tensor:
        """See `GainFunction`."""
        return gains


@dataclass(frozen=True)
class ExponentialGain(GainFunction):
    """2^g − 1: for judged grades, where each step up should count double.

    Source: Burges et al., ICML 2005.

    >>> ExponentialGain()(torch.tensor([0.0, 1.0, 3.0])).tolist()
    [0.0, 1.0, 7.0]
    """

    def __call__(self, gains: Tensor) -> Tensor:
        """See `GainFunction`."""
        return torch.exp2(gains) - 1.0


@dataclass(frozen=True)
class LogarithmicGain(GainFunction):
    """log2(1 + g): for counts, where a tenth reader adds less than a second.

    >>> LogarithmicGain()(torch.tensor([0.0, 1.0, 3.0])).tolist()
    [0.0, 1.0, 2.0]
    """

    def __call__(self, gains: Tensor) -> Tensor:
        """See `GainFunction`."""
        return torch.log2(1.0 + gains)


LINEAR = LinearGain()
GAIN_FUNCTIONS: Registry[type[GainFunction]] = Registry("gain function")
GAIN_FUNCTIONS.add("linear", LinearGain)
GAIN_FUNCTIONS.add("exponential", ExponentialGain)
GAIN_FUNCTIONS.add("logarithmic", LogarithmicGain)
