"""What a named loss is: hyper-parameters, and the function they are given to."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from torch import Tensor

from lrat_rank.errors import InputError
from lrat_rank.models.losses.effects import GainEffect, gain_effect


class Family(StrEnum):
    """What a loss looks at together."""

    POINTWISE = "pointwise"
    PAIRWISE = "pairwise"
    LISTWISE = "listwise"
    CONTRASTIVE = "contrastive"
    DISTILLATION = "distillation"


class Targets(StrEnum):
    """What stands in a loss's argument `gains`."""

    GAINS = "gains"
    """Gains, ≥ 0; 0 is not relevant."""
    TEACHER = "teacher's scores"
    """A teacher's scores: any finite number, higher is better."""
    EITHER = "gains or teacher's scores"


@dataclass(frozen=True, kw_only=True)
class RankingLoss:
    """A ranking loss with its hyper-parameters.

    Every loss has one signature and obeys the same laws: padding and the order of the documents do
    not matter, list weights enter linearly, gradients are finite, and a list with nothing to order
    adds 0.

    Attributes:
        temperature: Divides the scores; > 0.
        function: The pure function that the hyper-parameters are given to.
        family: What it looks at together.
        targets: What stands in `gains`.
    """

    temperature: float = 1.0

    function: ClassVar[Callable[..., Tensor]]
    family: ClassVar[Family]
    targets: ClassVar[Targets] = Targets.GAINS

    def __post_init__(self) -> None:
        self._check_above_zero("temperature")

    def __call__(
        self, scores: Tensor, gains: Tensor, *, mask: Tensor, weights: Tensor | None = None
    ) -> Tensor:
        """The loss of a batch of lists.

        Args:
            scores: float (lists, documents); higher is better.
            gains: float (lists, documents): what `targets` says.
            mask: bool (lists, documents); False for padding, whose values never matter.
            weights: float (lists,), ≥ 0; 1 for every list when None.

        Returns:
            A float scalar: (1/N)·Σ weight·loss over the N lists, whatever the weights sum to. Its
            dtype is that of the scores, or float32 where theirs is narrower.

        Raises:
            ValueError: The shapes do not agree, or the mask is not boolean.
        """
        return type(self).function(scores, gains, mask=mask, weights=weights, **self._arguments())

    @property
    def single_positive(self) -> GainEffect:
        """What it does when the gain of a list's only positive doubles, found by measuring."""
        return gain_effect(self)

    def _arguments(self) -> dict[str, Any]:
        """What the function is given besides the batch."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    def _check_above_zero(self, *names: str) -> None:
        for name in names:
            value = getattr(self, name)
            if not (value > 0 and math.isfinite(value)):
                raise InputError(name, must="a finite number above 0", got=value)

    def _check_at_least_one(self, *names: str) -> None:
        for name in names:
            value = getattr(self, name)
            if value is not None and not (value >= 1 and value == int(value)):
                raise InputError(name, must="a whole number ≥ 1", got=value)
