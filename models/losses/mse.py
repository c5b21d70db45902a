"""Pointwise: squared error against normalised gains."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from lrat_rank.models.losses.lists import check_batch, clear_padding
from lrat_rank.models.losses.normalised_gains import normalised_gains
from lrat_rank.models.losses.pointwise import PointwiseLoss, mean_over_documents


def mean_squared_error(
    scores: Tensor,
    gains: Tensor,
    *,
    mask: Tensor,
    weights: Tensor | None = None,
    temperature: float = 1.0,
    ceiling: float | None = None,
) -> Tensor:
    """Mean squared error of every document's score against its normalised gain.

    1/n·Σ_i (s_i/τ − t_i)², t_i = min(g_i/ceiling, 1)

    n counts the list's unmasked documents. A list of one document, or without gains, adds 0 and
    counts in N.

    Args:
        scores: float (lists, documents).
        gains: float (lists, documents), ≥ 0.
        mask: bool (lists, documents); False for padding.
        weights: float (lists,), ≥ 0, or None for 1.
        temperature: τ, divides the scores; > 0.
        ceiling: The gain that counts as full relevance; None for the list's greatest.

    Returns:
        A float scalar, the weighted mean over the lists.

    Raises:
        ValueError: The shapes do not agree, or the mask is not boolean.

    Source: Cossock and Zhang, "Subset Ranking Using Regression", COLT 2006.

    >>> import torch
    >>> scores, mask = torch.tensor([[0.5, 0.0]]), torch.tensor([[True, True]])
    >>> float(mean_squared_error(scores, torch.tensor([[3.0, 0.0]]), mask=mask))
    0.125
    >>> float(mean_squared_error(scores, torch.tensor([[3.0, 0.0]]), mask=mask, ceiling=6.0))
    0.0
    """
    check_batch(scores, gains, mask, weights)
    kept, held = clear_padding(scores, gains, mask)
    losses = (kept / temperature - normalised_gains(held, ceiling)).square()
    return mean_over_documents(losses, held, mask, weights)


@dataclass(frozen=True, kw_only=True)
class MSELoss(PointwiseLoss):
    """Makes each document's score equal its normalised gain.

    For scores that are wanted on the scale of the gains. It spends its strength on getting the
    many irrelevant documents exactly to 0; the order needs only that they stay below. With a
    `ceiling`, intensity moves the target; without, give it as the list's weight.
    """

    function = staticmethod(mean_squared_error)
