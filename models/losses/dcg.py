"""The discounted gain that a family of losses follows, and the hyper-parameters they share."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from lrat_rank.models.losses.base import RankingLoss
from lrat_rank.models.losses.discount_functions import LOG2, DiscountFunction
from lrat_rank.models.losses.gain_functions import LINEAR, GainFunction


@dataclass(frozen=True, kw_only=True)
class DCG:
    """Discounted cumulative gain: what a ranking is worth.

    Attributes:
        gain: What a gain is worth at rank 1.
        discount: How much a rank counts.
        normalise: Whether it is divided by that of the best order (nDCG).
        cutoff: Ranks beyond it count nothing; None for all.
    """

    gain: GainFunction = LINEAR
    discount: DiscountFunction = LOG2
    normalise: bool = True
    cutoff: int | None = None

    def at_ranks(self, n: int, like: Tensor) -> Tensor:
        """The discount of ranks 1 … n, 0 beyond the cut-off; float (n,) as `like`.

        >>> DCG(cutoff=2).at_ranks(3, torch.zeros(1)).tolist()
        [1.0, 0.6309297680854797, 0.0]
        """
        ranks = torch.arange(1, n + 1, dtype=like.dtype, device=like.device)
        discounts = self.discount(ranks)
        return discounts if self.cutoff is None else discounts.masked_fill(ranks > self.cutoff, 0.0)

    def ideal(self, gains: Tensor) -> Tensor:
        """The DCG of each list's best order; float (lists,).

        Args:
            gains: float (lists, documents), ≥ 0; 0 where masked.

        >>> DCG().ideal(torch.tensor([[0.0, 1.0, 3.0]])).tolist()
        [3.630929708480835]
        """
        best = self.gain(gains).sort(dim=-1, descending=True).values
        return (best * self.at_ranks(gains.shape[-1], gains)).sum(dim=-1)

    def scale(self, gains: Tensor) -> Tensor:
        """What each list's DCG is divided by, 1 where not normalised; float (lists,), above 0.

        >>> DCG().scale(torch.tensor([[3.0, 0.0], [0.0, 0.0]])).tolist()
        [3.0, 1.0]
        """
        ideal = self.ideal(gains)
        return ideal.masked_fill(ideal <= 0, 1.0) if self.normalise else torch.ones_like(ideal)


@dataclass(frozen=True, kw_only=True)
class DCGLoss(RankingLoss):
    """A loss that follows a discounted gain.

    Attributes:
        gain: What a gain is worth: a gain function.
        discount: How much a rank counts: a discount function.
        normalise: Whether DCG is divided by that of the best order. Normalised, the gain of an
            only positive cancels; not normalised (and linear), it is kept.
    """

    gain: GainFunction = LINEAR
    discount: DiscountFunction = LOG2
    normalise: bool = True

    def _arguments(self) -> dict[str, Any]:
        parts = {field.name for field in dataclasses.fields(DCG)}
        given = super()._arguments()
        dcg = DCG(**{name: value for name, value in given.items() if name in parts})
        return {name: value for name, value in given.items() if name not in parts} | {"dcg": dcg}


@dataclass(frozen=True, kw_only=True)
class CutDCGLoss(DCGLoss):
    """A loss that follows a discounted gain down to a rank.

    Attributes:
        cutoff: Ranks beyond it count nothing, ≥ 1; none for all.
    """

    cutoff: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self._check_at_least_one("cutoff")
