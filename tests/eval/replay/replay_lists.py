"""Labelled lists by hand, and rankers that do as they are told."""

from collections.abc import Mapping, Sequence

import numpy as np

from lrat_rank.mining.labels import Candidate, Context, Evidence, LabelledList, State
from lrat_rank.models.ranker import CandidateList

LETTERS = {
    "+": State.RELEVANT,
    "-": State.REJECTED,
    ".": State.SKIPPED,
    "r": State.ALREADY_READ,
    "?": State.UNJUDGED,
}


def listed(
    documents: str,
    name: str = "q",
    *,
    group: str | None = None,
    run: str | None = None,
    previous: Sequence[str] = (),
    read: Sequence[str] = (),
    weight: float = 1.0,
    evidence: Evidence | None = None,
) -> LabelledList:
    """A list of documents such as `a+1.5 b. c-` in the order shown; `group` and `run` follow."""
    return LabelledList(
        query_id=name,
        query=f"query of {name}",
        context=Context(
            turn=2 * len(previous), previous_queries=tuple(previous), read_doc_ids=tuple(read)
        ),
        trajectory_id=run or f"run-{name}",
        group=group or f"group-{name}",
        weight=weight,
        candidates=tuple(
            Candidate(
                doc_id=word[0],
                rank=rank,
                state=LETTERS[word[1]],
                gain=float(word[2:] or 1) if word[1] == "+" else 0.0,
                evidence=evidence or Evidence(),
            )
            for rank, word in enumerate(documents.split(), start=1)
        ),
    )


class InOrder:
    """Puts documents in the order of a text, in every list alike; those not in it come last."""

    def __init__(self, order: str) -> None:
        self.order = order
        self.seen: list[CandidateList] = []

    def score(self, lists: Sequence[CandidateList]) -> list[np.ndarray]:
        self.seen += lists
        place = {doc_id: -float(n) for n, doc_id in enumerate(self.order)}
        return [np.array([place.get(d, -1e3) for d in one.doc_ids]) for one in lists]


class ByQuery:
    """Scores by query_id and doc_id; 0 where nothing is said."""

    def __init__(self, scores: Mapping[str, Mapping[str, float]]) -> None:
        self.scores = scores

    def score(self, lists: Sequence[CandidateList]) -> list[np.ndarray]:
        return [
            np.array([self.scores.get(one.query_id, {}).get(d, 0.0) for d in one.doc_ids])
            for one in lists
        ]


def knowing(lists: Sequence[LabelledList]) -> ByQuery:
    """The ranker that scores every document by its gain."""
    return ByQuery({one.query_id: {c.doc_id: c.gain for c in one.candidates} for one in lists})
