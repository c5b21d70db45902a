"""Listwise: ListNet, the cross-entropy between the softmax of the gains and that of the scores."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from lrat_rank.models.losses.base import Family, RankingLoss
from lrat_rank.models.losses.lists import check_batch, clear_padding, has_positive, mean_over_lists
from lrat_rank.models.losses.shares import masked_log_softmax, masked_softmax


def listnet(
    scores: Tensor,
    gains: Tensor,
    *,
    mask: Tensor,
    weights: Tensor | None = None,
    temperature: float = 1.0,
    target_temperature: float = 0.25,
) -> Tensor:
    """ListNet: cross-entropy between the list's target shares and its score shares.

    −Σ_i softmax(g/τ_t)_i·log softmax(s/τ)_i

    A list of one document, or without gains, adds 0 and counts in N: its target would be uniform,
    and teach that nothing is better than anything.

    Args:
        scores: float (lists, documents).
        gains: float (lists, documents), ≥ 0.
        mask: bool (lists, documents); False for padding.
        weights: float (lists,), ≥ 0, or None for 1.
        temperature: τ, divides the scores; > 0.
        target_temperature: τ_t, divides the gains; > 0. The paper has 1, which leaves an only
            positive of gain 1 among ten documents .23 of the target; ¼ leaves it .86.

    Returns:
        A float scalar, the weighted mean over the lists.

    Raises:
        ValueError: The shapes do not agree, or the mask is not boolean.

    Source: Cao et al., "Learning to Rank: From Pairwise Approach to Listwise Approach", ICML 2007,
    eq. 6 with top-one probabilities.

    >>> import math, torch
    >>> scores, mask = torch.tensor([[math.log(3), 0.0]]), torch.tensor([[True, True]])
    >>> gains = torch.tensor([[math.log(3), 0.0]])
    >>> round(float(listnet(scores, gains, mask=mask, target_temperature=1.0)), 6)
    0.562335
    """
    check_batch(scores, gains, mask, weights)
    kept, held = clear_padding(scores, gains, mask)
    target = masked_softmax(held / target_temperature, mask)
    per_list = -(target * masked_log_softmax(kept / temperature, mask)).sum(dim=-1)
    return mean_over_lists(per_list.masked_fill(~has_positive(held, mask), 0.0), weights)


@dataclass(frozen=True, kw_only=True)
class ListNetLoss(RankingLoss):
    """Gives each document the share of its list that the softmax of the gains gives it.

    For lists with several grades, where the scores should keep the grades' distances rather than
    spread for ever. A larger gain moves the target share towards 1, where nothing more is to be
    had, so intensity is better given as the list's weight.

    Attributes:
        target_temperature: Divides the gains; > 0. Lower puts more of the target on the best.
    """

    target_temperature: float = 0.25

    function = staticmethod(listnet)
    family = Family.LISTWISE

    def __post_init__(self) -> None:
        self._check_above_zero("temperature", "target_temperature")
