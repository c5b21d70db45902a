"""One document against the irrelevant ones of its list."""

from __future__ import annotations

from torch import Tensor

from lrat_rank.models.losses.pairs import both
from lrat_rank.models.losses.shares import log_sum_against


def against_negatives(scores: Tensor, gains: Tensor, mask: Tensor) -> Tensor:
    """log(1 + Σ_{j: g_j = 0} exp(s_j − s_i)) of each document i; float (lists, documents).

    Args:
        scores: float (lists, documents), 0 where masked.
        gains: float (lists, documents), ≥ 0; 0 where masked.
        mask: bool (lists, documents).

    >>> import torch
    >>> scores, mask = torch.zeros(1, 3), torch.tensor([[True, True, True]])
    >>> losses = against_negatives(scores, torch.tensor([[1.0, 0.0, 0.0]]), mask)
    >>> round(float(losses[0, 0]), 6)
    1.098612
    """
    negatives = both(mask) & (gains == 0).unsqueeze(1)
    return log_sum_against(scores, negatives) - scores
