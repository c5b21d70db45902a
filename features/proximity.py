"""Where the query's terms stand in a document, and how near to each other: compiled by numba.

A document is seen through its matches, in order: `place` int64 (k,), how many terms stand before
each, and `slot` int64 (k,), which of the query's known terms each is. Importing this module imports
numba.
"""

from __future__ import annotations

import numpy as np

from lrat_rank.features.compiled import compiled
from lrat_rank.features.forward import BoolArray, FloatArray, IntArray
from lrat_rank.features.term_matches import find_matches, slot_table

REACH = 8
"""Terms in the window within which two terms count as near each other."""


@compiled
def min_distance(place: IntArray, slot: IntArray) -> float:
    """The smallest distance between two different query terms, in terms; neighbours have 1.

    The closest pair has no other match between its two. NaN where fewer than two terms occur.

    Source: Tao and Zhai, "An Exploration of Proximity Measures in Information Retrieval",
    SIGIR 2007, section 3.2 (MinDist).

    >>> min_distance(np.array([0, 3, 5]), np.array([0, 1, 0]))
    2.0
    """
    best = np.nan
    for i in range(1, len(place)):
        if slot[i] != slot[i - 1] and not best <= place[i] - place[i - 1]:
            best = float(place[i] - place[i - 1])
    return best


@compiled
def min_window(place: IntArray, slot: IntArray, inside: IntArray) -> float:
    """The length of the shortest passage that holds every query term the document holds.

    NaN where fewer than two query terms occur. `inside` int64 (terms,) is room to count in.
    Source: Tao and Zhai, section 3.1 (MinCover).

    >>> min_window(np.array([0, 2, 5, 6, 7]), np.array([0, 1, 2, 1, 0]), np.zeros(3, int))
    3.0
    """
    inside[:] = 0
    lacking, best, first = 0, np.nan, 0
    for one in slot:
        lacking += inside[one] == 0
        inside[one] = 1
    if lacking < 2:
        return best
    inside[:] = 0
    for last in range(len(place)):
        lacking -= inside[slot[last]] == 0
        inside[slot[last]] += 1
        while lacking == 0:
            if not best <= place[last] - place[first] + 1:
                best = float(place[last] - place[first] + 1)
            inside[slot[first]] -= 1
            lacking += inside[slot[first]] == 0
            first += 1
    return best


@compiled
def pair_numbers(query: IntArray, n_terms: int, ordered: bool) -> tuple[IntArray, int]:
    """Numbers for the pairs of terms that are neighbours in the query.

    `query` int64 (m,) is the slot of each query term in order, a distinct negative for a term the
    index does not know. If not `ordered`, (a, b) and (b, a) are one pair, and (a, a) is none.

    Returns:
        int64 (n_terms, n_terms), each pair's number or −1, and how many distinct pairs there are,
        those with an unknown term among them.

    >>> pair_numbers(np.array([0, 1, 0, -1]), 2, False)
    (array([[-1,  0],
           [ 0, -1]]), 2)
    """
    numbers = np.full((n_terms, n_terms), -1)
    count = 0
    for i in range(len(query) - 1):
        a, b = query[i], query[i + 1]
        if not ordered and a == b:
            continue
        new = True
        if a >= 0 and b >= 0:
            new = numbers[a, b] < 0
        else:
            for j in range(i):
                same = query[j] == a and query[j + 1] == b
                turned = query[j] == b and query[j + 1] == a
                if same or (turned and not ordered):
                    new = False
        if new:
            if a >= 0 and b >= 0:
                numbers[a, b] = count
                if not ordered:
                    numbers[b, a] = count
            count += 1
    return numbers, count


@compiled
def pairs_near(place: IntArray, slot: IntArray, numbers: IntArray, seen: BoolArray) -> int:
    """How many distinct pairs of the query's neighbours stand within `REACH` terms, in any order.

    `numbers` int64 (terms, terms) are from `pair_numbers`, not ordered; `seen` bool (pairs + 1,) is
    room to count in, the last cell for no pair.

    Source: the unordered window of Metzler and Croft, "A Markov Random Field Model for Term
    Dependencies", SIGIR 2005, counted once a pair.

    >>> numbers, count = pair_numbers(np.array([0, 1, 2]), 3, False)
    >>> pairs_near(np.array([0, 7, 15]), np.array([1, 0, 2]), numbers, np.zeros(3, bool)), count
    (1, 2)
    """
    seen[:] = False
    for i in range(len(place)):
        for j in range(i + 1, len(place)):
            if place[j] - place[i] >= REACH:
                break
            seen[numbers[slot[i], slot[j]]] = True
    found: int = seen[:-1].sum()
    return found


