"""A cascade: a quick ranker orders every candidate, a careful one looks at the best of them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np

from lrat_rank.collections import rank_by_score
from lrat_rank.errors import InputError
from lrat_rank.files import atomic_folder, refuse_inputs, write_json
from lrat_rank.models.first_stage import Index
from lrat_rank.models.ranker import CandidateList, FloatArray, Ranker
from lrat_rank.models.ranker_folder import RECORD, VERSION, read_ranker_record

KIND = "cascade"


class CascadeOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How the two stages work together.

    Attributes:
        depth: How many of the first ranker's best the second one scores; ≥ 1.
        blend: Share of the second ranker's standardised score among those, in [0, 1]; the rest is
            the first ranker's. 1 lets the second ranker decide alone. The default was chosen on the
            validation questions of the demo's world, among .3, .5 and .7.
    """

    depth: int = 20
    blend: float = 0.7

    def __post_init__(self) -> None:
        if self.depth < 1:
            raise InputError("cascade depth", must="at least 1", got=self.depth)
        if not 0 <= self.blend <= 1:
            raise InputError("cascade blend", must="in [0, 1]", got=self.blend)


class CascadeRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What `ranker.json` says of a cascade; the rankers lie in `first/` and `second/`."""

    options: CascadeOptions
    kind: str = KIND
    version: int = VERSION


class Cascade:
    """Two rankers in a row.

    The second ranker never lifts a document over the depth it looks at, and documents below keep
    the first ranker's order.

    Args:
        first: Scores every candidate.
        second: Scores the best `options.depth` of them.
        options: Depth and blend.
    """

    def __init__(
        self, first: Ranker, second: Ranker, options: CascadeOptions | None = None
    ) -> None:
        self.first, self.second = first, second
        self.options = options or CascadeOptions()

    def score(self, lists: Sequence[CandidateList]) -> list[FloatArray]:
        """See `Ranker.score`. Scores above 0 belong to documents both rankers looked at."""
        first = self.first.score(lists)
        heads = [
            _head(one, scores, self.options.depth) for one, scores in zip(lists, first, strict=True)
        ]
        shortened = [
            replace(one, doc_ids=tuple(one.doc_ids[i] for i in head))
            for one, head in zip(lists, heads, strict=True)
        ]
        second = self.second.score(shortened)
        return [
            self._combine(scores, head, careful)
            for scores, head, careful in zip(first, heads, second, strict=True)
        ]

    def _combine(self, first: FloatArray, head: list[int], second: FloatArray) -> FloatArray:
        if not head:
            return np.zeros(0)
        blended = self.options.blend * standardise(second) + (1 - self.options.blend) * standardise(
            first[head]
        )
        combined = np.empty(len(first))
        tail = np.setdiff1d(np.arange(len(first)), head)
        # Every score of the head is made positive, every score of the tail negative.
        combined[head] = blended - blended.min() + 1.0
        combined[tail] = first[tail] - (first[tail].max() + 1.0 if len(tail) else 0.0)
        return combined

    @classmethod
    def load(cls, folder: Path | str, index: Index) -> Cascade:
        """Open a saved cascade; errors as in `load_ranker`."""
        from lrat_rank.models.loading import load_ranker

        folder = Path(folder)
        options = read_ranker_record(folder, CascadeRecord, KIND).options
        return cls(
            load_ranker(folder / "first", index), load_ranker(folder / "second", index), options
        )


def compose(first: Path, second: Path, out: Path, options: CascadeOptions) -> None:
    """Write a cascade folder from two ranker folders; both are copied into it.

    Raises:
        InputError: One of the two is not a ranker folder.
    """
    from lrat_rank.models.loading import ranker_kind

    refuse_inputs(out, first, second)
    refuse_inputs(first, out)  # copied into a folder inside itself, a ranker has no end
    refuse_inputs(second, out)
    with atomic_folder(out, marker=RECORD) as new:
        for name, folder in (("first", first), ("second", second)):
            ranker_kind(folder)
            shutil.copytree(folder, new / name)
        write_json(new / RECORD, CascadeRecord(options=options))


def standardise(scores: FloatArray) -> FloatArray:
    """Scores with mean 0 and standard deviation 1; all 0 when they are equal.

    >>> standardise(np.array([1.0, 3.0])).tolist()
    [-1.0, 1.0]
    """
    spread = scores.std()
    if spread == 0 or len(scores) == 0:
        return np.zeros(len(scores))
    standard: FloatArray = (scores - scores.mean()) / spread
    return standard


def _head(one: CandidateList, scores: FloatArray, depth: int) -> list[int]:
    position = {doc_id: number for number, doc_id in enumerate(one.doc_ids)}
    best = rank_by_score(one.doc_ids, scores.tolist(), depth=depth)
    return [position[hit.doc_id] for hit in best]
