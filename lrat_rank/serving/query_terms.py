"""Where a text speaks of what a query asks for, and how much each of its terms says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from lrat_rank.serving.words import DENSE_CHARACTER, Span

_WORD = re.compile(r"\w+")

Terms = Callable[[str], list[str]]
"""A word → its terms, none for a stop word; the same for a word of a query and of a text."""


class Match(NamedTuple):
    """A term of the query at a place of a text."""

    span: Span
    term: str


class QueryTerms:
    """The terms of one query with their weights.

    Words are compared as the index compares them (case folded, stemmed, without stop words) where
    it tells how. In scripts without spaces two neighbouring characters are a term; a single one is
    where the query has it alone.

    Args:
        query: Its text.
        index: An index with a forward file tells the language and how rare terms are; of any other
            object words are compared without regard to case, and weigh the same.

    Attributes:
        weights: Term → idf > 0; empty for a query without words.

    >>> terms = QueryTerms("poets of 東京都")
    >>> sorted(terms.weights)
    ['of', 'poets', '京都', '東京']
    >>> text = "Poets lived in 東京."
    >>> [text[match.span.start : match.span.end] for match in terms.matches(text)]
    ['Poets', '東京']
    """

    def __init__(self, query: str, index: object = None) -> None:
        self._forward = getattr(index, "forward", None)
        self._known: dict[str, str] = {}
        """Words met → their term among the query's, or an empty text."""
        self.weights: dict[str, float] = {}
        for _, term in self._terms(query, single=True):
            weight = self._weight(term)
            if weight > 0:
                self.weights[term] = weight
        self._dense = any(DENSE_CHARACTER.search(term) for term in self.weights)

    def matches(self, text: str) -> list[Match]:
        """Where the query's terms stand, in order; those of scripts without spaces may overlap."""
        if not self.weights:
            return []
        return [
            Match(span, term)
            for span, term in self._terms(text, single=False)
            if term in self.weights
        ]

    def _terms(self, text: str, *, single: bool) -> Iterator[tuple[Span, str]]:
        for found in _WORD.finditer(text):
            word, start = found.group(), found.start()
            if word.isascii() or not DENSE_CHARACTER.search(word):
                term = self._known.get(word)
                if term is None:
                    term = self._known[word] = self._term(word)
                if term:
                    yield Span(start, found.end()), term
            elif single or self._dense:
                yield from _dense_terms(word, start, single=single)

    def _term(self, word: str) -> str:
        if self._forward is None:
            return word.casefold()
        terms: list[str] = self._forward.analyzer.terms(word)
        return terms[0] if terms else ""

    def _weight(self, term: str) -> float:
        if self._forward is None:
            return 1.0
        row = self._forward.vocabulary.get(term)
        if row is None:  # no document has it by itself, but a longer word may hold it
            return float(np.log1p(2 * self._forward.n_documents + 1))
        return float(self._forward.idf[row])


def _dense_terms(word: str, start: int, *, single: bool) -> Iterator[tuple[Span, str]]:
    """Neighbouring characters; single ones of a query only where it has no neighbours for them."""
    if len(word) == 1 or not single:
        for place, character in enumerate(word, start):
            yield Span(place, place + 1), character
    for place in range(len(word) - 1):
        yield Span(start + place, start + place + 2), word[place : place + 2]
