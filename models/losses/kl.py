"""Distillation: divergence of the scores' softmax from a teacher's."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from lrat_rank.models.losses.base import Family, RankingLoss, Targets
from lrat_rank.models.losses.lists import check_batch, clear_padding, differs, mean_over_lists
from lrat_rank.models.losses.shares import masked_log_softmax, masked_softmax


def kl_divergence(
    scores: Tensor,
    gains: Tensor,
    *,
    mask: Tensor,
    weights: Tensor | None = None,
    temperature: float = 1.0,
    target_temperature: float = 1.0,
) -> Tensor:
    """Kullback-Leibler divergence of the scores' softmax from the teacher's.

    Σ_i p_i·(log p_i − log softmax(s/τ)_i), p = softmax(t/τ_t)

    The targets t are a teacher's scores and may be below 0. A list that the teacher does not order
    (all its scores the same) adds 0 and counts in N.

    Args:
        scores: float (lists, documents).
        gains: float (lists, documents); the teacher's scores, of any sign.
        mask: bool (lists, documents); False for padding.
        weights: float (lists,), ≥ 0, or None for 1.
        temperature: τ, divides the scores; > 0.
        target_temperature: τ_t, divides the teacher's scores; > 0. Below 1 sharpens them.

    Returns:
        A float scalar, the weighted mean over the lists.

    Raises:
        ValueError: The shapes do not agree, or the mask is not boolean.

    Source: Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network", 2015 (arXiv
    1503.02531), section 2, over the documents of a list in place of classes.

    >>> import math, torch
    >>> scores, mask = torch.zeros(1, 2), torch.tensor([[True, True]])
    >>> round(float(kl_divergence(scores, torch.tensor([[math.log(3), 0.0]]), mask=mask)), 6)
    0.130812
    """
    check_batch(scores, gains, mask, weights)
    kept, held = clear_padding(scores, gains, mask)
    log_target = masked_log_softmax(held / target_temperature, mask)
    target = masked_softmax(held / target_temperature, mask)
    losses = target * (log_target - masked_log_softmax(kept / temperature, mask))
    per_list = losses.sum(dim=-1).masked_fill(~differs(held, mask), 0.0)
    return mean_over_lists(per_list, weights)


@dataclass(frozen=True, kw_only=True)
class KLLoss(RankingLoss):
    """Gives each document the share of its list that the teacher gives it.

    For distillation where only the teacher's relative scores are trusted: adding a constant to
    them changes nothing. It looks at the top of the teacher's list, `margin-mse` at all of it.
    With gains as targets it has the gradient of `listnet`, wherever the gains differ.

    Attributes:
        target_temperature: Divides the teacher's scores; > 0. Below 1 sharpens them.
    """

    target_temperature: float = 1.0

    function = staticmethod(kl_divergence)
    family = Family.DISTILLATION
    targets = Targets.TEACHER

    def __post_init__(self) -> None:
        self._check_above_zero("temperature", "target_temperature")
