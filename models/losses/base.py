"""What a named loss is: hyper-parameters, and the function they are given to."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

from torch import Tensor

from lrat_rank.errors import InputError


@dataclass(frozen=True, kw_only=True)
class RankingLoss(ABC):
    """A ranking loss with its hyper-parameters.

    Every loss has one signature, obeys the same laws (padding and order of the documents do not
    matter, list weights enter linearly, gradients are finite), and keeps the scale of the gains:
    twice the gain, twice the pull.

    Attributes:
        temperature: Divides the scores; > 0.
    """

    temperature: float = 1.0

    def __post_init__(self) -> None:
        if not (self.temperature > 0 and math.isfinite(self.temperature)):
            raise InputError("temperature", must="a finite number above 0", got=self.temperature)

    @abstractmethod
    def __call__(
        self, scores: Tensor, gains: Tensor, *, mask: Tensor, weights: Tensor | None = None
    ) -> Tensor:
        """The loss of a batch of lists.

        Args:
            scores: float (lists, documents); higher is better.
            gains: float (lists, documents), ≥ 0.
            mask: bool (lists, documents); False for padding, whose values never matter.
            weights: float (lists,), ≥ 0; 1 for every list when None.

        Returns:
            A float scalar: (1/N)·Σ weight·loss over the N lists, whatever the weights sum to.

        Raises:
            ValueError: The shapes do not agree, or the mask is not boolean.
        """
