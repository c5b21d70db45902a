"""Two rankers in a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from lrat_rank.models.blending.blend import blended
from lrat_rank.models.cascade.folder import FIRST, SECOND, read_record
from lrat_rank.models.cascade.head import head_of
from lrat_rank.models.cascade.options import CascadeOptions
from lrat_rank.models.first_stage import Index
from lrat_rank.models.ranker import CandidateList, FloatArray, Ranker


@dataclass(frozen=True)
class CascadeScores:
    """What the two rankers of a cascade say of one list.

    Attributes:
        first: float (documents,); the first ranker's scores.
        head: int64 (head,); positions of the documents the second one looked at, best first.
        second: float (head,); its scores, aligned with `head`; empty where it was not asked.
        combined: float64 (documents,); above 0 in the head, below 0 elsewhere.
    """

    first: FloatArray
    head: np.ndarray
    second: FloatArray
    combined: FloatArray


class Cascade:
    """Two rankers in a row.

    The second ranker never lifts a document over the depth it looks at, and documents below keep
    the first ranker's order.

    Args:
        first: Scores every candidate.
        second: Scores the best of them, as `options` say.
        options: Depth, margin and blend.
    """

    def __init__(
        self, first: Ranker, second: Ranker, options: CascadeOptions | None = None
    ) -> None:
        self.first, self.second = first, second
        self.options = options or CascadeOptions()

    def score(self, lists: Sequence[CandidateList]) -> list[FloatArray]:
        """See `Ranker.score`. Scores above 0 belong to documents both rankers looked at."""
        return [one.combined for one in self.parts(lists)]

    def parts(self, lists: Sequence[CandidateList]) -> list[CascadeScores]:
        """As `score`, with what each ranker said."""
        first = self.first.score(lists)
        heads = [
            head_of(one, scores, self.options) for one, scores in zip(lists, first, strict=True)
        ]
        second = self._second(lists, heads)
        return [
            CascadeScores(
                scores,
                np.array(head, dtype=np.int64),
                careful,
                combine(scores, head, careful, self.options.blend),
            )
            for scores, head, careful in zip(first, heads, second, strict=True)
        ]

    def _second(
        self, lists: Sequence[CandidateList], heads: Sequence[list[int]]
    ) -> list[FloatArray]:
        if self.options.blend == 0:
            return [np.empty(0) for _ in lists]
        accounts = [one.account for one in lists]
        began = [account.clock() if account else 0.0 for account in accounts]
        scores = self.second.score(shortened(lists, heads))
        for account, head, at in zip(accounts, heads, began, strict=True):
            if account is not None:
                account.looked_at, account.seconds = len(head), account.clock() - at
        return scores

    @classmethod
    def load(cls, folder: Path | str, index: Index) -> Cascade:
        """Open a saved cascade; errors as in `load_ranker`."""
        from lrat_rank.models.loading import load_ranker

        folder = Path(folder)
        options = read_record(folder).options
        first, second = (load_ranker(folder / part, index) for part in (FIRST, SECOND))
        return cls(first, second, options)


def shortened(
    lists: Sequence[CandidateList], heads: Sequence[Sequence[int]]
) -> list[CandidateList]:
    """Each list with the documents of its head alone, in the head's order."""
    return [
        replace(one, doc_ids=tuple(one.doc_ids[position] for position in head))
        for one, head in zip(lists, heads, strict=True)
    ]


def combine(first: FloatArray, head: Sequence[int], second: FloatArray, blend: float) -> FloatArray:
    """The cascade's scores of one list, float64 (documents,).

    Args:
        first: float (documents,).
        head: Positions of the documents the second ranker looked at.
        second: float (head,), aligned with `head`; not looked at with blend 0.
        blend: The second ranker's share in the head.
    """
    if not len(head):
        return np.zeros(0)
    places = np.asarray(head)
    mixed = blended(first[places], second if blend else first[places], blend)
    combined = np.empty(len(first))
    tail = np.setdiff1d(np.arange(len(first)), places)
    # Every score of the head is made positive, every score of the tail negative.
    combined[places] = mixed - mixed.min() + 1.0
    combined[tail] = first[tail] - (first[tail].max() + 1.0 if len(tail) else 0.0)
    return combined
