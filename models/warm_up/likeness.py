"""Documents that may answer a made query as well as the one it was made from."""

from __future__ import annotations

import numpy as np

from lrat_rank.features.forward import BoolArray, ForwardIndex, IntArray


def may_answer_too(
    forward: ForwardIndex,
    own: int,
    rows: IntArray,
    *,
    near_duplicate: float,
    words: str = "",
) -> BoolArray:
    """Which documents are no negatives for a query that was made from another.

    Those are the ones that have the other's title, that share many of its terms, and that hold
    all of the words that are said to answer the query.

    Args:
        forward: The corpus.
        own: The row the query was made from.
        rows: int (documents,).
        near_duplicate: The least Jaccard similarity of the sets of terms that counts as much.
        words: A document that holds all their terms, in title and text together, may answer too.

    Returns:
        bool (documents,).

    >>> from lrat_rank.collections.analyzer import Analyzer
    >>> texts = ["a red fox ran home", "red fox ran home", "a red hen", "a fox is red"]
    >>> index = ForwardIndex.build([("", text) for text in texts], Analyzer())
    >>> may_answer_too(index, 0, np.array([1, 2, 3]), near_duplicate=0.9).tolist()
    [True, False, False]
    >>> may_answer_too(
    ...     index, 0, np.array([1, 2, 3]), near_duplicate=0.9, words="red foxes"
    ... ).tolist()
    [True, False, True]
    """
    every = np.concatenate(([own], rows))
    owner, term = _term_sets(forward, every)
    own_terms, asked = term[owner == 0], np.unique(forward.term_ids(words))
    sizes = np.bincount(owner, minlength=len(every))
    shared = np.bincount(owner[np.isin(term, own_terms)], minlength=len(every))
    held = np.bincount(owner[np.isin(term, asked)], minlength=len(every))
    jaccard = shared / np.maximum(sizes + len(own_terms) - shared, 1)
    likely = (jaccard >= near_duplicate) | _same_title(forward, own, every)
    if len(asked):
        likely |= held == len(asked)
    return np.asarray(likely[1:])


def _term_sets(forward: ForwardIndex, rows: IntArray) -> tuple[IntArray, IntArray]:
    """The distinct terms of each document: positions in `rows`, and terms."""
    parts = [field.gather(rows) for field in (forward.title, forward.text)]
    tokens = np.concatenate([tokens for tokens, _ in parts]).astype(np.int64)
    owners = np.concatenate([owners for _, owners in parts])
    size = max(len(forward.vocabulary), 1)
    pairs = np.unique(owners * size + tokens)
    return pairs // size, pairs % size


def _same_title(forward: ForwardIndex, own: int, rows: IntArray) -> BoolArray:
    """Which documents have the title of one of them, that has one, term for term."""
    title = forward.title
    mine, _ = title.gather(np.array([own]))
    same = (title.lengths[rows] == len(mine)) & (len(mine) > 0)
    places = np.flatnonzero(same)
    tokens, _ = title.gather(rows[places])
    same[places] = (tokens.reshape(len(places), len(mine)) == mine).all(axis=1)
    return np.asarray(same)
