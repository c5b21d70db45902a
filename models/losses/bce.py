"""Pointwise: binary cross-entropy against normalised gains."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from torch.nn.functional import softplus

from lrat_rank.models.losses.lists import check_batch, clear_padding
from lrat_rank.models.losses.normalised_gains import normalised_gains
from lrat_rank.models.losses.pointwise import PointwiseLoss, mean_over_documents


def binary_cross_entropy(
    scores: Tensor,
    gains: Tensor,
    *,
    mask: Tensor,
    weights: Tensor | None = None,
    temperature: float = 1.0,
    ceiling: float | None = None,
) -> Tensor:
    """Binary cross-entropy of every document's score against its normalised gain.

    1/n·Σ_i (log(1 + exp(s_i/τ)) − t_i·s_i/τ), t_i = min(g_i/ceiling, 1)

    n counts the list's unmasked documents. A list of one document, or without gains, adds 0 and
    counts in N.

    Args:
        scores: float (lists, documents), read as logits.
        gains: float (lists, documents), ≥ 0.
        mask: bool (lists, documents); False for padding.
        weights: float (lists,), ≥ 0, or None for 1.
        temperature: τ, divides the scores; > 0.
        ceiling: The gain that counts as full relevance; None for the list's greatest.

    Returns:
        A float scalar, the weighted mean over the lists.

    Raises:
        ValueError: The shapes do not agree, or the mask is not boolean.

    Source: Nogueira and Cho, "Passage Re-ranking with BERT", 2019 (arXiv 1901.04085), eq. 1, with
    graded targets.

    >>> import torch
    >>> scores, mask = torch.tensor([[1.0, 0.0]]), torch.tensor([[True, True]])
    >>> round(float(binary_cross_entropy(scores, torch.tensor([[0.5, 0.0]]), mask=mask)), 6)
    0.503204
    """
    check_batch(scores, gains, mask, weights)
    kept, held = clear_padding(scores, gains, mask)
    logits = kept / temperature
    losses = softplus(logits) - normalised_gains(held, ceiling) * logits
    return mean_over_documents(losses, held, mask, weights)


@dataclass(frozen=True, kw_only=True)
class BCELoss(PointwiseLoss):
    """Asks of each document by itself how relevant it is: a calibrated score in (0, 1).

    For scores that are read as probabilities, or compared across queries. It does not look at the
    order, so it wants more labels than a listwise loss for the same ranking. With a `ceiling`,
    intensity moves the target; without, give it as the list's weight.
    """

    function = staticmethod(binary_cross_entropy)
