"""Pairs cut into chunks of like length, so that a training step computes little padding."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_CALL = 0.075
"""What a call of the model costs beside its tokens, as a share of the tokens that suit a device: it
casts all weights, and adds up their gradients, once more. In training MiniLM on two cores that is
150 tokens; on an accelerator it has not been measured."""


def chunks_of_like_length(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Positions in chunks, longest first, cut where padding and calls together cost least.

    Args:
        lengths: Tokens of each pair, ≥ 1; not empty.
        budget: (pairs of a chunk) · (its longest pair) is at most this; a longer pair stands alone.

    >>> chunks_of_like_length([30, 200, 31, 190, 29], budget=2048)
    [[1, 3], [2, 0, 4]]
    >>> chunks_of_like_length([30, 40, 31], budget=2048), chunks_of_like_length([9, 9], budget=10)
    ([[1, 2, 0]], [[0], [1]])
    """
    widths = np.asarray(lengths, dtype=np.int64)
    order = np.argsort(-widths, kind="stable")
    widths = widths[order]
    places, call = np.arange(len(order)), _CALL * budget
    # For the first n pairs: what they cost at best, and where the last chunk begins then.
    least, begins = np.zeros(len(order) + 1), [0]
    for end in range(1, len(order) + 1):
        padded = (end - places[:end]) * widths[:end]
        fits = padded <= budget
        fits[-1] = True
        costs = np.where(fits, least[:end] + padded + call, np.inf)
        begins.append(int(costs.argmin()))
        least[end] = costs[begins[-1]]
    chunks, end = [], len(order)
    while end:
        chunks.append(order[begins[end] : end].tolist())
        end = begins[end]
    return chunks[::-1]
