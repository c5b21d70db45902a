"""Lines of query, document and score brought together by query."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lrat_rank.collections.columns import Blocks, lines_by_key, values_by_key
from lrat_rank.collections.runs.model import Run
from lrat_rank.collections.runs.rank_column import rank_column


@dataclass(frozen=True, slots=True)
class Lines:
    """A run file, one entry a line.

    Attributes:
        queries: The query ids, in blocks.
        doc_ids: The documents.
        scores: (lines,).
        ranks: (lines,) as written; NaN where a field is not an integer.
    """

    queries: Blocks
    doc_ids: list[str]
    scores: NDArray[np.float64]
    ranks: NDArray[np.float64]


def run_of_lines(tag: str, lines: Lines) -> Run | None:
    """The run, queries in the order they first come; lines of one query need not be together.

    None where no run can be made of them: a document comes twice for one query, or a score is not
    finite.

    >>> scores, ranks = np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 2.0])
    >>> lines = Lines([("q", 1), ("p", 2), ("q", 3)], ["a", "a", "b"], scores, ranks)
    >>> run_of_lines("t", lines).scores()
    {'q': {'a': 1.0, 'b': 3.0}, 'p': {'a': 2.0}}
    """
    if not np.isfinite(lines.scores).all():
        return None
    lines_of = lines_by_key(lines.queries)
    scores = values_by_key(lines_of, lines.doc_ids, lines.scores.tolist())
    if sum(map(len, scores.values())) < len(lines.doc_ids):
        return None
    found = rank_column(lines_of, lines.ranks, lines.scores)
    return Run.from_scores(tag, scores, rank_column=found)
