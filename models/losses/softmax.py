"""Listwise: cross-entropy of the softmax over a list, weighted by unnormalised gains."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from lrat_rank.models.losses.base import RankingLoss
from lrat_rank.models.losses.lists import check_batch, mean_over_lists


def softmax_cross_entropy(
    scores: Tensor,
    gains: Tensor,
    *,
    mask: Tensor,
    weights: Tensor | None = None,
    temperature: float = 1.0,
) -> Tensor:
    """Gain-weighted softmax cross-entropy, (1/N)·Σ_l w_l·Σ_i g_i·(−log softmax(s/τ)_i).

    The gains are not normalised to a distribution: that would cancel the gain of a list's only
    positive, and most mined lists have one positive. A list without gains adds 0 and counts in N.

    Args:
        scores: float (lists, documents).
        gains: float (lists, documents), ≥ 0.
        mask: bool (lists, documents); False for padding.
        weights: float (lists,), ≥ 0, or None for 1.
        temperature: τ, divides the scores; > 0.

    Returns:
        A float scalar.

    Raises:
        ValueError: The shapes do not agree, or the mask is not boolean.

    Source: the top-one listwise loss of Cao et al., "Learning to Rank: From Pairwise Approach to
    Listwise Approach", ICML 2007, eq. 6, with gains in place of the target distribution. With one
    positive of gain 1 it is InfoNCE over the list.

    >>> scores, mask = torch.tensor([[0.0, 0.0]]), torch.tensor([[True, True]])
    >>> round(float(softmax_cross_entropy(scores, torch.tensor([[1.0, 0.0]]), mask=mask)), 6)
    0.693147
    >>> round(float(softmax_cross_entropy(scores, torch.tensor([[0.5, 0.0]]), mask=mask)), 6)
    0.346574
    """
    check_batch(scores, gains, mask, weights)
    log_shares = masked_log_softmax(scores / temperature, mask)
    per_list = -(gains.masked_fill(~mask, 0.0).to(scores.dtype) * log_shares).sum(dim=-1)
    return mean_over_lists(per_list, weights)


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


@dataclass(frozen=True, kw_only=True)
class SoftmaxLoss(RankingLoss):
    """`softmax_cross_entropy`: lift the relevant documents over the whole rest of their list.

    The first choice for mined lists: every document of the list takes part in each gradient, and
    a relevant document pulls by its gain even when it is the only one.
    """

    def __call__(
        self, scores: Tensor, gains: Tensor, *, mask: Tensor, weights: Tensor | None = None
    ) -> Tensor:
        """See `RankingLoss`."""
        return softmax_cross_entropy(
            scores, gains, mask=mask, weights=weights, temperature=self.temperature
        )
