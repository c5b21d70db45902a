"""How near the query's terms stand to each other in a document.

All functions take the documents' terms one after the other, as `Field.gather` gives them:
`slots` int (n,), which query term each is (−1: none), and `owner` int (n,), whose it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from lrat_rank.features.forward import FloatArray, IntArray


def min_distance(slots: IntArray, owner: IntArray, n_candidates: int) -> FloatArray:
    """The smallest distance between two different query terms, in terms; neighbours have 1.

    The closest pair always consists of two occurrences with no other match between them, so one
    pass over neighbouring matches finds it.

    Returns:
        float64 (candidates,), ≥ 1; NaN where fewer than two query terms occur.

    Source: Tao and Zhai, "An Exploration of Proximity Measures in Information Retrieval",
    SIGIR 2007, section 3.2 (MinDist).

    >>> min_distance(np.array([0, -1, -1, 1, -1, 0]), np.zeros(6, int), 1).tolist()
    [2.0]
    """
    matches = np.flatnonzero(slots >= 0)
    left, right = matches[:-1], matches[1:]
    pair = (owner[left] == owner[right]) & (slots[left] != slots[right])
    return _smallest((right - left)[pair], owner[right[pair]], n_candidates)


def min_window(slots: IntArray, owner: IntArray, n_candidates: int, n_terms: int) -> FloatArray:
    """The length of the shortest passage that holds every query term the document holds.

    Returns:
        float64 (candidates,), ≥ 2; NaN where fewer than two query terms occur.

    Source: Tao and Zhai, SIGIR 2007, section 3.1 (MinCover).

    >>> min_window(np.array([0, -1, 1, -1, -1, 2, 1, 0]), np.zeros(8, int), 1, 3).tolist()
    [3.0]
    """
    matches = np.flatnonzero(slots >= 0)
    slot, document = slots[matches], owner[matches]
    held = np.zeros((n_candidates, n_terms), dtype=bool)
    held[document, slot] = True
    # Where each term was last seen, at every match; occurrences in earlier documents do not count.
    last = np.full((len(matches), n_terms), -1)
    last[np.arange(len(matches)), slot] = matches
    np.maximum.accumulate(last, axis=0, out=last)
    seen = last >= np.searchsorted(owner, document)[:, None]
    whole = (seen | ~held[document]).all(axis=1)
    first = np.where(seen, last, len(slots)).min(axis=1, initial=len(slots))
    shortest = _smallest((matches - first + 1)[whole], document[whole], n_candidates)
    return np.where(held.sum(axis=1) >= 2, shortest, np.nan)


def bigram_share(
    slots: IntArray, owner: IntArray, n_candidates: int, query: IntArray
) -> FloatArray:
    """The share of the query's neighbouring term pairs that stand so, in order, in the document.

    Args:
        slots: As above.
        owner: As above.
        n_candidates: How many documents there are.
        query: (m,); the slot of each query term in order, a distinct negative for an unknown one.

    Returns:
        float64 (candidates,), in [0, 1]; NaN when the query has no two neighbouring terms.

    Source: the ordered window of Metzler and Croft, "A Markov Random Field Model for Term
    Dependencies", SIGIR 2005.

    >>> bigram_share(np.array([0, 1, -1, 2]), np.zeros(4, int), 1, np.array([0, 1, 2])).tolist()
    [0.5]
    """
    wanted = set(pairwise(query.tolist()))
    if not wanted:
        return np.full(n_candidates, np.nan)
    numbers = _pair_numbers([pair for pair in wanted if min(pair) >= 0], slots, query)
    matches = np.flatnonzero(slots >= 0)
    left, right = matches[:-1], matches[1:]
    beside = (right == left + 1) & (owner[left] == owner[right])
    left, right = left[beside], right[beside]
    pair = numbers[slots[left], slots[right]]
    found = np.zeros((n_candidates, len(wanted)), dtype=bool)
    found[owner[left[pair >= 0]], pair[pair >= 0]] = True
    share: FloatArray = found.sum(axis=1) / len(wanted)
    return share


def first_match(slots: IntArray, owner: IntArray, n_candidates: int) -> FloatArray:
    """How many terms stand before the first query term; NaN where none occurs.

    >>> first_match(np.array([-1, 0, -1, -1]), np.array([0, 0, 1, 1]), 2).tolist()
    [1.0, nan]
    """
    matches = np.flatnonzero(slots >= 0)
    first = _smallest(matches, owner[matches], n_candidates)
    return first - np.searchsorted(owner, np.arange(n_candidates))


def _smallest(values: IntArray, owner: IntArray, n_candidates: int) -> FloatArray:
    """float64 (candidates,); each one's smallest value, NaN without; `owner` does not decrease."""
    smallest = np.full(n_candidates, np.nan)
    if len(values):
        starts = np.flatnonzero(np.diff(owner, prepend=-1))
        smallest[owner[starts]] = np.minimum.reduceat(values, starts)
    return smallest


