"""The places that documents hold in an order, ties sharing theirs.

Breaking ties by the order of the input would make a loss depend on it; giving tied documents one
mean rank would leave no difference between them and stop a model with constant scores from ever
learning. Here a tied document holds all the places of its tie, and what depends on places is
averaged over every way to break the ties.
"""

from __future__ import annotations

import torch
from torch import Tensor

from lrat_rank.models.losses.pairs import both, differences


def places(values: Tensor, mask: Tensor) -> Tensor:
    """Which places each document may hold when its list is sorted, highest value first.

    Args:
        values: float (lists, documents), finite; the places have no gradient.
        mask: bool (lists, documents).

    Returns:
        bool (lists, documents, places); nothing is True for masked documents.

    >>> places(torch.tensor([[5.0, 9.0, 5.0]]), torch.tensor([[True, True, True]])).int().tolist()
    [[[0, 1, 1], [1, 0, 0], [0, 1, 1]]]
    """
    gaps = differences(values.detach())
    together = both(mask)
    above = (together & (gaps < 0)).sum(dim=-1, keepdim=True)
    tied = (together & (gaps == 0)).sum(dim=-1, keepdim=True)
    place = torch.arange(mask.shape[-1], device=mask.device)
    return (place >= above) & (place < above + tied)


def mean_over_places(held: Tensor, values: Tensor) -> Tensor:
    """Mean, over the ways to break ties, of what stands at a document's place.

    Args:
        held: bool (lists, documents, places), from `places`.
        values: float (lists, places) or (places,).

    Returns:
        float (lists, documents); 0 for masked documents.

    >>> held = places(torch.tensor([[5.0, 9.0, 5.0]]), torch.tensor([[True, True, True]]))
    >>> mean_over_places(held, torch.tensor([[1.0, 0.5, 0.25]])).tolist()
    [[0.375, 1.0, 0.375]]
    """
    sums = (held * values.unsqueeze(-2)).sum(dim=-1)
    return sums / held.sum(dim=-1).clamp(min=1)


def mean_over_pairs_of_places(held: Tensor, values: Tensor) -> Tensor:
    """Mean, over the ways to break ties, of what stands at the places of two documents.

    Args:
        held: bool (lists, documents, places), from `places`.
        values: float (places, places), 0 on the diagonal.

    Returns:
        float (lists, documents, documents).

    >>> held = places(torch.tensor([[5.0, 9.0, 5.0]]), torch.tensor([[True, True, True]]))
    >>> steps = differences(torch.tensor([[1.0, 0.5, 0.25]]))[0].abs()
    >>> mean_over_pairs_of_places(held, steps)[0].tolist()
    [[0.25, 0.625, 0.25], [0.625, 0.0, 0.625], [0.25, 0.625, 0.25]]
    """
    at = held.to(values.dtype)
    sums = at @ values @ at.transpose(1, 2)
    size = at.sum(dim=-1)
    same = at @ at.transpose(1, 2) > 0
    # Two documents of one tie never hold the same place: m·(m − 1) ways, not m².
    ways = size.unsqueeze(2) * (size.unsqueeze(1) - same.to(values.dtype))
    return sums / ways.clamp(min=1.0)
