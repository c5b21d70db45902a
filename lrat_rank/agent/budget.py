"""What a run may spend: tool calls, tokens, time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from lrat_rank.agent.status import Status
from lrat_rank.errors import InputError

CHARACTERS_PER_TOKEN = 4
"""For endpoints that do not say what a request took: of everything sent and of the reply."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What one run may spend.

    Attributes:
        steps: Tool calls, ≥ 1.
        tokens: Read and written, summed over all requests of the run, ≥ 1. Every request sends the
            whole conversation again, and counts in full.
        seconds: Wall time, > 0.
    """

    steps: int = 30
    tokens: int = 1_000_000
    seconds: float = 1_800.0

    def __post_init__(self) -> None:
        for name in ("steps", "tokens"):
            if getattr(self, name) < 1:
                raise InputError(f"max {name}", must="1 or more", got=getattr(self, name))
        if not self.seconds > 0:
            raise InputError("max seconds", must="more than 0", got=self.seconds)


def estimated_tokens(characters: int) -> int:
    """Tokens of a text whose tokenizer is not known: one for every 4 characters, rounded up.

    >>> estimated_tokens(0), estimated_tokens(9)
    (0, 3)
    """
    return math.ceil(characters / CHARACTERS_PER_TOKEN)


class Budget:
    """What is left of the limits; its time begins with it.

    >>> budget = Budget(Limits(steps=2, tokens=100))
    >>> budget.tokens += 100
    >>> budget.over(), budget.steps_left
    (<Status.OUT_OF_TOKENS: 'out_of_tokens'>, 2)
    """

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits, self._clock = limits, clock
        self._started = clock()
        self.steps = 0
        self.tokens = 0

    @property
    def steps_left(self) -> int:
        """Tool calls that may still be made."""
        return self._limits.steps - self.steps

    @property
    def seconds_left(self) -> float:
        """Wall time that is left; negative when it is over."""
        return self._limits.seconds - (self._clock() - self._started)

    def over(self) -> Status | None:
        """What ends the run now, whatever it would do next: time or tokens; None for neither."""
        if self.seconds_left <= 0:
            return Status.OUT_OF_TIME
        return Status.OUT_OF_TOKENS if self.tokens >= self._limits.tokens else None
