"""How near the query's terms stand to each other in a document.

All functions take the documents' terms one after the other, as `Field.gather` gives them:
`slots` int (n,), which query term each is (−1: none), and `owner` int (n,), whose it is.
"""

from __future__ import annotations

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
    nearest = np.full(n_candidates, np.inf)
    np.minimum.at(nearest, owner[right[pair]], (right - left)[pair])
    return np.where(np.isfinite(nearest), nearest, np.nan)


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
    shortest = np.full(n_candidates, np.inf)
    np.minimum.at(shortest, document[whole], (matches - first + 1)[whole])
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
    wanted = np.unique(np.stack((query[:-1], query[1:])), axis=1)
    if wanted.shape[1] == 0:
        return np.full(n_candidates, np.nan)
    base = int(max(query.max(), slots.max(initial=-1))) + 1
    known = (wanted >= 0).all(axis=0)
    codes = wanted[0, known] * base + wanted[1, known]
    left, right = slots[:-1], slots[1:]
    beside = (left >= 0) & (right >= 0) & (owner[:-1] == owner[1:])
    code, document = (left * base + right)[beside], owner[1:][beside]
    hit = np.isin(code, codes)
    found = np.unique(document[hit] * base * base + code[hit]) // max(base * base, 1)
    share: FloatArray = np.bincount(found, minlength=n_candidates) / wanted.shape[1]
    return share


def first_match(slots: IntArray, owner: IntArray, n_candidates: int) -> FloatArray:
    """How many terms stand before the first query term; NaN where none occurs.

    >>> first_match(np.array([-1, 0, -1, -1]), np.array([0, 0, 1, 1]), 2).tolist()
    [1.0, nan]
    """
    matches = np.flatnonzero(slots >= 0)
    first = np.full(n_candidates, np.inf)
    np.minimum.at(first, owner[matches], matches)
    starts = np.searchsorted(owner, np.arange(n_candidates))
    return np.where(np.isfinite(first), first - starts, np.nan)
