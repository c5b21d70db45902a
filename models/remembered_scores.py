"""A ranker that reads no query and document together twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lrat_rank.mining.labels import Context
from lrat_rank.models.ranker import CandidateList, FloatArray, Ranker

_Asked = tuple[str, Context | None]
"""A query and what the agent knew: what the scores of documents depend on."""


class RememberedScores:
    """A ranker that reads no query and document together twice.

    It is for slow rankers that are asked for overlapping lists of the same queries, as a
    cascade's second ranker is while the cascade is tuned and compared. Every score is kept, so
    it is to be let go when the comparison is done.

    Args:
        ranker: Its score of a document must not depend on the other documents of the list. That
            of a cross-encoder does not; that of trees, whose features compare a list's documents,
            does.
    """

    def __init__(self, ranker: Ranker) -> None:
        self._ranker = ranker
        self._known: dict[_Asked, dict[str, float]] = {}

    def score(self, lists: Sequence[CandidateList]) -> list[FloatArray]:
        """See `Ranker.score`; float64."""
        new: dict[_Asked, dict[str, None]] = {}
        for one in lists:
            known = self._known.get(_asked(one), {})
            wanted = new.setdefault(_asked(one), {})
            wanted.update((doc_id, None) for doc_id in one.doc_ids if doc_id not in known)
        first = {_asked(one): one for one in reversed(lists)}
        asked = [replace(first[key], doc_ids=tuple(ids)) for key, ids in new.items() if ids]
        found = self._ranker.score(asked) if asked else []
        for one, scores in zip(asked, found, strict=True):
            known = self._known.setdefault(_asked(one), {})
            known.update(zip(one.doc_ids, scores.tolist(), strict=True))
        return [
            np.array([self._known[_asked(one)][doc_id] for doc_id in one.doc_ids], dtype=np.float64)
            if one.doc_ids
            else np.empty(0)
            for one in lists
        ]


def _asked(one: CandidateList) -> _Asked:
    return one.query, one.context
