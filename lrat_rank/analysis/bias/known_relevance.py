"""Browses by rank among documents of one list that are known to be equally relevant.

Lists differ in length, in what the agent had opened before, and in how much it opens, and all of
that goes with rank. So documents are compared inside one list only, never across lists.

Without judgements, what is known comes from earlier runs of the same question: a document is
*known* in a run when one of them opened it from a list, and *not known* otherwise; a run that comes
before any such opening compares nothing. Two things must not count. The run's own browse, or every
browsed impression would be of a relevant document. And later runs: if two runs vouched for each
other, each would be set apart from what the other opened, and where both saw one order their
differences would add up to an effect of the rank that neither has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence

import numpy as np

from lrat_rank.analysis.bias.browse_rates import FloatArray, Spread
from lrat_rank.analysis.bias.impressions import CountedList
from lrat_rank.trajectories.model import Trajectory

Relevance = Callable[[Trajectory, str], int | None]
"""The grade of a document for the question of a trajectory; None where it is not known."""


class KnownRelevance:
    """Filled trajectory by trajectory.

    Args:
        depth: Ranks go up to it.
        most_pairs: Opened question–document pairs to remember at most.
        relevance: Judged grades to go by; None to go by earlier runs.

    Attributes:
        spread: The browses against what each list gives its documents of one relevance.
        left_out: Opened documents that were not remembered because the bound was reached.
    """

    def __init__(self, depth: int, most_pairs: int, relevance: Relevance | None = None) -> None:
        self.spread = Spread(depth)
        self.left_out = 0
        self._relevance = relevance
        self._depth = depth
        self._opened: dict[str, set[str]] = {}
        self._room = most_pairs

    @property
    def basis(self) -> str:
        """What relevance is known from, in words."""
        if self._relevance is not None:
            return "the grades given"
        return "what earlier runs of the same question opened"

    def add(self, trajectory: Trajectory, lists: Sequence[CountedList]) -> None:
        """Add the lists of one run."""
        if self._relevance is not None:
            grade = self._relevance
            self._compare(lists, lambda doc_id: grade(trajectory, doc_id))
        elif trajectory.question:
            if opened := self._opened.get(trajectory.group):
                self._compare(lists, opened.__contains__)
            self._remember(trajectory.group, lists)

    def _compare(
        self, lists: Sequence[CountedList], relevance: Callable[[str], int | None]
    ) -> None:
        """Count each list, a stratum for each relevance."""
        for one in lists:
            strata: dict[Hashable, FloatArray] = defaultdict(lambda: np.zeros((2, self._depth)))
            for shot in one.shots:
                known = relevance(shot.doc_id)
                if known is not None:
                    strata[known][:, shot.rank - 1] += 1, shot.browsed
            for shown, browsed in strata.values():
                self.spread.add(shown, browsed)

    def _remember(self, group: str, lists: Sequence[CountedList]) -> None:
        opened = {shot.doc_id for one in lists for shot in one.shots if shot.browsed}
        new = sorted(opened - self._opened.get(group, set()))
        kept = new[: self._room]
        self._room -= len(kept)
        self.left_out += len(new) - len(kept)
        if kept:
            self._opened.setdefault(group, set()).update(kept)
