"""How a run of the agent ended."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """How a run ended; what a run that is logged says of itself."""

    COMPLETED = "completed"
    """It gave its answer, in the format it was asked for."""
    OUT_OF_STEPS = "out_of_steps"
    """Its tool calls were used up; what it then said without tools stands as its answer."""
    OUT_OF_TOKENS = "out_of_tokens"
    OUT_OF_TIME = "out_of_time"
    CONTEXT_EXCEEDED = "context_exceeded"
    """The conversation grew longer than the model can read."""
    REFUSED = "refused"
    """The endpoint's filter would not go on with this conversation."""
    NO_ANSWER = "no_answer"
    """It neither called a tool nor answered in the format, reminded of both; its last words, if
    there are any, stand as its answer."""
    ERROR = "error"
    """The endpoint failed it: the one ending after which a run is made again."""


ENDED = frozenset(Status) - {Status.ERROR}
"""The endings of a run that need not be made again."""
