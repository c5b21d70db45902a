"""Listwise: ListMLE, the likelihood of the order that the gains give."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from lrat_rank.models.losses.base import Family, RankingLoss
from lrat_rank.models.losses.lists import check_batch, clear_padding, mean_over_lists
from lrat_rank.models.losses.pairs import both, differences, ordered_pairs
from lrat_rank.models.losses.shares import log_sum_against


def listmle(
    scores: Tensor,
    gains: Tensor,
    *,
    mask: Tensor,
    weights: Tensor | None = None,
    temperature: float = 1.0,
) -> Tensor:
    """Negative log-likelihood, under Plackett and Luce, of the order by gain.

    Σ_{i: some g_j < g_i} (log Σ_{j: g_j ≤ g_i} exp(s_j/τ) − s_i/τ)

    Documents of equal gain are drawn one after another from the same pool, themselves and all
    below, so their order in the input does not matter (as Breslow treats ties in the same
    likelihood in survival analysis). Those of a list's lowest gain have nothing below them and add
    nothing. Without ties it is the paper's loss; with one positive it is the softmax
    cross-entropy of that document.

    Args:
        scores: float (lists, documents).
        gains: float (lists, documents), ≥ 0; only their order matters.
        mask: bool (lists, documents); False for padding.
        weights: float (lists,), ≥ 0, or None for 1.
        temperature: τ, divides the scores; > 0.

    Returns:
        A float scalar, the weighted mean over the lists.

    Raises:
        ValueError: The shapes do not agree, or the mask is not boolean.

    Source: Xia et al., "Listwise Approach to Learning to Rank: Theory and Algorithm", ICML 2008,
    the likelihood loss; ties as in Breslow, "Covariance Analysis of Censored Survival Data",
    Biometrics 1974.

    >>> import torch
    >>> scores, mask = torch.zeros(1, 3), torch.tensor([[True, True, True]])
    >>> round(float(listmle(scores, torch.tensor([[2.0, 1.0, 0.0]]), mask=mask)), 6)
    1.791759
    >>> round(float(listmle(scores, torch.tensor([[1.0, 1.0, 0.0]]), mask=mask)), 6)
    2.197225
    """
    check_batch(scores, gains, mask, weights)
    kept, held = clear_padding(scores, gains, mask)
    terms = order_terms(kept / temperature, held, mask)
    return mean_over_lists(terms.sum(dim=-1), weights)


def order_terms(scores: Tensor, gains: Tensor, mask: Tensor) -> Tensor:
    """Each document's term of the order's negative log-likelihood; float (lists, documents).

    Args:
        scores: float (lists, documents), 0 where masked.
        gains: float (lists, documents), 0 where masked.
        mask: bool (lists, documents).
    """
    pool = both(mask) & (differences(gains) >= 0)
    above_some = ordered_pairs(gains, mask).any(dim=-1)
    return (log_sum_against(scores, pool) - scores).masked_fill(~above_some, 0.0)


@dataclass(frozen=True, kw_only=True)
class ListMLELoss(RankingLoss):
    """Makes the order by gain the likeliest of all orders.

    For lists with many distinct grades, such as a teacher's whole ranking. The bottom of the list
    counts as much as the top (`p-listmle` mends that), and the size of the gains does not enter:
    give intensity as the list's weight.
    """

    function = staticmethod(listmle)
    family = Family.LISTWISE
