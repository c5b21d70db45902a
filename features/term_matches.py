"""Where a query's terms stand in a document: compiled by numba, which importing this brings in."""

from __future__ import annotations

import numpy as np

from lrat_rank.features.compiled import compiled
from lrat_rank.features.forward import IntArray


@compiled
def slot_table(known: IntArray) -> IntArray:
    """A hash table from terms to slots in which every term has its cell: one look finds it.

    int32 (2, size): terms, −1 in free cells, and their slots. A term stands in the cell of its
    lowest bits; the size doubles until no two share one, which is at the latest when it has a cell
    for every id.

    >>> slot_table(np.array([5, 70]))[:, 5:8].tolist(), slot_table(np.array([5, 69])).shape
    ([[5, 70, -1], [0, 1, -1]], (2, 128))
    """
    size = 64
    while True:
        table, alone = np.full((2, size), -1, np.int32), True
        for slot in range(len(known)):
            cell = known[slot] & (size - 1)
            alone = alone and table[0, cell] < 0
            table[0, cell], table[1, cell] = known[slot], slot
        if alone:
            return table
        size *= 2


@compiled
def find_matches(tokens: IntArray, table: IntArray, place: IntArray, slot: IntArray) -> int:
    """Write a document's matches to the front of `place` and `slot`; returns how many they are.

    `tokens` int32 (n,) are the document's terms; `place` and `slot` have room for as many.

    >>> place, slot = np.zeros(3, int), np.zeros(3, int)
    >>> find_matches(np.array([70, 1, 5], np.int32), slot_table(np.array([5, 70])), place, slot)
    2
    >>> place[:2].tolist(), slot[:2].tolist()
    ([0, 2], [1, 0])
    """
    # A processor cannot guess whether a term matches, and a wrong guess costs it ten looks. So
    # every term is written, and the next one over it where it was no match.
    count, last = 0, table.shape[1] - 1
    for i in range(len(tokens)):
        cell = tokens[i] & last
        place[count], slot[count] = i, table[1, cell]
        count += table[0, cell] == tokens[i]
    return count