@compiled
def pairs_adjacent(
    place: IntArray, slot: IntArray, numbers: IntArray, seen: BoolArray
) -> tuple[int, int]:
    """How many distinct pairs stand as neighbours in the query's order, and in how long a stretch.

    The stretch is the longest whose every two neighbours are neighbours in the query too, in
    terms: 1 where single terms stand alone, 0 where none occurs. `numbers` int64 (terms, terms) are
    from `pair_numbers`, ordered; `seen` bool (pairs + 1,) is room to count in.

    Source: the ordered window of Metzler and Croft, as above.

    >>> numbers, _ = pair_numbers(np.array([0, 1, 2]), 3, True)
    >>> place, slot = np.array([0, 1, 2, 4]), np.array([0, 1, 2, 1])
    >>> pairs_adjacent(place, slot, numbers, np.zeros(3, bool))
    (2, 3)
    """
    seen[:] = False
    longest = run = min(len(place), 1)
    for i in range(1, len(place)):
        pair = numbers[slot[i - 1], slot[i]] if place[i] == place[i - 1] + 1 else -1
        seen[pair] = True
        run = run + 1 if pair >= 0 else 1
        longest = max(longest, run)
    return seen[:-1].sum(), longest


@compiled
def order_agreement(slot: IntArray, first: IntArray) -> float:
    """Of the matches that follow each other, the share that keeps the query's order.

    In [0, 1]; NaN where no two different query terms follow each other. `first` is from
    `first_places`.

    >>> round(order_agreement(np.array([0, 1, 0, 2]), np.array([0, 1, 2])), 3)
    0.667
    """
    pairs = kept = 0
    for i in range(1, len(slot)):
        if slot[i] != slot[i - 1]:
            pairs += 1
            kept += first[slot[i - 1]] < first[slot[i]]
    return kept / pairs if pairs else np.nan


@compiled
def stands_in(slot: IntArray, query: IntArray) -> bool:
    """Whether a document of nothing but query terms stands in the query, whole and in order.

    >>> stands_in(np.array([1, 0]), np.array([0, 1, 0])), stands_in(np.array([1, 1]), np.array([1]))
    (True, False)
    """
    for start in range(len(query) - len(slot) + 1):
        same = True
        for i in range(len(slot)):
            if query[start + i] != slot[i]:
                same = False
                break
        if same:
            return True
    return False


@compiled
def first_places(query: IntArray, n_terms: int) -> IntArray:
    """int64 (terms,); where in the query each known term first stands.

    >>> first_places(np.array([1, -1, 0, 1]), 2)
    array([2, 0])
    """
    first = np.zeros(n_terms, np.int64)
    for i in range(len(query) - 1, -1, -1):
        if query[i] >= 0:
            first[query[i]] = i
    return first


FourArrays = tuple[IntArray, IntArray, IntArray, IntArray]


@compiled
def match_documents(documents: FourArrays, queries: FourArrays) -> tuple[IntArray, FloatArray]:
    """One pass over some documents of a field.

    Args:
        documents: int32 (total terms,), the terms of the whole collection; int64
            (documents + 1,), where each document's begin; int64 (candidates,), their rows; int64
            (candidates,), the query of each, not decreasing.
        queries: `known`, `n_known`, `sequence` and `lengths` of a `QueryBatch`.

    Returns:
        int32 (candidates, terms), occurrences of each term; and float64 (8, candidates), the
        values of `FieldMatches` in order. They are NaN where the field is empty.
    """
    tokens, offsets, rows, owner = documents
    known, n_known, sequence, lengths = queries
    frequency = np.zeros((len(rows), known.shape[1]), np.int32)
    values = np.full((8, len(rows)), np.nan)
    start = 0
    while start < len(rows):
        number, end = owner[start], start
        while end < len(rows) and owner[end] == number:
            end += 1
        match_list(
            (tokens, offsets, rows[start:end]),
            known[number, : n_known[number]],
            sequence[number, : lengths[number]],
            frequency[start:end],
            values[:, start:end],
        )
        start = end
    return frequency, values


@compiled
def match_list(
    documents: tuple[IntArray, IntArray, IntArray],
    known: IntArray,
    query: IntArray,
    frequency: IntArray,
    values: FloatArray,
) -> None:
    """Fill in `frequency` and `values` for the candidates of one query; as `match_documents`."""
    tokens, offsets, rows = documents
    table, alone = slot_table(known)
    n_terms = len(known)
    ordered, n_ordered = pair_numbers(query, n_terms, True)
    either, n_either = pair_numbers(query, n_terms, False)
    first = first_places(query, n_terms)
    longest = (offsets[rows + 1] - offsets[rows]).max()
    places, slots = np.empty(longest, np.int64), np.empty(longest, np.int64)
    inside, seen = np.empty(n_terms, np.int64), np.empty(max(n_ordered, n_either) + 1, np.bool_)
    for c in range(len(rows)):
        document = tokens[offsets[rows[c]] : offsets[rows[c] + 1]]
        if len(document) == 0:
            continue
        count = find_matches(document, table, alone, places, slots)
        place, slot = places[:count], slots[:count]
        for i in range(count):
            frequency[c, slot[i]] += 1
        if count:
            values[0, c] = place[0]
        if count > 1:
            values[1, c] = min_distance(place, slot)
            values[2, c] = min_window(place, slot, inside)
            values[6, c] = order_agreement(slot, first)
        adjacent, run = pairs_adjacent(place, slot, ordered, seen[: n_ordered + 1])
        if n_ordered:
            values[3, c] = adjacent / n_ordered
        if n_either:
            values[4, c] = pairs_near(place, slot, either, seen[: n_either + 1]) / n_either
        if len(query):
            values[5, c] = min(run, len(query)) / len(query)
        values[7, c] = count == len(document) and stands_in(slot, query)
