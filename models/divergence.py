"""The refusal of a training that ran away: nothing of it may replace what was there before."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lrat_rank.errors import InputError

if TYPE_CHECKING:
    import torch


def diverged(learning_rate: float) -> InputError:
    """The error of a training whose loss, weights or scores are no numbers any more."""
    return InputError(
        "learning_rate",
        must="low enough for the loss to stay finite",
        got=learning_rate,
        do="Train again with a lower one.",
    )


def refuse_divergence(
    learning_rate: float, *, weights: Iterable[torch.Tensor] = (), figures: Iterable[float] = ()
) -> None:
    """Look at what the last step left, which no loss has been computed from.

    Args:
        learning_rate: What the training used.
        weights: The trained ones, of any shape.
        figures: Scores, losses, or sums of them.

    Raises:
        InputError: One of them is not finite.

    >>> refuse_divergence(0.5, figures=[1.0, float("nan")])
    Traceback (most recent call last):
    lrat_rank.errors.InputError: learning_rate must be low enough for the loss to stay finite; ...
    """
    held = all(bool(weight.isfinite().all()) for weight in weights)
    if not (held and all(math.isfinite(figure) for figure in figures)):
        raise diverged(learning_rate)
