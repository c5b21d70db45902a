"""An index that remembers what it was asked, since every training asks for the same lists again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lrat_rank.features.source import StageHits
from lrat_rank.models.first_stage import Index


class RememberingIndex:
    """An index whose first-stage lists are computed once; all else is the index's own."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._hits: dict[int, dict[str, dict[str, tuple[Any, Any]]]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self.index, name)

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self.index

    def __len__(self) -> int:
        return len(self.index)

    def stage_hits(self, queries: Sequence[str], depth: int) -> dict[str, StageHits]:
        """As the index's, from memory where the query was there before."""
        known = self._hits.setdefault(depth, {})
        new = [query for query in dict.fromkeys(queries) if query not in known]
        if new:
            found = self.index.stage_hits(new, depth)
            for number, query in enumerate(new):
                known[query] = {
                    stage: (hits.rows[number], hits.scores[number]) for stage, hits in found.items()
                }
        stages = list(known[queries[0]]) if queries else []
        return {
            stage: StageHits(
                [known[query][stage][0] for query in queries],
                [known[query][stage][1] for query in queries],
            )
            for stage in stages
        }
