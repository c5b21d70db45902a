"""Words to the terms that an index compares them by."""

from __future__ import annotations

from lrat_rank.memo import Memo

_MOST_WORDS = 100_000


class WordTerms(Memo[str]):
    """Word → its term; for many threads.

    Words are compared as the index compares them (case folded, stemmed, without stop words) where
    it tells how, else without regard to case. A stop word has an empty term.

    Args:
        index: An index with a forward file tells the language.

    Attributes:
        forward: That file, which tells how rare terms are too, or None.

    >>> WordTerms()["Poets"]
    'poets'
    """

    def __init__(self, index: object = None) -> None:
        super().__init__(self._term, most=_MOST_WORDS)
        self.forward = getattr(index, "forward", None)

    def _term(self, word: str) -> str:
        if self.forward is None:
            return word.casefold()
        terms: list[str] = self.forward.analyzer.terms(word)
        return terms[0] if terms else ""
