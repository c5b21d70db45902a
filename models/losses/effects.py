"""What a loss does with the size of gains, found by measuring its gradients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import torch
from torch import Tensor

_SCORES = ((0.3, 1.0, -0.5, 0.1), (-1.2, 0.4, 0.0, 2.0), (2.0, -0.3, 0.6, -1.1))
"""Score lists of different shape: the only positive, the first, in the middle, last and first."""
_IRRELEVANT = (0.0,) * 8
_LEVEL = (-1.0,) * 10
"""Equal scores. Not 0: there a probability of one half is all right for half a gain."""
_EXACT = 1e-9


class GainEffect(StrEnum):
    """What doubling the gain of a list's only positive does to the gradient."""

    KEEPS = "keeps intensity"
    """The gradient doubles."""
    CANCELS = "cancels"
    """The gradient stays as it is: give the intensity as the list's weight."""
    OTHER = "changes otherwise"
    """The gradient changes, but does not double: the gain says where to, not how strongly."""


@dataclass(frozen=True)
class TwoGrades:
    """What a loss does at equal scores with a list of gains 2, 1 and eight times 0.

    Attributes:
        lower: Pull on the document of gain 1 as a share of that on the document of gain 2; below
            0 when it is pushed down.
        sees_size: Whether the gradient changes when the gain of 2 becomes 4.
    """

    lower: float
    sees_size: bool


Loss = Callable[..., Tensor]


def gain_effect(loss: Loss) -> GainEffect:
    """What doubling the gain of a list's only positive does to the gradient.

    Args:
        loss: Any loss of the common signature.
    """
    once = torch.stack([gradient(loss, scores, (0.7, 0.0, 0.0, 0.0)) for scores in _SCORES])
    twice = torch.stack([gradient(loss, scores, (1.4, 0.0, 0.0, 0.0)) for scores in _SCORES])
    if torch.allclose(twice, 2 * once, rtol=_EXACT, atol=_EXACT):
        return GainEffect.KEEPS
    if torch.allclose(twice, once, rtol=_EXACT, atol=_EXACT):
        return GainEffect.CANCELS
    return GainEffect.OTHER


def two_grades(loss: Loss) -> TwoGrades:
    """What a loss does with a list of two grades, at equal scores.

    Args:
        loss: Any loss of the common signature.
    """
    near, far = (gradient(loss, _LEVEL, (top, 1.0, *_IRRELEVANT)) for top in (2.0, 4.0))
    same = torch.allclose(near, far, rtol=_EXACT, atol=_EXACT)
    return TwoGrades(lower=float(near[1] / near[0]), sees_size=not same)


def gradient(loss: Loss, scores: tuple[float, ...], gains: tuple[float, ...]) -> Tensor:
    """The loss's gradient at one list; float64 (documents,).

    Args:
        loss: Any loss of the common signature.
        scores: Of the list's documents.
        gains: Of the list's documents.
    """
    with torch.enable_grad():
        at = torch.tensor([scores], dtype=torch.float64, requires_grad=True)
        targets = torch.tensor([gains], dtype=torch.float64)
        value = loss(at, targets, mask=torch.ones_like(at, dtype=torch.bool))
        return torch.autograd.grad(value, at)[0][0]
