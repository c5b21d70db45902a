"""Whether a ranker's scores depend on what the agent knows."""

from __future__ import annotations

from lrat_rank.models.ranker import Ranker


def reads_context(ranker: Ranker | None) -> bool:
    """Whether two calls that differ in their context alone may get other scores.

    A ranker says so itself, as `reads_context`; what is wrapped around a ranker has it as `ranker`
    or `inner`. Of any other ranker nothing is known, and it is taken to read all.
    """
    while ranker is not None:
        told = getattr(ranker, "reads_context", None)
        if told is not None:
            return bool(told)
        inside = getattr(ranker, "ranker", None) or getattr(ranker, "inner", None)
        if inside is None:
            return True
        ranker = inside
    return False
