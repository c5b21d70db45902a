"""How the simulated agent reads: from texts alone, without any relevance label."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache

from lrat_rank.eval.simulation.query_forms import Request, content_words

_WORD = re.compile(r"\w[\w-]*")
_CAPITALISED = re.compile(r"\b[A-Z]\w+(?: [A-Z]\w+)*")
_ALIKE = 0.75
_NAME_WEIGHT = 2.0


def mentions(name: str, text: str) -> bool:
    """Whether every word of the name stands in the text, slips of spelling forgiven.

    >>> mentions("Naeltolm", "The lime avenue of Naeltholm is long.")
    True
    >>> mentions("Ana Lor", "Ana was a poet.")
    False
    """
    words = _distinct_words(text)
    sought = [word.lower() for word in name.split() if word != "The"]
    return all(word in words or _is_alike(word, words) for word in sought)


def _distinct_words(text: str) -> list[str]:
    return list(dict.fromkeys(word.lower() for word in _WORD.findall(text)))


def _is_alike(word: str, others: list[str]) -> bool:
    """Whether a longer word differs from one of the others by a slip of spelling only."""
    return (
        len(word) > 3
        and word.isalpha()
        and any(
            word[0] == other[0]
            and abs(len(word) - len(other)) <= 2
            and SequenceMatcher(None, word, other).ratio() >= _ALIKE
            for other in others
        )
    )


def is_evidence(request: Request, answer: str, text: str) -> bool:
    """Whether a careful reader finds the answer: it stands in a text about the subject.

    >>> is_evidence(Request("Where was Ana Lor born?", "Ana Lor"), "Kelm", "Ana Lor left Kelm.")
    True
    """
    return answer in text and mentions(request.name, text)


@lru_cache(maxsize=1 << 16)  # lists of one sub-question show the same snippets again and again
def snippet_match(request: Request, snippet: str) -> float:
    """Share of the sub-question's words that the snippet holds, names counted double; 0 to 1.

    >>> snippet_match(Request("Who taught Ana Lor?", "Ana Lor"), "Ana Lor was a poet.")
    0.8
    """
    held = _distinct_words(snippet)
    total = matched = 0.0
    for word in content_words(request.query):
        is_name = word[0].isupper()
        weight = _NAME_WEIGHT if is_name else 1.0
        total += weight
        matched += weight * (word.lower() in held or (is_name and _is_alike(word.lower(), held)))
    return matched / total if total else 0.0


def names_in(text: str) -> list[str]:
    """Capitalised phrases and long words, each once: what one might take for an answer."""
    phrases = dict.fromkeys(_CAPITALISED.findall(text))
    return [phrase for phrase in phrases if " " in phrase or len(phrase) > 5]
