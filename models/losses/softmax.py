"""Listwise: cross-entropy of the softmax over a list, weighted by unnormalised gains."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from lrat_rank.models.losses.base import Family, RankingLoss
from lrat_rank.models.losses.lists import check_batch, clear_padding, mean_over_lists
from lrat_rank.models.losses.shares import masked_log_softmax


def softmax_cross_entropy(
    scores: Tensor,
    gains: Tensor,
    *,
    mask: Tensor,
    weights: Tensor | None = None,
    temperature: float = 1.0,
) -> Tensor:
    """Gain-weighted softmax cross-entropy.

    Σ_i g_i·(−log softmax(s/τ)_i)

    The gains are not normalised to a distribution: that would cancel the gain of a list's only
    positive, and most mined lists have one positive. A list without gains adds 0 and counts in N.

    Args:
        scores: float (lists, documents).
        gains: float (lists, documents), ≥ 0.
        mask: bool (lists, documents); False for padding.
        weights: float (lists,), ≥ 0, or None for 1.
        temperature: τ, divides the scores; > 0.

    Returns:
        A float scalar, the weighted mean over the lists.

    Raises:
        ValueError: The shapes do not agree, or the mask is not boolean.

    Source: the top-one listwise loss of Cao et al., "Learning to Rank: From Pairwise Approach to
    Listwise Approach", ICML 2007, eq. 6, with gains in place of the target distribution. With one
    positive of gain 1 it is InfoNCE over the list.

    >>> import torch
    >>> scores, mask = torch.tensor([[0.0, 0.0]]), torch.tensor([[True, True]])
    >>> round(float(softmax_cross_entropy(scores, torch.tensor([[1.0, 0.0]]), mask=mask)), 6)
    0.693147
    >>> round(float(softmax_cross_entropy(scores, torch.tensor([[0.5, 0.0]]), mask=mask)), 6)
    0.346574
    """
    check_batch(scores, gains, mask, weights)
    kept, held = clear_padding(scores, gains, mask)
    per_list = -(held * masked_log_softmax(kept / temperature, mask)).sum(dim=-1)
    return mean_over_lists(per_list, weights)


@dataclass(frozen=True, kw_only=True)
class SoftmaxLoss(RankingLoss):
    """Lifts the relevant documents over the whole rest of their list, each by its gain.

    The first choice for mined lists: every document of the list takes part in each gradient, and
    a relevant document pulls by its gain even when it is the only one. In a list with several
    positives they also compete with one another, in the ratio of their gains.
    """

    function = staticmethod(softmax_cross_entropy)
    family = Family.LISTWISE
