"""How much a place in the ranking counts: logarithmic, reciprocal or geometric."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor

from lrat_rank.errors import InputError
from lrat_rank.registry import Registry


@dataclass(frozen=True)
class DiscountFunction(ABC):
    """From ranks to their weight; falling, and 1 at rank 1.

    Ranks need not be whole: ApproxNDCG asks between them.
    """

    @abstractmethod
    def __call__(self, ranks: Tensor) -> Tensor:
        """Float of any shape, ≥ 1 → float of that shape, in (0, 1]."""


@dataclass(frozen=True)
class Log2Discount(DiscountFunction):
    """1/log2(1 + rank), as in nDCG.

    Source: Burges et al., ICML 2005.

    >>> Log2Discount()(torch.tensor([1.0, 3.0])).tolist()
    [1.0, 0.5]
    """

    def __call__(self, ranks: Tensor) -> Tensor:
        """See `DiscountFunction`."""
        return 1.0 / torch.log2(1.0 + ranks)


@dataclass(frozen=True)
class ReciprocalDiscount(DiscountFunction):
    """1/rank, as in the reciprocal rank: the first place counts far above the rest.

    >>> ReciprocalDiscount()(torch.tensor([1.0, 4.0])).tolist()
    [1.0, 0.25]
    """

    def __call__(self, ranks: Tensor) -> Tensor:
        """See `DiscountFunction`."""
        return 1.0 / ranks


@dataclass(frozen=True)
class GeometricDiscount(DiscountFunction):
    """Persistence^(rank − 1): a reader who goes on to the next rank with that probability.

    Source: Moffat and Zobel, "Rank-Biased Precision", TOIS 2008.

    Attributes:
        persistence: In (0, 1).

    >>> GeometricDiscount(persistence=0.5)(torch.tensor([1.0, 3.0])).tolist()
    [1.0, 0.25]
    """

    persistence: float = 0.8

    def __post_init__(self) -> None:
        if not 0 < self.persistence < 1:
            raise InputError("persistence", must="between 0 and 1", got=self.persistence)

    def __call__(self, ranks: Tensor) -> Tensor:
        """See `DiscountFunction`."""
        return torch.exp((ranks - 1.0) * math.log(self.persistence))


LOG2 = Log2Discount()
DISCOUNT_FUNCTIONS: Registry[type[DiscountFunction]] = Registry("discount function")
DISCOUNT_FUNCTIONS.add("log2", Log2Discount)
DISCOUNT_FUNCTIONS.add("reciprocal", ReciprocalDiscount)
DISCOUNT_FUNCTIONS.add("geometric", GeometricDiscount)
