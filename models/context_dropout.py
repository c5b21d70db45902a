"""Training lists that are shown without their context, so that a ranker works where none comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lrat_rank.errors import InputError
from lrat_rank.models.usable_lists import UsableList

_STREAM = 0x636F6E74
"""Sets these draws apart from others of the same seed, epoch and list."""


def check_context_dropout(share: float) -> None:
    """Check a share of lists.

    Raises:
        InputError: It is not in [0, 1].
    """
    if not 0 <= share <= 1:
        raise InputError("context_dropout", must="between 0 and 1", got=share)


def hides_context(share: float, *, seed: int, epoch: int, number: int) -> bool:
    """Whether an epoch shows a list without its context.

    Args:
        share: Of the lists that are shown so, in [0, 1], each drawn alone.
        seed: Of the draws.
        epoch: From 0.
        number: The list's.
    """
    return bool(np.random.default_rng((_STREAM, seed, epoch, number)).random() < share)


def drop_contexts(
    lists: Sequence[UsableList], share: float, *, seed: int, epoch: int = 0
) -> list[UsableList]:
    """The lists, some of them without their context.

    Whether a list is one of them depends on nothing but the seed, the epoch and its number; where
    the share grows, lists join and none leaves.

    Args:
        lists: Training lists.
        share: Of the lists that lose it, in [0, 1].
        seed: Of the draws.
        epoch: From 0.

    Raises:
        InputError: The share is not in [0, 1].
    """
    check_context_dropout(share)
    return [
        without_context(one) if hides_context(share, seed=seed, epoch=epoch, number=number) else one
        for number, one in enumerate(lists)
    ]


def without_context(one: UsableList) -> UsableList:
    """The list as a tool that passes no context would have it ranked."""
    return replace(one, context=None)
