"""Where a text speaks of what a query asks for, and how much each of its terms says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from lrat_rank.serving.word_terms import WordTerms
from lrat_rank.serving.words import DENSE_CHARACTER, Span

_WORD = re.compile(r"\w+")

Placed = tuple[tuple[int, int], str]
"""A term after the characters it stands between."""


class Match(NamedTuple):
    """A term of the query at a place of a text."""

    span: Span
    term: str


class QueryTerms:
    """The terms of one query with their weights.

    Words are compared by their terms. In scripts without spaces two neighbouring characters are a
    term; a single one is where the query has it alone.

    Args:
        query: Its text.
        word_terms: Those of an index with a forward file; without one all terms weigh the same.

    Attributes:
        weights: Term → idf > 0; empty for a query without words.

    >>> terms = QueryTerms("poets of 東京都")
    >>> sorted(terms.weights)
    ['of', 'poets', '京都', '東京']
    >>> text = "Poets lived in 東京."
    >>> [text[match.span.start : match.span.end] for match in terms.matches(text)]
    ['Poets', '東京']
    """

    def __init__(self, query: str, word_terms: WordTerms | None = None) -> None:
        self._word_terms = WordTerms() if word_terms is None else word_terms
        self.weights: dict[str, float] = {}
        for _, term in self._terms(query, dense=True, single=True):
            weight = self._weight(term)
            if weight > 0:
                self.weights[term] = weight
        self._dense = any(DENSE_CHARACTER.search(term) for term in self.weights)

    def matches(self, text: str) -> list[Match]:
        """Where the query's terms stand, in order; those of scripts without spaces may overlap."""
        if not self.weights:
            return []
        weights, terms = self.weights, self._terms(text, dense=self._dense, single=False)
        return [Match(Span(*place), term) for place, term in terms if term in weights]

    def _terms(self, text: str, *, dense: bool, single: bool) -> Iterator[Placed]:
        """Every term of a text; with `dense`, those of scripts without spaces too."""
        term_of = self._word_terms
        for found in _WORD.finditer(text):
            word = found.group()
            if word.isascii() or not DENSE_CHARACTER.search(word):
                if term := term_of[word]:
                    yield found.span(), term
            elif dense:
                yield from _dense_terms(word, found.start(), single=single)

    def _weight(self, term: str) -> float:
        forward = self._word_terms.forward
        if forward is None:
            return 1.0
        row = forward.vocabulary.get(term)
        if row is None:  # no document has it by itself, but a longer word may hold it
            return float(np.log1p(2 * forward.n_documents + 1))
        return float(forward.idf[row])


def _dense_terms(word: str, start: int, *, single: bool) -> Iterator[Placed]:
    """Neighbouring characters; single ones of a query only where it has no neighbours for them."""
    if len(word) == 1 or not single:
        for place, character in enumerate(word, start):
            yield (place, place + 1), character
    for place in range(len(word) - 1):
        yield (start + place, start + place + 2), word[place : place + 2]
