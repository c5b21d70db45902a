"""Text to terms: what counts as the same word in the lexical stages and features."""

from __future__ import annotations

import re
from functools import cached_property

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.memo import Memo

_WORD = re.compile(r"(?u)\b\w\w+\b")
_MOST_STEMS = 1_000_000
"""More than the words of most collections; a served index is asked for ever new ones."""

_STOP_WORDS_ATTRIBUTE = {
    "english": "STOPWORDS_EN",
    "german": "STOPWORDS_GERMAN",
    "dutch": "STOPWORDS_DUTCH",
    "french": "STOPWORDS_FRENCH",
    "spanish": "STOPWORDS_SPANISH",
    "portuguese": "STOPWORDS_PORTUGUESE",
    "italian": "STOPWORDS_ITALIAN",
    "russian": "STOPWORDS_RUSSIAN",
    "swedish": "STOPWORDS_SWEDISH",
    "norwegian": "STOPWORDS_NORWEGIAN",
    "turkish": "STOPWORDS_TURKISH",
}


class Analyzer(msgspec.Struct, frozen=True, dict=True):
    """Lower case, words of two characters or more, stop words removed, Snowball stems.

    Attributes:
        language: A Snowball language with a stop word list, or "none" for neither.

    >>> Analyzer("english").terms("The poets were writing a poem")
    ['poet', 'were', 'write', 'poem']
    >>> Analyzer("none").terms("The poets")
    ['the', 'poets']
    """

    language: str = "english"

    def __post_init__(self) -> None:
        if self.language != "none" and self.language not in _STOP_WORDS_ATTRIBUTE:
            raise InputError(
                "language", must=f"none or {', '.join(_STOP_WORDS_ATTRIBUTE)}", got=self.language
            )

    @cached_property
    def _stop_words(self) -> frozenset[str]:
        if self.language == "none":
            return frozenset()
        import bm25s.stopwords

        return frozenset(getattr(bm25s.stopwords, _STOP_WORDS_ATTRIBUTE[self.language]))

    @cached_property
    def _stems(self) -> Memo[str]:
        import Stemmer

        return Memo(Stemmer.Stemmer(self.language).stemWord, most=_MOST_STEMS)

    def terms(self, text: str) -> list[str]:
        """The terms of a text, in order."""
        words = _WORD.findall(text.lower())
        if self.language == "none":
            return words
        stop, stems = self._stop_words, self._stems
        return [stems[word] for word in words if word not in stop]
