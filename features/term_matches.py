"""Where a query's terms stand in a document: compiled by numba, which importing this brings in."""

from __future__ import annotations

import numpy as np

from lrat_rank.features.compiled import compiled
from lrat_rank.features.forward import IntArray


@compiled
def slot_table(known: IntArray) -> IntArray:
    """A hash table from terms to slots: one look finds out that a term is none of the query's.

    int64 (2, size): terms, −1 in free cells, and their slots. A term stands in the cell of its
    lowest bits, or in the first one free behind it.

    >>> slot_table(np.array([5, 70]))[:, 5:8].tolist()
    [[5, 70, -1], [0, 1, -1]]
    """
    size = 64
    while size < 8 * len(known):
        size *= 2
    table = np.full((2, size), -1)
    for slot in range(len(known)):
        cell = known[slot] & (size - 1)
        while table[0, cell] >= 0:
            cell = (cell + 1) & (size - 1)
        table[0, cell], table[1, cell] = known[slot], slot
    return table


@compiled
def find_matches(tokens: IntArray, table: IntArray, place: IntArray, slot: IntArray) -> int:
    """Write a document's matches to the front of `place` and `slot`; returns how many they are.

    `tokens` int32 (n,) are the document's terms; `place` and `slot` have room for as many.

    >>> place, slot = np.zeros(3, int), np.zeros(3, int)
    >>> find_matches(np.array([70, 1, 5], np.int32), slot_table(np.array([5, 70])), place, slot)
    2
    >>> place.tolist(), slot.tolist()
    ([0, 2, 0], [1, 0, 0])
    """
    count, last = 0, table.shape[1] - 1
    for i in range(len(tokens)):
        cell = tokens[i] & last
        while table[0, cell] >= 0:
            if table[0, cell] == tokens[i]:
                place[count], slot[count] = i, table[1, cell]
                count += 1
                break
            cell = (cell + 1) & last
    return count
