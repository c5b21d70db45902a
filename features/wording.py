"""How a query is worded: its names, its numbers, the kind of answer asked for, in English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from lrat_rank.features.forward import FloatArray, ForwardIndex, IntArray

_NAME = re.compile(r"\b[A-Z][\w'’-]*(?:\s+(?:(?:of|the|de|la|van|von)\s+)?[A-Z][\w'’-]*)*")
_NUMBER = re.compile(r"\b\d\d+\b")
_NO_NAME = re.compile(
    r"a|an|and|are|at|by|did|do|does|find|for|from|give|how|if|in|is|list|name|of"
    r"|on|or|tell|that|the|these|this|those|to|was|were|what|when|where|which|who|whom|whose|why|with",
    re.IGNORECASE,
)
"""Words that begin a query with a capital letter without being a name's."""

_QUANTITY = re.compile(
    r"\bhow (?:many|much|old|long|far|tall|high|big|large|often)\b"
    r"|\b(?:number|amount|population|percentage|age|height|length) of\b",
    re.IGNORECASE,
)
_TIME = re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|century|decade)\b", re.IGNORECASE)


Phrases = Sequence[list[int] | None]
"""One a phrase: the slots of its terms, None for a phrase that no document can hold."""


class Asked(IntEnum):
    """The kind of answer a query asks for."""

    OTHER = 0
    TIME = 1
    QUANTITY = 2


def names_in(query: str) -> list[str]:
    """The query's capitalised names; a word that merely begins a question is none.

    >>> names_in("When was the Bank of England founded, asks Ana Lor?")
    ['Bank of England', 'Ana Lor']
    >>> names_in("The Who"), names_in("Apple pie"), names_in("ALL CAPITALS")
    (['Who'], ['Apple'], [])
    """
    if not any(letter.islower() for letter in query):
        return []
    found = []
    for match in _NAME.finditer(query):
        words = match[0].split()
        if match.start() == 0 and _NO_NAME.fullmatch(words[0]):
            words = words[1:]
        while words and words[0].islower():
            words = words[1:]
        if words:
            found.append(" ".join(words))
    return found


def numbers_in(query: str) -> list[str]:
    """The query's numbers of two digits or more; one digit is no term of an index.

    >>> numbers_in("2 of the 500 in 1998")
    ['500', '1998']
    """
    return _NUMBER.findall(query)


def asked_kind(query: str) -> Asked:
    """The kind of answer a query asks for, by its wording.

    >>> asked_kind("When did it close?"), asked_kind("how many people"), asked_kind("who")
    (<Asked.TIME: 1>, <Asked.QUANTITY: 2>, <Asked.OTHER: 0>)
    """
    if _TIME.search(query):
        return Asked.TIME
    return Asked.QUANTITY if _QUANTITY.search(query) else Asked.OTHER


@dataclass(frozen=True)
class Wording:
    """What a query's wording says, as positions in its known terms.

    Attributes:
        names: One a name: the slots of its terms, None where the index does not know one of them.
        numbers: Likewise, one term each.
        asked: The kind of answer asked for.
    """

    names: list[list[int] | None]
    numbers: list[list[int] | None]
    asked: Asked

    @classmethod
    def read(cls, query: str, forward: ForwardIndex, known: IntArray) -> Wording:
        """Read a query.

        Args:
            query: Its text.
            forward: The index's terms.
            known: int64 (terms,), increasing; the query's terms that the index knows.
        """

        def slots(phrases: Sequence[str]) -> list[list[int] | None]:
            return [_slots(phrase, forward, known) for phrase in phrases]

        return cls(slots(names_in(query)), slots(numbers_in(query)), asked_kind(query))


def _slots(phrase: str, forward: ForwardIndex, known: IntArray) -> list[int] | None:
    terms = forward.analyzer.terms(phrase)
    ids = [forward.vocabulary[term] for term in terms if term in forward.vocabulary]
    # A name of stop words alone has no term that a document could hold.
    if not ids or len(ids) < len(terms):
        return None
    slots: list[int] = np.searchsorted(known, ids).tolist()
    return slots


def held_share(wanted: Phrases, held: npt.NDArray[np.bool_]) -> FloatArray:
    """The share of phrases all of whose terms a candidate holds.

    Args:
        wanted: Slots of each phrase's terms, None for a phrase no candidate can hold.
        held: bool (terms, candidates).

    Returns:
        float64 (candidates,), in [0, 1]; NaN without phrases.

    >>> held_share([[0, 1], [1], None], np.array([[True, False], [True, True]])).round(3).tolist()
    [0.667, 0.333]
    """
    if not wanted:
        return np.full(held.shape[1], np.nan)
    count = np.zeros(held.shape[1])
    for slots in wanted:
        if slots is not None:
            count += held[slots].all(axis=0)
    return count / len(wanted)
