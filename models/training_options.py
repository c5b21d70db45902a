"""What every ranker that learns by gradient steps is told about them."""

from __future__ import annotations

import math

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.models.precision import Precision


class TrainingOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The steps of a training.

    Attributes:
        learning_rate: Peak of the linear schedule.
        epochs: Passes over the training data.
        warmup: Share of the steps, rounded down, that lead up to the peak, in [0, 1).
        weight_decay: AdamW's.
        accumulate: Batches an optimiser step.
        precision: "auto" (the quicker one here, by measurement), "float32", "bf16", or "fp16",
            which only accelerators have.
        seed: Of all that is drawn.
    """

    learning_rate: float
    epochs: int = 2
    warmup: float = 0.1
    weight_decay: float = 0.01
    accumulate: int = 1
    precision: str = "auto"
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in (("epochs", 1), ("accumulate", 1), ("seed", 0)):
            if getattr(self, name) < least:
                raise InputError(name, must=f"at least {least}", got=getattr(self, name))
        if not (self.learning_rate > 0 and math.isfinite(self.learning_rate)):
            must = "a finite number above 0"
            raise InputError("learning_rate", must=must, got=self.learning_rate)
        if not 0 <= self.warmup < 1:
            raise InputError("warmup", must="at least 0 and below 1", got=self.warmup)
        if not (self.weight_decay >= 0 and math.isfinite(self.weight_decay)):
            raise InputError("weight_decay", must="a finite number ≥ 0", got=self.weight_decay)
        Precision.parse(self.precision)
