"""The processes that train together under `torchrun`: who is first, and what all of them know."""

from __future__ import annotations

from typing import Any, TypeVar

import torch.distributed as dist

from lrat_rank.progress import say

Value = TypeVar("Value")


def count() -> int:
    """How many processes train together; 1 outside `torchrun`."""
    return dist.get_world_size() if _together() else 1


def number() -> int:
    """Which of them this is, from 0."""
    return dist.get_rank() if _together() else 0


def is_first() -> bool:
    """Whether this process is the one that writes and speaks."""
    return number() == 0


def gathered(value: Value) -> list[Value]:
    """Every process's value, in the order of their numbers."""
    if not _together():
        return [value]
    values: list[Any] = [None] * count()
    dist.all_gather_object(values, value)
    return values


def of_first(value: Value) -> Value:
    """The first process's value, in all of them."""
    return gathered(value)[0]


def wait_for_all() -> None:
    """Go on when every process has come here."""
    gathered(None)


def tell(message: str) -> None:
    """One plain line, said once."""
    if is_first():
        say(message)


def _together() -> bool:
    return bool(dist.is_available() and dist.is_initialized())
