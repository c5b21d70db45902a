"""Softmax shares of documents in their list, padding left out."""

from __future__ import annotations

import torch
from torch import Tensor


def masked_log_softmax(scores: Tensor, mask: Tensor) -> Tensor:
    """Log of the softmax over each row's unmasked entries; 0 at masked ones.

    A masked entry has no share and no gradient, whatever stands there; −∞ is what the exponential
    turns into that exactly. Rows masked throughout are 0 with zero gradients.

    Args:
        scores: float (lists, documents).
        mask: bool (lists, documents).

    >>> shares = masked_log_softmax(torch.tensor([[0.0, 0.0, 9.0]]), torch.tensor([[1, 1, 0]]) > 0)
    >>> [round(share, 6) for share in shares[0].tolist()]
    [-0.693147, -0.693147, 0.0]
    """
    empty = ~mask.any(dim=-1, keepdim=True)
    kept = scores.masked_fill(~mask, -torch.inf).masked_fill(empty, 0.0)
    return torch.log_softmax(kept, dim=-1).masked_fill(~mask, 0.0)


def masked_softmax(scores: Tensor, mask: Tensor) -> Tensor:
    """The softmax over each row's unmasked entries; 0 at masked ones.

    Args:
        scores: float (lists, documents).
        mask: bool (lists, documents).

    >>> masked_softmax(torch.tensor([[0.0, 0.0, 9.0]]), torch.tensor([[1, 1, 0]]) > 0).tolist()
    [[0.5, 0.5, 0.0]]
    """
    return masked_log_softmax(scores, mask).exp().masked_fill(~mask, 0.0)


def log_sum_against(scores: Tensor, rivals: Tensor) -> Tensor:
    """For each document, log of the summed exponentials of itself and its rivals.

    Args:
        scores: float (lists, documents), finite.
        rivals: bool (lists, documents, documents); [l, i, j] where j counts for i. A document
            always counts for itself.

    Returns:
        float (lists, documents).

    >>> all_of_two = torch.ones(1, 2, 2, dtype=torch.bool)
    >>> [round(one, 6) for one in log_sum_against(torch.zeros(1, 2), all_of_two)[0].tolist()]
    [0.693147, 0.693147]
    """
    itself = torch.eye(scores.shape[-1], dtype=torch.bool, device=scores.device)
    others = scores.unsqueeze(1).expand(rivals.shape)
    return others.masked_fill(~(rivals | itself), -torch.inf).logsumexp(dim=-1)
