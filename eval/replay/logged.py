"""The order in which documents were shown, as a run."""

from __future__ import annotations

from collections.abc import Sequence

from lrat_rank.collections import Run, rank_by_score
from lrat_rank.eval.replay.selection import ReplayedList

LOGGED = "logged"
"""What the order as logged is called among the systems of a replay."""


def logged_run(lists: Sequence[ReplayedList]) -> Run:
    """The order as logged: every document scores minus its place."""
    return Run(
        LOGGED,
        {
            one.query_id: rank_by_score(one.shown, [-float(n) for n in range(len(one.shown))])
            for one in lists
        },
    )
