"""What the pointwise losses share."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from lrat_rank.models.losses.base import Family, RankingLoss
from lrat_rank.models.losses.lists import has_positive, mean_over_lists


def mean_over_documents(
    losses: Tensor, gains: Tensor, mask: Tensor, weights: Tensor | None
) -> Tensor:
    """The weighted mean over lists of the mean over each list's unmasked documents.

    A list of one document, or without gains, adds 0 and counts in N.

    Args:
        losses: float (lists, documents).
        gains: float (lists, documents), 0 where masked.
        mask: bool (lists, documents).
        weights: float (lists,), or None for 1.

    >>> import torch
    >>> losses, gains = torch.tensor([[2.0, 4.0], [9.0, 9.0]]), torch.tensor([[1.0, 0.0], [0, 0]])
    >>> float(mean_over_documents(losses, gains, torch.ones(2, 2, dtype=torch.bool), None))
    1.5
    """
    per_list = losses.masked_fill(~mask, 0.0).sum(dim=-1) / mask.sum(dim=-1).clamp(min=1)
    return mean_over_lists(per_list.masked_fill(~has_positive(gains, mask), 0.0), weights)


@dataclass(frozen=True, kw_only=True)
class PointwiseLoss(RankingLoss):
    """A loss that looks at each document by itself, against its normalised gain.

    Attributes:
        ceiling: The gain that counts as full relevance, > 0; none for the list's greatest.
    """

    ceiling: float | None = None

    family = Family.POINTWISE

    def __post_init__(self) -> None:
        self._check_above_zero("temperature", *(["ceiling"] if self.ceiling is not None else []))
