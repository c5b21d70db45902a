"""Pairwise: LambdaRank, each pair weighted by what swapping it would change in nDCG."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import softplus

from lrat_rank.models.losses.base import Family
from lrat_rank.models.losses.dcg import DCG, CutDCGLoss
from lrat_rank.models.losses.lists import check_batch, clear_padding, mean_over_lists
from lrat_rank.models.losses.pairs import differences, ordered_pairs
from lrat_rank.models.losses.places import mean_over_pairs_of_places, places


def lambdarank(
    scores: Tensor,
    gains: Tensor,
    *,
    mask: Tensor,
    weights: Tensor | None = None,
    temperature: float = 1.0,
    dcg: DCG | None = None,
) -> Tensor:
    """RankNet's pairs, weighted by |ΔnDCG| of swapping the two in the order of the scores.

    Σ_{i,j: g_i > g_j} |G(g_i) − G(g_j)|·|D(r_i) − D(r_j)|/ideal·log(1 + exp(−(s_i − s_j)/τ))

    G is the gain function, D the discount, r the rank by score. The weights have no gradient.
    Where scores tie, |D(r_i) − D(r_j)| is its mean over the ways to break the tie. A list without
    pairs adds 0 and counts in N.

    Args:
        scores: float (lists, documents).
        gains: float (lists, documents), ≥ 0.
        mask: bool (lists, documents); False for padding.
        weights: float (lists,), ≥ 0, or None for 1.
        temperature: τ, divides the score differences; > 0.
        dcg: The measure followed; None for nDCG with linear gain.

    Returns:
        A float scalar, the weighted mean over the lists.

    Raises:
        ValueError: The shapes do not agree, or the mask is not boolean.

    Source: Burges, "From RankNet to LambdaRank to LambdaMART: An Overview", MSR-TR-2010-82,
    section 4; as a loss, Wang et al., "The LambdaLoss Framework for Ranking Metric Optimization",
    CIKM 2018, with natural logarithm.

    >>> import torch
    >>> scores, mask = torch.tensor([[0.0, 1.0]]), torch.tensor([[True, True]])
    >>> round(float(lambdarank(scores, torch.tensor([[7.0, 0.0]]), mask=mask)), 6)
    0.484686
    """
    check_batch(scores, gains, mask, weights)
    kept, held = clear_padding(scores, gains, mask)
    dcg = dcg or DCG()
    discounts = dcg.at_ranks(mask.shape[-1], kept)
    steps = mean_over_pairs_of_places(places(kept, mask), differences(discounts[None])[0].abs())
    worth = differences(dcg.gain(held)) / dcg.scale(held)[:, None, None]
    losses = worth * steps * softplus(-differences(kept) / temperature)
    per_list = losses.masked_fill(~ordered_pairs(held, mask), 0.0).sum(dim=(1, 2))
    return mean_over_lists(per_list, weights)


@dataclass(frozen=True, kw_only=True)
class LambdaRankLoss(CutDCGLoss):
    """Lifts each document over those with less gain, by what the swap would add to nDCG.

    For lists with two grades and more, when nDCG is what counts: pairs at the top weigh most. On a
    list with a single positive the gain cancels, so give intensity as the list's weight, or set
    `normalise=false`.
    """

    function = staticmethod(lambdarank)
    family = Family.PAIRWISE
