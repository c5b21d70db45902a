"""Contrastive: InfoNCE of a list's best document against its negatives, weighted by its gain."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from lrat_rank.models.losses.base import Family, RankingLoss
from lrat_rank.models.losses.contrast import against_negatives
from lrat_rank.models.losses.lists import check_batch, clear_padding, has_positive, mean_over_lists


def infonce(
    scores: Tensor,
    gains: Tensor,
    *,
    mask: Tensor,
    weights: Tensor | None = None,
    temperature: float = 1.0,
) -> Tensor:
    """InfoNCE with one positive, weighted by the positive's gain.

    g_p·log(1 + Σ_{j: g_j = 0} exp((s_j − s_p)/τ)), p the document with the greatest gain

    Other documents with a gain are no negatives and are left out. Where several share the greatest
    gain, the loss is the mean over which of them is the positive. A list without gains adds 0 and
    counts in N.

    Args:
        scores: float (lists, documents).
        gains: float (lists, documents), ≥ 0; 0 makes a negative.
        mask: bool (lists, documents); False for padding.
        weights: float (lists,), ≥ 0, or None for 1.
        temperature: τ, divides the scores; > 0. Cosines want about 0.02, logits about 1.

    Returns:
        A float scalar, the weighted mean over the lists.

    Raises:
        ValueError: The shapes do not agree, or the mask is not boolean.

    Source: van den Oord, Li and Vinyals, "Representation Learning with Contrastive Predictive
    Coding", 2018 (arXiv 1807.03748), eq. 4; weighted as in LRAT, "Learning to Retrieve from Agent
    Trajectories", 2026 (arXiv 2604.04949), section 5.2.2.

    >>> import torch
    >>> scores, mask = torch.zeros(1, 3), torch.tensor([[True, True, True]])
    >>> round(float(infonce(scores, torch.tensor([[2.0, 0.0, 0.0]]), mask=mask)), 6)
    2.197225
    >>> round(float(infonce(scores, torch.tensor([[2.0, 1.0, 0.0]]), mask=mask)), 6)
    1.386294
    """
    check_batch(scores, gains, mask, weights)
    kept, held = clear_padding(scores, gains, mask)
    if not mask.shape[-1]:
        return mean_over_lists(kept.sum(dim=-1), weights)
    greatest = held.amax(dim=-1, keepdim=True)
    best = mask & (held == greatest) & has_positive(held, mask).unsqueeze(-1)
    losses = against_negatives(kept / temperature, held, mask).masked_fill(~best, 0.0)
    per_list = greatest.squeeze(-1) * losses.sum(dim=-1) / best.sum(dim=-1).clamp(min=1)
    return mean_over_lists(per_list, weights)


@dataclass(frozen=True, kw_only=True)
class InfoNCELoss(RankingLoss):
    """Lifts the best document over the irrelevant ones, by its gain; other positives are left be.

    The paper's loss, for lists with one positive and sampled negatives. A list with several
    positives gives up all but the best; `softmax` uses them all, and is the same where there is
    one.
    """

    function = staticmethod(infonce)
    family = Family.CONTRASTIVE
