"""The words that set a document apart from the corpus, as a short query."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np

from lrat_rank.features.forward import ForwardIndex

_WORD = re.compile(r"\w\w+")
_MOST_UNITS = 10
"""A query is drawn from so many of the most telling words and phrases."""
_WORDS = (2, 6)
"""Words a query has, at least (where the document has them) and at most."""

Unit = tuple[int, ...]
"""Places of one word, or of two neighbours, in a text's words."""


def salient_units(text: str, forward: ForwardIndex) -> tuple[list[str], dict[Unit, float]]:
    """A text's words, and how telling its words and two-word phrases are.

    A word's value is tf·idf of its term; a phrase's is the sum of both words' idf times how often
    the phrase occurs, so that a phrase that comes back counts more than its words apart. Stop words
    and words the corpus does not have are worth nothing. Each unit stands where it first occurs.

    >>> from lrat_rank.collections.analyzer import Analyzer
    >>> index = ForwardIndex.build([("", "a red fox ran"), ("", "a red hen")], Analyzer())
    >>> words, units = salient_units("The red fox", index)
    >>> words, {unit: round(value, 3) for unit, value in units.items()}
    (['The', 'red', 'fox'], {(1,): 0.182, (2,): 0.693, (1, 2): 0.875})
    """
    words = _WORD.findall(text)
    terms = {place: term for place, word in enumerate(words) for term in _only_term(word, forward)}
    known = list(terms)
    places: list[Unit] = [(place,) for place in known]
    places += [(one, other) for one, other in pairwise(known) if other == one + 1]
    first: dict[tuple[int, ...], Unit] = {}
    counts: dict[tuple[int, ...], int] = {}
    for unit in places:
        key = tuple(terms[place] for place in unit)
        first.setdefault(key, unit)
        counts[key] = counts.get(key, 0) + 1
    values = {
        unit: counts[key] * float(forward.idf[list(key)].sum()) for key, unit in first.items()
    }
    return words, values


def salient_query(text: str, forward: ForwardIndex, rng: np.random.Generator) -> str:
    """A few of a text's most telling words and phrases, in the order of the text.

    They are drawn from the best, with chances in proportion to their values, until there are as
    many words as this query is to have. Empty where nothing tells the text apart.

    Args:
        text: What the query is to ask for.
        forward: The corpus, which says how rare a term is.
        rng: Draws.
    """
    words, units = salient_units(text, forward)
    best = sorted(units, key=lambda unit: -units[unit])[:_MOST_UNITS]
    best = [unit for unit in best if units[unit] > 0]
    if not best:
        return ""
    wanted = int(rng.integers(_WORDS[0], _WORDS[1] + 1))
    values = np.array([units[unit] for unit in best])
    order = rng.choice(len(best), size=len(best), replace=False, p=values / values.sum())
    chosen: dict[str, int] = {}
    for number in order.tolist():
        fresh = {words[place].lower(): place for place in best[number]}
        if fresh.keys() & chosen.keys() or len(chosen) + len(fresh) > wanted:
            continue
        chosen |= fresh
    return " ".join(words[place] for place in sorted(chosen.values()))


def _only_term(word: str, forward: ForwardIndex) -> list[int]:
    """The term a word stands for; none for a stop word, an unknown one, or one that is several."""
    found: list[int] = forward.term_ids(word).tolist()
    return found if len(found) == 1 else []
