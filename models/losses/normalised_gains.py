"""Gains as targets in [0, 1] for the pointwise losses."""

from __future__ import annotations

from torch import Tensor


def normalised_gains(gains: Tensor, ceiling: float | None) -> Tensor:
    """min(gain / ceiling, 1); 0 throughout a list without gains.

    Args:
        gains: float (lists, documents), ≥ 0; 0 where masked.
        ceiling: The gain that counts as full relevance; None for each list's greatest.

    Returns:
        float (lists, documents) in [0, 1].

    >>> import torch
    >>> gains = torch.tensor([[2.0, 1.0, 0.0]])
    >>> normalised_gains(gains, None).tolist(), normalised_gains(gains, 4.0).tolist()
    ([[1.0, 0.5, 0.0]], [[0.5, 0.25, 0.0]])
    """
    if ceiling is not None:
        return (gains / ceiling).clamp(max=1.0)
    if not gains.shape[-1]:
        return gains
    greatest = gains.amax(dim=-1, keepdim=True)
    return gains / greatest.masked_fill(greatest <= 0, 1.0)
