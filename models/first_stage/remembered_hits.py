"""First-stage lists kept in memory, because one list is asked for by many."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lrat_rank.features.forward import FloatArray, IntArray
from lrat_rank.features.source import StageHits

_Answer = dict[str, tuple[IntArray, FloatArray]]
"""One query's rows and scores, by stage."""

_MOST_HITS = 4_000_000
"""Hits kept at most, of 12 bytes each: 20,000 queries of two stages at depth 100."""


class RememberedHits:
    """A search whose answers are kept.

    A query's features, its anchor and the documents put under its list all begin with the same
    lists of the first stages.

    Args:
        search: From distinct queries and a depth, each stage's hits; from no queries, none.
        most: Hits kept at most; where more would come, all are forgotten.
    """

    def __init__(
        self,
        search: Callable[[Sequence[str], int], Mapping[str, StageHits]],
        most: int = _MOST_HITS,
    ) -> None:
        self._search = search
        self._most = most
        self._held = 0
        self._kept: dict[tuple[str, int], _Answer] = {}

    def __call__(self, queries: Sequence[str], depth: int) -> dict[str, StageHits]:
        """Each stage's list for each query; the arrays are shared, and read-only."""
        distinct = dict.fromkeys(queries)
        answers = {q: self._kept[q, depth] for q in distinct if (q, depth) in self._kept}
        new = [query for query in distinct if query not in answers]
        found = self._search(new, depth)
        for number, query in enumerate(new):
            answers[query] = {
                stage: (of.rows[number], of.scores[number]) for stage, of in found.items()
            }
            self._keep((query, depth), answers[query])
        return {
            stage: StageHits(
                [answers[query][stage][0] for query in queries],
                [answers[query][stage][1] for query in queries],
            )
            for stage in found
        }

    def _keep(self, key: tuple[str, int], answer: _Answer) -> None:
        size = sum(len(rows) for rows, _ in answer.values())
        if self._held + size > self._most:
            self._kept.clear()
            self._held = 0
        self._kept[key] = answer
        self._held += size
        for rows, scores in answer.values():
            rows.flags.writeable = scores.flags.writeable = False