def _pair_numbers(pairs: Sequence[tuple[int, int]], slots: IntArray, query: IntArray) -> IntArray:
    """int64 (slots, slots); the number of each pair of slots, −1 for a pair not among them."""
    base = int(max(query.max(initial=-1), slots.max(initial=-1))) + 1
    numbers = np.full((base, base), -1)
    for number, (left, right) in enumerate(pairs):
        numbers[left, right] = number
    return numbers


def close_pair_share(
    slots: IntArray, owner: IntArray, n_candidates: int, query: IntArray, reach: int
) -> FloatArray:
    """The share of the query's neighbouring term pairs that stand near each other, in any order.

    Args:
        slots: As above.
        owner: As above.
        n_candidates: How many documents there are.
        query: (m,); as for `bigram_share`.
        reach: Two terms are near if the window that holds both has at most so many terms.

    Returns:
        float64 (candidates,), in [0, 1]; NaN when the query has no two neighbouring terms that
        differ.

    Source: the unordered window of Metzler and Croft, SIGIR 2005, counted once a pair.

    >>> slots = np.array([1, -1, 0, -1, -1, 2])
    >>> close_pair_share(slots, np.zeros(6, int), 1, np.array([0, 1, 2]), 3).tolist()
    [0.5]
    """
    wanted = {(min(pair), max(pair)) for pair in pairwise(query.tolist()) if len(set(pair)) == 2}
    if not wanted:
        return np.full(n_candidates, np.nan)
    known = [pair for pair in wanted if min(pair) >= 0]
    numbers = _pair_numbers(known, slots, query)
    numbers = np.maximum(numbers, numbers.T)
    found = np.zeros((n_candidates, len(wanted)), dtype=bool)
    matches = np.flatnonzero(slots >= 0)
    slot, document = slots[matches], owner[matches]
    # A gap between documents, so that no window reaches from one into the next.
    place = matches + document * reach
    # A window of `reach` terms holds at most `reach` matches, so further ones need no look.
    for ahead in range(1, min(reach, len(matches))):
        near = np.flatnonzero(place[ahead:] - place[:-ahead] < reach)
        if len(near) == 0:
            break
        pair = numbers[slot[near], slot[near + ahead]]
        hit = pair >= 0
        found[document[near[hit]], pair[hit]] = True
    share: FloatArray = found.sum(axis=1) / len(wanted)
    return share


def longest_run(slots: IntArray, owner: IntArray, n_candidates: int, query: IntArray) -> FloatArray:
    """Terms in the longest stretch whose every two neighbours are neighbours in the query too.

    Returns:
        float64 (candidates,), at most the query's length; 1 where single terms stand alone, 0
        where none occurs.

    >>> slots = np.array([0, 1, 2, -1, 1, 2, 0, 1])
    >>> longest_run(slots, np.array([0, 0, 0, 0, 1, 1, 1, 1]), 2, np.array([0, 1, 2])).tolist()
    [3.0, 2.0]
    """
    if len(query) == 0 or len(slots) == 0:
        return np.zeros(n_candidates)
    base = int(max(query.max(), slots.max())) + 1
    follows = np.zeros((base, base), dtype=bool)
    known = (query[:-1] >= 0) & (query[1:] >= 0)
    follows[query[:-1][known], query[1:][known]] = True
    matches = np.flatnonzero(slots >= 0)
    left, right = matches[:-1], matches[1:]
    linked = (right == left + 1) & (owner[left] == owner[right])
    linked[linked] = follows[slots[left[linked]], slots[right[linked]]]
    number = np.arange(len(matches))
    # A stretch begins at every match that is not linked to the one before it.
    begins = np.concatenate(([True], ~linked))[: len(matches)]
    length = number - np.maximum.accumulate(np.where(begins, number, 0)) + 1
    return np.minimum(np.nan_to_num(-_smallest(-length, owner[matches], n_candidates)), len(query))


def order_agreement(
    slots: IntArray, owner: IntArray, n_candidates: int, query: IntArray
) -> FloatArray:
    """Of the matches that follow each other, the share that keeps the query's order.

    Args:
        slots: As above.
        owner: As above.
        n_candidates: How many documents there are.
        query: (m,); as for `bigram_share`. A term's place is that of its first occurrence.

    Returns:
        float64 (candidates,), in [0, 1]; NaN where no two different query terms follow each other.

    >>> slots = np.array([0, -1, 1, 0, 2])
    >>> order_agreement(slots, np.zeros(5, int), 1, np.array([0, 1, 2])).round(3).tolist()
    [0.667]
    """
    place = np.zeros(int(max(query.max(initial=-1), slots.max(initial=-1))) + 1)
    for position in range(len(query) - 1, -1, -1):
        if query[position] >= 0:
            place[query[position]] = position
    matches = np.flatnonzero(slots >= 0)
    left, right = matches[:-1], matches[1:]
    pair = (owner[left] == owner[right]) & (slots[left] != slots[right])
    left, right = left[pair], right[pair]
    kept = place[slots[left]] < place[slots[right]]
    pairs = np.bincount(owner[left], minlength=n_candidates)
    share = np.bincount(owner[left], kept, n_candidates) / np.maximum(pairs, 1)
    return np.where(pairs > 0, share, np.nan)
