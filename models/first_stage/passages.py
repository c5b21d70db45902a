"""A document cut into passages: its sentences, and stretches of word pieces that overlap."""

from __future__ import annotations

import re

import numpy as np

from lrat_rank.collections import Document
from lrat_rank.features.forward import FloatArray, IntArray

WINDOW = 48
"""Word pieces in a window; the next one begins half a window on."""

_SENTENCE_END = re.compile(r"(?<!\b[A-Z])[.!?]+[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9])|\n\s*\n")


def sentence_starts(document: Document) -> IntArray:
    """int64 (sentences,); the characters of `document.contents` where its sentences begin.

    The title is a sentence. A full stop after a single capital letter ends none.

    >>> sentence_starts(Document("d", "J. Doe wrote. It rained!", "A life")).tolist()
    [0, 6, 21]
    """
    title = len(document.title.strip())
    contents = document.contents
    ends = [match.end() for match in _SENTENCE_END.finditer(contents, title)]
    return np.unique(np.array([0, title, *ends], dtype=np.int64))


def sentence_means(states: FloatArray, starts: IntArray, sentences: IntArray) -> FloatArray:
    """The mean state of each sentence that has a word piece.

    Args:
        states: float (n, d); one a word piece, in order.
        starts: int64 (n,); the character where each piece begins.
        sentences: int64 (sentences,); the characters where sentences begin, increasing.

    Returns:
        float (m, d), m ≤ sentences.

    >>> sentence_means(np.array([[1.0], [3.0], [5.0]]), np.array([0, 4, 9]), np.array([0, 8]))
    array([[2.],
           [5.]])
    """
    if len(states) == 0:
        return states
    sentence = np.searchsorted(sentences, starts, side="right")
    first = np.flatnonzero(np.diff(sentence, prepend=-1))
    counts = np.diff(np.append(first, len(states)))
    means: FloatArray = np.add.reduceat(states, first, axis=0) / counts[:, None]
    return means


def window_means(states: FloatArray, size: int = WINDOW) -> FloatArray:
    """The mean state of each window: float (m, d); one of all pieces where there are few.

    >>> window_means(np.array([[1.0], [3.0], [5.0], [7.0], [9.0]]), size=4).ravel().tolist()
    [4.0, 7.0]
    """
    step = size // 2
    starts = range(0, max(len(states) - step, min(len(states), 1)), step)
    return np.array([states[at : at + size].mean(axis=0) for at in starts]).reshape(
        len(starts), states.shape[1]
    )
