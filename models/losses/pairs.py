"""Pairs of documents of one list: which there are, and how far apart they stand."""

from __future__ import annotations

from torch import Tensor


def differences(values: Tensor) -> Tensor:
    """[l, i, j] = values[l, i] − values[l, j]; float (lists, documents, documents).

    >>> import torch
    >>> differences(torch.tensor([[3.0, 1.0]])).tolist()
    [[[0.0, 2.0], [-2.0, 0.0]]]
    """
    return values.unsqueeze(2) - values.unsqueeze(1)


def both(mask: Tensor) -> Tensor:
    """Pairs of which neither is masked; bool (lists, documents, documents).

    >>> import torch
    >>> both(torch.tensor([[True, False]])).tolist()
    [[[True, False], [False, False]]]
    """
    return mask.unsqueeze(2) & mask.unsqueeze(1)


def ordered_pairs(gains: Tensor, mask: Tensor) -> Tensor:
    """[l, i, j] where both are there and i has the greater gain; bool.

    >>> import torch
    >>> ordered_pairs(torch.tensor([[0.0, 2.0]]), torch.tensor([[True, True]])).tolist()
    [[[False, False], [True, False]]]
    """
    return both(mask) & (differences(gains) > 0)


def opponents(mask: Tensor) -> Tensor:
    """How many others a document of each list meets, at least 1; int (lists,).

    >>> import torch
    >>> opponents(torch.tensor([[True, True, True], [True, False, False]])).tolist()
    [2, 1]
    """
    return (mask.sum(dim=-1) - 1).clamp(min=1)
