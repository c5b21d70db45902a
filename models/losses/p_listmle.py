"""Listwise: position-aware ListMLE, in which the top of the order counts most."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from lrat_rank.models.losses.base import Family, RankingLoss
from lrat_rank.models.losses.discount_functions import DiscountFunction
from lrat_rank.models.losses.listmle import order_terms
from lrat_rank.models.losses.lists import check_batch, clear_padding, mean_over_lists
from lrat_rank.models.losses.places import mean_over_places, places


def p_listmle(
    scores: Tensor,
    gains: Tensor,
    *,
    mask: Tensor,
    weights: Tensor | None = None,
    temperature: float = 1.0,
    discount: DiscountFunction | None = None,
) -> Tensor:
    """ListMLE whose terms are weighted by the place in the order by gain.

    Σ_i α(r_i)·(log Σ_{j: g_j ≤ g_i} exp(s_j/τ) − s_i/τ), α(r) = (2^{n−r} − 1)/Σ_q (2^{n−q} − 1)

    r is the place by gain and n the number of unmasked documents. The weights are scaled to sum to
    1 over the list, which the paper's are not: they would double with each further document.
    Documents of equal gain share the mean weight of their places; ties and the lowest gain are
    treated as in `listmle`.

    Args:
        scores: float (lists, documents).
        gains: float (lists, documents), ≥ 0; only their order matters.
        mask: bool (lists, documents); False for padding.
        weights: float (lists,), ≥ 0, or None for 1.
        temperature: τ, divides the scores; > 0.
        discount: α of the places from 1, scaled to sum to 1; None for the paper's.

    Returns:
        A float scalar, the weighted mean over the lists.

    Raises:
        ValueError: The shapes do not agree, or the mask is not boolean.

    Source: Lan et al., "Position-Aware ListMLE: A Sequential Learning Process for Ranking", UAI
    2014.

    >>> scores, mask = torch.zeros(1, 3), torch.tensor([[True, True, True]])
    >>> round(float(p_listmle(scores, torch.tensor([[2.0, 1.0, 0.0]]), mask=mask)), 6)
    0.997246
    """
    check_batch(scores, gains, mask, weights)
    kept, held = clear_padding(scores, gains, mask)
    terms = order_terms(kept / temperature, held, mask)
    shared = mean_over_places(places(held, mask), _place_weights(mask, discount, kept))
    return mean_over_lists((terms * shared).sum(dim=-1), weights)


def _place_weights(mask: Tensor, discount: DiscountFunction | None, like: Tensor) -> Tensor:
    """α of each place, float (lists, places) as `like`; 0 past a list's end, 1 in sum."""
    ranks = torch.arange(1, mask.shape[-1] + 1, dtype=like.dtype, device=mask.device)
    lengths = mask.sum(dim=-1, keepdim=True)
    if discount is None:
        # Divided by 2^n, so that a long list's weights stay finite.
        values = torch.exp2(-ranks) - torch.exp2(-lengths.to(ranks.dtype))
    else:
        values = discount(ranks).expand(mask.shape)
    values = values.masked_fill(ranks > lengths, 0.0)
    sums = values.sum(dim=-1, keepdim=True)
    return values / sums.masked_fill(sums <= 0, 1.0)


@dataclass(frozen=True, kw_only=True)
class PListMLELoss(RankingLoss):
    """Makes the order by gain the likeliest, its first places above all.

    In place of `listmle` where the top is what counts, which is nearly always. With the paper's
    weights at least half lies on who comes first, whatever the list's length. The size of the
    gains does not enter: give intensity as the list's weight.

    Attributes:
        discount: Weight of the places, scaled to sum to 1: a discount function, or none for the
            paper's (2 to the number of documents below, less 1).
    """

    discount: DiscountFunction | None = None

    function = staticmethod(p_listmle)
    family = Family.LISTWISE
