"""Pairwise: score margins that should equal the margins of the gains or of a teacher."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from lrat_rank.models.losses.base import Family, RankingLoss, Targets
from lrat_rank.models.losses.lists import check_batch, clear_padding, mean_over_lists
from lrat_rank.models.losses.pairs import differences, ordered_pairs


def margin_mse(
    scores: Tensor,
    gains: Tensor,
    *,
    mask: Tensor,
    weights: Tensor | None = None,
    temperature: float = 1.0,
) -> Tensor:
    """Mean squared error between the margins of scores and of targets, over each list's pairs.

    1/|P|·Σ_{(i,j) ∈ P} ((s_i − s_j)/τ − (g_i − g_j))², P = {(i,j): g_i > g_j}

    The targets may be a teacher's scores and below 0: only their differences count. A list whose
    targets are all the same has no pairs, adds 0 and counts in N.

    Args:
        scores: float (lists, documents).
        gains: float (lists, documents); gains, or a teacher's scores of any sign.
        mask: bool (lists, documents); False for padding.
        weights: float (lists,), ≥ 0, or None for 1.
        temperature: τ, divides the score differences; > 0.

    Returns:
        A float scalar, the weighted mean over the lists.

    Raises:
        ValueError: The shapes do not agree, or the mask is not boolean.

    Source: Hofstätter et al., "Improving Efficient Neural Ranking Models with Cross-Architecture
    Knowledge Distillation", 2020 (arXiv 2010.02666), the Margin-MSE loss, over all pairs of a list.

    >>> import torch
    >>> scores, mask = torch.tensor([[2.0, 0.0, 1.0]]), torch.tensor([[True, True, True]])
    >>> float(margin_mse(scores, torch.tensor([[1.0, 0.0, 0.0]]), mask=mask))
    0.5
    """
    check_batch(scores, gains, mask, weights)
    kept, held = clear_padding(scores, gains, mask)
    pairs = ordered_pairs(held, mask)
    errors = (differences(kept) / temperature - differences(held)).square()
    sums = errors.masked_fill(~pairs, 0.0).sum(dim=(1, 2))
    return mean_over_lists(sums / pairs.sum(dim=(1, 2)).clamp(min=1), weights)


@dataclass(frozen=True, kw_only=True)
class MarginMSELoss(RankingLoss):
    """Makes score margins equal the margins of the gains, or of a teacher's scores.

    The first choice for distillation: the teacher's margins carry how sure it is. On gains it
    stops pulling once the margin is reached, so the scores keep the scale of the gains; a larger
    gain asks for a wider margin rather than for a stronger pull on the same one.
    """

    function = staticmethod(margin_mse)
    family = Family.PAIRWISE
    targets = Targets.EITHER
