"""Listwise: ApproxNDCG, nDCG with smooth ranks."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from lrat_rank.models.losses.base import Family
from lrat_rank.models.losses.dcg import DCG, DCGLoss
from lrat_rank.models.losses.lists import check_batch, clear_padding, has_positive, mean_over_lists
from lrat_rank.models.losses.pairs import both, differences


def approx_ndcg(
    scores: Tensor,
    gains: Tensor,
    *,
    mask: Tensor,
    weights: Tensor | None = None,
    temperature: float = 1.0,
    dcg: DCG | None = None,
) -> Tensor:
    """What is missing to the best nDCG, each rank counted by sigmoids.

    1 − 1/ideal·Σ_i G(g_i)·D(r̂_i), r̂_i = 1 + Σ_{j≠i} sigmoid((s_j − s_i)/τ)

    G is the gain function, D the discount. Not normalised it is ideal − Σ_i G(g_i)·D(r̂_i). A list
    of one document, or without gains, adds 0 and counts in N.

    Args:
        scores: float (lists, documents).
        gains: float (lists, documents), ≥ 0.
        mask: bool (lists, documents); False for padding.
        weights: float (lists,), ≥ 0, or None for 1.
        temperature: τ, divides the score differences; > 0. Lower is nearer to nDCG, with less
            gradient.
        dcg: The measure followed, without cut-off; None for nDCG with linear gain.

    Returns:
        A float scalar, the weighted mean over the lists.

    Raises:
        ValueError: The shapes do not agree, or the mask is not boolean, or there is a cut-off.

    Source: Qin, Liu and Li, "A General Approximation Framework for Direct Optimization of
    Information Retrieval Measures", Information Retrieval 2010, the ApproxNDCG loss.

    >>> scores, mask = torch.tensor([[0.0, 0.0, 0.0]]), torch.tensor([[True, True, True]])
    >>> round(float(approx_ndcg(scores, torch.tensor([[4.0, 0.0, 0.0]]), mask=mask)), 6)
    0.36907
    """
    check_batch(scores, gains, mask, weights)
    kept, held = clear_padding(scores, gains, mask)
    dcg = dcg or DCG()
    if dcg.cutoff is not None:
        raise ValueError(f"a smooth rank takes no cut-off; got {dcg.cutoff}")
    others = both(mask) & ~torch.eye(mask.shape[-1], dtype=torch.bool, device=mask.device)
    ahead = torch.sigmoid(-differences(kept) / temperature).masked_fill(~others, 0.0)
    found = (dcg.gain(held) * dcg.discount(1.0 + ahead.sum(dim=-1))).sum(dim=-1)
    per_list = (dcg.ideal(held) - found) / dcg.scale(held)
    return mean_over_lists(per_list.masked_fill(~has_positive(held, mask), 0.0), weights)


@dataclass(frozen=True, kw_only=True)
class ApproxNDCGLoss(DCGLoss):
    """Maximises a smooth nDCG directly.

    For the last steps of a model that already ranks well, on lists with several grades: where the
    scores lie far apart on the wrong side its gradient fades, so it learns slowly from nothing. On
    a list with a single positive the gain cancels, so give intensity as the list's weight, or set
    `normalise=false`.
    """

    function = staticmethod(approx_ndcg)
    family = Family.LISTWISE
