"""Pairwise: RankNet on the order of the gains alone."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import softplus

from lrat_rank.models.losses.base import Family, RankingLoss
from lrat_rank.models.losses.lists import check_batch, clear_padding, mean_over_lists
from lrat_rank.models.losses.pairs import differences, opponents, ordered_pairs


def ranknet_order(
    scores: Tensor,
    gains: Tensor,
    *,
    mask: Tensor,
    weights: Tensor | None = None,
    temperature: float = 1.0,
) -> Tensor:
    """RankNet: every pair of different gains counts alike.

    1/(n − 1)·Σ_{i,j: g_i > g_j} log(1 + exp(−(s_i − s_j)/τ))

    n counts the list's unmasked documents. Where all gains are 0 or 1 it equals `ranknet`.

    Args:
        scores: float (lists, documents).
        gains: float (lists, documents), ≥ 0; only their order matters.
        mask: bool (lists, documents); False for padding.
        weights: float (lists,), ≥ 0, or None for 1.
        temperature: τ, divides the score differences; > 0.

    Returns:
        A float scalar, the weighted mean over the lists.

    Raises:
        ValueError: The shapes do not agree, or the mask is not boolean.

    Source: Burges et al., "Learning to Rank using Gradient Descent", ICML 2005, eq. 3 with target
    probability 1.

    >>> import torch
    >>> scores, mask = torch.tensor([[2.0, 0.0, 1.0]]), torch.tensor([[True, True, True]])
    >>> round(float(ranknet_order(scores, torch.tensor([[0.5, 0.0, 0.0]]), mask=mask)), 6)
    0.220095
    """
    check_batch(scores, gains, mask, weights)
    kept, held = clear_padding(scores, gains, mask)
    losses = softplus(-differences(kept) / temperature)
    pairs = ordered_pairs(held, mask)
    per_list = losses.masked_fill(~pairs, 0.0).sum(dim=(1, 2)) / opponents(mask)
    return mean_over_lists(per_list, weights)


@dataclass(frozen=True, kw_only=True)
class RankNetOrderLoss(RankingLoss):
    """Lifts each document over those with less gain, however little the gains differ.

    For labels whose order is trusted and whose size is not, such as a teacher's ranking. It is
    what shows, in an ablation, what the size of the gains adds to `ranknet`.
    """

    function = staticmethod(ranknet_order)
    family = Family.PAIRWISE
