"""Rankers within rankers: what a ranker is made of, and what is known of the whole by its parts."""

from __future__ import annotations

from lrat_rank.models.ranker import Ranker

_SINGLE = ("ranker", "inner", "first", "second")
"""Attributes under which rankers hold others: wrappers one, cascades two in a row."""


def parts_of(ranker: Ranker) -> list[Ranker]:
    """The rankers that a ranker asks itself, in the order in which it asks them.

    Wrapped around one (a queue, a guard, a calibration), in a row (a cascade) or side by side (a
    stack); none for a ranker that stands by itself.
    """
    named = [getattr(ranker, name, None) for name in _SINGLE]
    return [one for one in named if one is not None] + [*getattr(ranker, "bases", {}).values()]


def reads_context(ranker: Ranker | None) -> bool:
    """Whether two calls that differ in their context alone may get other scores.

    A ranker says so itself, as `reads_context`; else its parts do. Of a ranker that has none
    nothing is known, and it is taken to read all.
    """
    if ranker is None:
        return False
    told = getattr(ranker, "reads_context", None)
    if told is not None:
        return bool(told)
    parts = parts_of(ranker)
    return any(map(reads_context, parts)) if parts else True
