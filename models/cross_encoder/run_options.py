"""What a run of the training does beside training; none of it changes the model."""

from __future__ import annotations

import msgspec

from lrat_rank.errors import InputError


class RunOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a training is run.

    Attributes:
        fresh: Whether to start anew where an interrupted training with the same labels and options
            left its checkpoints; else it is gone on with.
        save_every: Seconds of training between checkpoints; ≥ 0, 0 for one after each step.
        strict: Whether a model that fails its gate is refused instead of written.
        command: The command that was given, for the model card.
    """

    fresh: bool = False
    save_every: float = 120.0
    strict: bool = False
    command: str = ""

    def __post_init__(self) -> None:
        if not self.save_every >= 0:
            raise InputError("save_every", must="at least 0 seconds", got=self.save_every)
