"""What every loss does with a batch of lists: check it, make it safe, and average over it."""

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


def clear_padding(scores: Tensor, gains: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Scores and gains with 0 where masked, in one dtype of at least 32 bits.

    A padded entry may hold anything: it is gone before a sum or difference could turn it into NaN.
    Sixteen bits hold a score, but not the sum of the exponentials of a long list's scores.

    >>> scores, gains = torch.tensor([[2.0, torch.nan]]), torch.tensor([[1, 7]])
    >>> clear_padding(scores, gains, torch.tensor([[True, False]]))
    (tensor([[2., 0.]]), tensor([[1., 0.]]))
    """
    wide = torch.promote_types(scores.dtype, torch.float32)
    kept = scores.to(wide).masked_fill(~mask, 0.0)
    return kept, gains.to(wide).masked_fill(~mask, 0.0)


def has_positive(gains: Tensor, mask: Tensor) -> Tensor:
    """Lists of two documents and more with a gain above 0; bool (lists,).

    Args:
        gains: float (lists, documents), 0 where masked.
        mask: bool (lists, documents).
    """
    return (mask.sum(dim=-1) > 1) & (gains > 0).any(dim=-1)


def differs(targets: Tensor, mask: Tensor) -> Tensor:
    """Lists whose targets are not all the same; bool (lists,).

    Args:
        targets: float (lists, documents), of any sign; 0 where masked.
        mask: bool (lists, documents).
    """
    if not targets.shape[-1]:
        return mask.any(dim=-1)
    lowest = targets.masked_fill(~mask, torch.inf).amin(dim=-1)
    highest = targets.masked_fill(~mask, -torch.inf).amax(dim=-1)
    return lowest < highest


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
