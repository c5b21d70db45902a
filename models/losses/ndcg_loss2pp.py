"""Pairwise: NDCG-Loss2++, LambdaRank's weights and those of a tighter bound on nDCG."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import softplus

from lrat_rank.errors import InputError
from lrat_rank.models.losses.base import Family
from lrat_rank.models.losses.dcg import DCG, CutDCGLoss
from lrat_rank.models.losses.lists import check_batch, clear_padding, mean_over_lists
from lrat_rank.models.losses.pairs import differences, ordered_pairs
from lrat_rank.models.losses.places import mean_over_pairs_of_places, places


def ndcg_loss2pp(
    scores: Tensor,
    gains: Tensor,
    *,
    mask: Tensor,
    weights: Tensor | None = None,
    temperature: float = 1.0,
    dcg: DCG | None = None,
    mu: float = 10.0,
) -> Tensor:
    """NDCG-Loss2++ over the pairs of each list.

    Σ_{i,j: g_i > g_j} |G(g_i) − G(g_j)|/ideal·(ρ_ij + μ·δ_ij)·log(1 + exp(−(s_i − s_j)/τ))

    ρ_ij = |D(r_i) − D(r_j)|, δ_ij = |D(|r_i − r_j|) − D(|r_i − r_j| + 1)|; G is the gain function,
    D the discount, r the rank by score. The weights have no gradient. Where scores tie, ρ and δ are
    their means over the ways to break the tie. With a cut-off, D is 0 beyond it in ρ, and δ counts
    for pairs of which one stands above it. A list without pairs adds 0 and counts in N.

    Args:
        scores: float (lists, documents).
        gains: float (lists, documents), ≥ 0.
        mask: bool (lists, documents); False for padding.
        weights: float (lists,), ≥ 0, or None for 1.
        temperature: τ, divides the score differences; > 0.
        dcg: The measure followed; None for nDCG with linear gain.
        mu: μ, ≥ 0; 0 leaves LambdaRank.

    Returns:
        A float scalar, the weighted mean over the lists.

    Raises:
        ValueError: The shapes do not agree, or the mask is not boolean.

    Source: Wang et al., "The LambdaLoss Framework for Ranking Metric Optimization", CIKM 2018,
    the weights of NDCG-Loss2++, with natural logarithm.

    >>> scores, mask = torch.tensor([[0.0, 1.0]]), torch.tensor([[True, True]])
    >>> round(float(ndcg_loss2pp(scores, torch.tensor([[7.0, 0.0]]), mask=mask, mu=1.0)), 6)
    0.969372
    """
    check_batch(scores, gains, mask, weights)
    kept, held = clear_padding(scores, gains, mask)
    dcg = dcg or DCG()
    steps = differences(dcg.at_ranks(mask.shape[-1], kept)[None])[0].abs()
    by_places = mean_over_pairs_of_places(
        places(kept, mask), steps + mu * _distance_weights(dcg, mask.shape[-1], kept)
    )
    worth = differences(dcg.gain(held)) / dcg.scale(held)[:, None, None]
    losses = worth * by_places * softplus(-differences(kept) / temperature)
    per_list = losses.masked_fill(~ordered_pairs(held, mask), 0.0).sum(dim=(1, 2))
    return mean_over_lists(per_list, weights)


def _distance_weights(dcg: DCG, n: int, like: Tensor) -> Tensor:
    """δ of each two places; float (n, n), 0 on the diagonal."""
    place = torch.arange(n, device=like.device)
    apart = (place[:, None] - place[None, :]).abs()
    far = apart.clamp(min=1).to(like.dtype)
    weights = (dcg.discount(far) - dcg.discount(far + 1.0)).abs().masked_fill(apart == 0, 0.0)
    if dcg.cutoff is None:
        return weights
    below = place >= dcg.cutoff
    return weights.masked_fill(below[:, None] & below[None, :], 0.0)


@dataclass(frozen=True, kw_only=True)
class NDCGLoss2PPLoss(CutDCGLoss):
    """Lifts each document over those with less gain, by a bound on what is lost in nDCG.

    In place of `lambdarank` where its weights prove jumpy: neighbours in the ranking count most,
    wherever they stand, so documents far down also move. On a list with a single positive the gain
    cancels, so give intensity as the list's weight, or set `normalise=false`.

    Attributes:
        mu: Weight of the bound beside LambdaRank's weights, ≥ 0.
    """

    mu: float = 10.0

    function = staticmethod(ndcg_loss2pp)
    family = Family.PAIRWISE

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (self.mu >= 0 and math.isfinite(self.mu)):
            raise InputError("mu", must="a finite number ≥ 0", got=self.mu)
