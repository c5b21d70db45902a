"""Batches of few distinct shapes, for a processor, which keeps memory for each it has seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

_FINEST = 4
"""Tokens between the shortest widths."""
_WIDTHS_A_DOUBLING = 8


class Batch(NamedTuple):
    """Pairs that a model reads at once.

    Attributes:
        positions: Which pairs; their number is a power of two.
        width: Tokens that each of them is padded to.
    """

    positions: list[int]
    width: int


def few_shapes(lengths: Sequence[int], budget: int, longest: int) -> list[Batch]:
    """All pairs in batches of like length, longest first, in few distinct shapes.

    In bfloat16 torch has oneDNN compile each matrix product for its exact number of rows, which is
    here a batch's padded tokens. Part of what it compiles outlives even its cache, whatever the
    cache's capacity, so that a process that meets ever new numbers grows without end: by more than
    a megabyte with each for a model of 384 units.

    Numbers of pairs that are powers of two, times the widths of `width_of`, make at most 8 products
    a doubling of the budget beyond 64 tokens; those of 2048 tokens, 56 in all for one number of
    cores.

    A rest that is no power of two is split and not padded: a call of a model costs as much as some
    40 tokens, about one pair, and the smaller batches need less padding.

    Args:
        lengths: Tokens of each pair, ≥ 1.
        budget: (pairs of a batch) · (its width) is at most this; a longer pair stands alone.
        longest: Tokens a pair that the model takes; no width is beyond it.

    >>> few_shapes([30, 9, 18, 10, 31], budget=80, longest=512)
    [Batch(positions=[4, 0], width=32), Batch(positions=[2, 3], width=20), \
Batch(positions=[1], width=12)]
    """
    order = np.argsort(-np.asarray(lengths, dtype=np.int64), kind="stable").tolist()
    batches: list[Batch] = []
    start = 0
    while start < len(order):
        width = min(width_of(lengths[order[start]]), longest)
        most = min(max(1, budget // width), len(order) - start)
        count = 1 << (most.bit_length() - 1)
        batches.append(Batch(order[start : start + count], width))
        start += count
    return batches


def width_of(length: int) -> int:
    """The width that a pair of so many tokens is padded to.

    There are 8 between a power of two and the next, but none closer than 4 tokens.

    >>> [width_of(length) for length in (1, 30, 64, 65, 129, 500)]
    [4, 32, 64, 72, 144, 512]
    """
    step = max(_FINEST, (1 << (length - 1).bit_length()) // (2 * _WIDTHS_A_DOUBLING))
    return -(-length // step) * step
