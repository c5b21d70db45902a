"""Contrastive: localised contrastive estimation, each positive against the list's negatives."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from lrat_rank.models.losses.base import Family, RankingLoss
from lrat_rank.models.losses.contrast import against_negatives
from lrat_rank.models.losses.lists import check_batch, clear_padding, mean_over_lists


def localized_contrastive(
    scores: Tensor,
    gains: Tensor,
    *,
    mask: Tensor,
    weights: Tensor | None = None,
    temperature: float = 1.0,
) -> Tensor:
    """Localised contrastive estimation: the mean of each positive's contrast with the negatives.

    1/|P|·Σ_{i ∈ P} log(1 + Σ_{j: g_j = 0} exp((s_j − s_i)/τ)), P = {i: g_i > 0}

    "Localised" is where the negatives come from: the top of the first stage that will be reranked,
    here the list itself. Positives are no negatives to one another. A list without gains adds 0 and
    counts in N.

    Args:
        scores: float (lists, documents).
        gains: float (lists, documents), ≥ 0; only whether they are 0 matters.
        mask: bool (lists, documents); False for padding.
        weights: float (lists,), ≥ 0, or None for 1.
        temperature: τ, divides the scores; > 0.

    Returns:
        A float scalar, the weighted mean over the lists.

    Raises:
        ValueError: The shapes do not agree, or the mask is not boolean.

    Source: Gao, Dai and Callan, "Rethink Training of BERT Rerankers in Multi-Stage Retrieval
    Pipeline", ECIR 2021, the LCE loss.

    >>> import torch
    >>> scores, mask = torch.zeros(1, 3), torch.tensor([[True, True, True]])
    >>> round(float(localized_contrastive(scores, torch.tensor([[2.0, 1.0, 0.0]]), mask=mask)), 6)
    0.693147
    """
    check_batch(scores, gains, mask, weights)
    kept, held = clear_padding(scores, gains, mask)
    positives = mask & (held > 0)
    losses = against_negatives(kept / temperature, held, mask).masked_fill(~positives, 0.0)
    per_list = losses.sum(dim=-1) / positives.sum(dim=-1).clamp(min=1)
    return mean_over_lists(per_list, weights)


@dataclass(frozen=True, kw_only=True)
class LCELoss(RankingLoss):
    """Lifts every relevant document over the irrelevant ones, all alike.

    For binary labels with hard negatives from the first stage that will be reranked. Unlike in
    `softmax`, positives do not compete. The size of the gains does not enter: give intensity as the
    list's weight.
    """

    function = staticmethod(localized_contrastive)
    family = Family.CONTRASTIVE
