"""How the learning rate goes over a training's steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import LambdaLR


def rate_of_step(step: int, steps: int, warmup: float) -> float:
    """A step's share of the peak rate: up in a straight line, then down in one.

    No step of the training has rate 0, so that the shortest one changes something too.

    Args:
        step: From 0.
        steps: How many there are.
        warmup: Share of them, rounded down, that come before the peak, in [0, 1).

    Returns:
        (step + 1)/(w + 1) for the w steps before the peak, (steps − step)/(steps − w) from there
        on: in (0, 1], and 0 after the last step.

    >>> [round(rate_of_step(step, 5, 0.4), 3) for step in range(6)]
    [0.333, 0.667, 1.0, 0.667, 0.333, 0.0]
    >>> rate_of_step(0, 1, 0.1)
    1.0
    """
    rising = int(warmup * steps)
    if step < rising:
        return (step + 1) / (rising + 1)
    return max(steps - step, 0) / (steps - rising)


def rising_then_falling(optimizer: Optimizer, *, steps: int, warmup: float) -> LambdaLR:
    """The schedule of `rate_of_step` for an optimizer; its state is the number of the step."""
    from torch.optim.lr_scheduler import LambdaLR

    return LambdaLR(optimizer, lambda step: rate_of_step(step, steps, warmup))
