"""How a query changes the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from enum import IntEnum

Terms = AbstractSet[str]


class Reformulation(IntEnum):
    """The kinds of change, with the numbers they have as values of a feature.

    Source: Boldi, Bonchi, Castillo and Vigna, "From 'Dango' to 'Japanese Cakes': Query
    Reformulation Models and Patterns", WI 2009 (specialisation, generalisation, parallel move).
    """

    FIRST = 0
    """Nothing was asked before."""
    SPECIALISATION = 1
    """All terms of the query before are kept, and others added."""
    GENERALISATION = 2
    """Terms of the query before are dropped, and none added."""
    PARALLEL = 3
    """Terms are dropped, and others added."""
    REPEAT = 4
    """The same terms were asked for before, in the last query or an earlier one."""


def reformulation(query: Terms, previous: Sequence[Terms]) -> Reformulation:
    """The kind of change that leads to a query.

    Args:
        query: Its distinct terms.
        previous: Those of the queries before it, oldest first.

    >>> reformulation({"red", "fox"}, [{"fox"}]).name
    'SPECIALISATION'
    >>> reformulation({"red"}, [{"red"}, {"grey", "fox"}]).name
    'REPEAT'
    """
    if not previous:
        return Reformulation.FIRST
    if any(query == other for other in previous):
        return Reformulation.REPEAT
    last = previous[-1]
    if last < query:
        return Reformulation.SPECIALISATION
    return Reformulation.GENERALISATION if query < last else Reformulation.PARALLEL


def jaccard(one: Terms, other: Terms) -> float:
    """Size of the intersection over size of the union, in [0, 1]; 1 where both are empty.

    >>> jaccard({"red", "fox"}, {"fox", "den", "red"}).__round__(4)
    0.6667
    """
    union = one | other
    return len(one & other) / len(union) if union else 1.0
