"""Pairwise: RankNet, each pair weighted by how far its gains lie apart."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import softplus

from lrat_rank.models.losses.base import Family, RankingLoss
from lrat_rank.models.losses.lists import check_batch, clear_padding, mean_over_lists
from lrat_rank.models.losses.pairs import differences, opponents, ordered_pairs


def ranknet(
    scores: Tensor,
    gains: Tensor,
    *,
    mask: Tensor,
    weights: Tensor | None = None,
    temperature: float = 1.0,
) -> Tensor:
    """Gain-difference-weighted RankNet over the pairs of each list.

    1/(n − 1)·Σ_{i,j: g_i > g_j} (g_i − g_j)·log(1 + exp(−(s_i − s_j)/τ))

    n counts the list's unmasked documents, so n − 1 is the number of opponents a document has:
    a relevant document pulls by its gain, in a long list no more than in a short one, and two
    relevant documents pull twice as much as one. Dividing by the pairs' total weight instead would
    cancel the gain of a list's only positive. A list without pairs adds 0 and counts in N.

    Args:
        scores: float (lists, documents).
        gains: float (lists, documents), ≥ 0.
        mask: bool (lists, documents); False for padding.
        weights: float (lists,), ≥ 0, or None for 1.
        temperature: τ, divides the score differences; > 0.

    Returns:
        A float scalar, the weighted mean over the lists.

    Raises:
        ValueError: The shapes do not agree, or the mask is not boolean.

    Source: Burges et al., "Learning to Rank using Gradient Descent", ICML 2005, eq. 3 with target
    probability 1, weighted by the difference of the gains.

    >>> import torch
    >>> scores, mask = torch.tensor([[2.0, 0.0, 1.0]]), torch.tensor([[True, True, True]])
    >>> round(float(ranknet(scores, torch.tensor([[1.0, 0.0, 0.0]]), mask=mask)), 6)
    0.220095
    >>> round(float(ranknet(scores, torch.tensor([[0.5, 0.0, 0.0]]), mask=mask)), 6)
    0.110047
    """
    check_batch(scores, gains, mask, weights)
    kept, held = clear_padding(scores, gains, mask)
    losses = softplus(-differences(kept) / temperature) * differences(held)
    pairs = ordered_pairs(held, mask)
    per_list = losses.masked_fill(~pairs, 0.0).sum(dim=(1, 2)) / opponents(mask)
    return mean_over_lists(per_list, weights)


@dataclass(frozen=True, kw_only=True)
class RankNetLoss(RankingLoss):
    """Lifts each document over those with less gain, the more the gains differ.

    Uses every difference between grades, so it is at its best in lists with several of them
    (session lists, judged collections). Each pair stands alone: a document far down pulls as much
    as one near the top.
    """

    function = staticmethod(ranknet)
    family = Family.PAIRWISE
