"""Where a query's terms stand in a document: compiled by numba, which importing this brings in."""

from __future__ import annotations

import numpy as np

from lrat_rank.features.compiled import compiled
from lrat_rank.features.forward import IntArray

_CELLS_A_TERM = 64
"""Where terms share a cell of a larger table than this, the table is not made larger still."""


@compiled
def slot_table(known: IntArray) -> tuple[IntArray, bool]:
    """A hash table from terms to slots, in which most queries' terms have a cell each.

    Returns:
        int32 (2, size), terms, −1 in free cells, and their slots; and whether every term stands in
        the cell of its lowest bits, so that one look finds it. Where one does not, it stands in the
        first free cell behind. The size doubles until no two share a cell, within bounds.

    >>> table, alone = slot_table(np.array([5, 70]))
    >>> table[:, 5:8].tolist(), alone
    ([[5, 70, -1], [0, 1, -1]], True)
    >>> table, alone = slot_table(np.array([5, 5 + 2**20]))
    >>> table[1, 4:8].tolist(), alone
    ([-1, 0, 1, -1], False)
    """
    size, most = 64, _CELLS_A_TERM * len(known)
    while size < 2 * len(known):
        size *= 2
    while True:
        table, alone = np.full((2, size), -1, np.int32), True
        for slot in range(len(known)):
            cell = known[slot] & (size - 1)
            while table[0, cell] >= 0:
                cell, alone = (cell + 1) & (size - 1), False
            table[0, cell], table[1, cell] = known[slot], slot
        if alone or size >= most:
            return table, alone
        size *= 2


@compiled
def find_matches(
    tokens: IntArray, table: IntArray, alone: bool, place: IntArray, slot: IntArray
) -> int:
    """Write a document's matches to the front of `place` and `slot`; returns how many they are.

    `tokens` int32 (n,) are the document's terms; `table` and `alone` are from `slot_table`; `place`
    and `slot` have room for as many as there are terms.

    >>> place, slot = np.zeros(3, int), np.zeros(3, int)
    >>> table, alone = slot_table(np.array([5, 70]))
    >>> find_matches(np.array([70, 1, 5], np.int32), table, alone, place, slot)
    2
    >>> place[:2].tolist(), slot[:2].tolist()
    ([0, 2], [1, 0])
    """
    count, last = 0, table.shape[1] - 1
    if alone:
        # A processor cannot guess whether a term matches, and a wrong guess costs it ten looks. So
        # every term is written, and the next one over it where it was no match.
        for i in range(len(tokens)):
            cell = tokens[i] & last
            place[count], slot[count] = i, table[1, cell]
            count += table[0, cell] == tokens[i]
        return count
    for i in range(len(tokens)):
        cell = tokens[i] & last
        while table[0, cell] >= 0 and table[0, cell] != tokens[i]:
            cell = (cell + 1) & last
        place[count], slot[count] = i, table[1, cell]
        count += table[0, cell] >= 0
    return count
