"""Impressions by how relevant their document is known to be, from something else than this browse.

Without judgements, what is known comes from other runs of the same question: a document is *known*
in a run when another run of that question opened it from a list, and *not known* otherwise. The
run's own browse never counts, or every browsed impression would be of a relevant document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from lrat_rank.analysis.browse_rates import RankCounts
from lrat_rank.analysis.comparisons import PairCounts
from lrat_rank.analysis.impressions import CountedList
from lrat_rank.trajectories.model import Trajectory

Relevance = Callable[[Trajectory, str], int | None]
"""The grade of a document for the question of a trajectory; None where it is not known."""


class KnownRelevance:
    """Filled trajectory by trajectory.

    Args:
        depth: Ranks go up to it.
        most_pairs: Question–document pairs to hold at most.
        relevance: Judged grades, which then are the strata; None to go by other runs.
    """

    def __init__(self, depth: int, most_pairs: int, relevance: Relevance | None = None) -> None:
        self._relevance = relevance
        self._judged = RankCounts(depth)
        self._depth = depth
        # The cell of an impression: its rank, and whether its own run opened the document.
        self._pairs: PairCounts[tuple[int, bool]] = PairCounts(most_pairs)
        self._runs: Counter[str] = Counter()

    @property
    def basis(self) -> str:
        """What relevance is known from, in words."""
        if self._relevance is not None:
            return "the grades given"
        return "what other runs of the same question opened"

    @property
    def left_out(self) -> int:
        """Impressions left out because the bound on pairs was reached."""
        return self._pairs.left_out

    def add(self, trajectory: Trajectory, lists: Sequence[CountedList]) -> None:
        """Add the impressions of one run."""
        if self._relevance is not None:
            for shot in (shot for one in lists for shot in one.shots):
                grade = self._relevance(trajectory, shot.doc_id)
                if grade is not None:
                    self._judged.add(grade, shot.rank, 1, shot.browsed)
        elif trajectory.question:
            opened = {shot.doc_id for one in lists for shot in one.shots if shot.browsed}
            for shot in (shot for one in lists for shot in one.shots):
                cell = (shot.rank, shot.doc_id in opened)
                self._pairs.add(trajectory.group, shot.doc_id, cell, browsed=shot.browsed)
            if trajectory.group in self._pairs.keys:
                self._runs[trajectory.group] += 1

    def counts(self) -> RankCounts:
        """Impressions and browses by rank, a stratum for each relevance."""
        if self._relevance is not None:
            return self._judged
        counts = RankCounts(self._depth)
        for group, documents in self._pairs.keys.items():
            if self._runs[group] < 2:
                continue
            for cells in documents.values():
                # A run opens a document once at most, as later impressions of it do not count.
                runs = sum(browsed for _, browsed in cells.values())
                for (rank, own), (shown, browsed) in cells.items():
                    counts.add(runs - own > 0, rank, shown, browsed)
        return counts
