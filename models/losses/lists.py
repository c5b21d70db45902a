"""What every loss does with a batch of lists: check it, and average over it."""

from __future__ import annotations

import torch
from torch import Tensor


def check_batch(scores: Tensor, gains: Tensor, mask: Tensor, weights: Tensor | None) -> None:
    """Check that a batch's tensors fit together.

    Raises:
        ValueError: The shapes do not agree, or the mask is not boolean.
    """
    if scores.ndim != 2:
        raise ValueError(f"scores must be (lists, documents); got shape {tuple(scores.shape)}")
    for name, tensor in (("gains", gains), ("mask", mask)):
        if tensor.shape != scores.shape:
            raise ValueError(
                f"{name} must have the shape of scores, {tuple(scores.shape)}; "
                f"got {tuple(tensor.shape)}"
            )
    if mask.dtype != torch.bool:
        raise ValueError(f"mask must be boolean; got {mask.dtype}")
    if weights is not None and weights.shape != scores.shape[:1]:
        raise ValueError(f"weights must be ({len(scores)},); got {tuple(weights.shape)}")


def mean_over_lists(losses: Tensor, weights: Tensor | None) -> Tensor:
    """(1/N)·Σ weight·loss over N lists; 0 for no lists.

    The weights are not normalised: dividing by their sum would take the difference between a
    batch of strong lists and one of weak lists away, and would make a batch of one list deaf to
    its weight.

    Args:
        losses: float (lists,).
        weights: float (lists,), or None for 1.

    >>> float(mean_over_lists(torch.tensor([1.0, 3.0]), torch.tensor([2.0, 0.5])))
    1.75
    """
    if weights is not None:
        losses = losses * weights.to(losses.dtype)
    return losses.sum() / max(len(losses), 1)
