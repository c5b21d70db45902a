"""Why any ranker gave a document its score: each kind in its own way, parts inside wholes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import numpy as np

from lrat_rank.collections import rank_by_score
from lrat_rank.errors import InputError
from lrat_rank.features.extract import extract
from lrat_rank.models.explain.explanation import Explanation
from lrat_rank.models.explain.texts import passage_read
from lrat_rank.models.explain.trees import contributions
from lrat_rank.models.first_stage import Index
from lrat_rank.models.ranker import CandidateList, FloatArray, Ranker


@dataclass(frozen=True)
class Question:
    """Which document is to be explained, in which list.

    Attributes:
        one: The query with the whole list: features compare a document with it.
        position: The document's in the list, from 0.
        index: Of the documents.
        sentences: Sentences a cross-encoder's passage is taken apart into, at most.
    """

    one: CandidateList
    position: int
    index: Index
    sentences: int = 12

    @property
    def doc_id(self) -> str:
        """The document's."""
        return self.one.doc_ids[self.position]

    def within(self, positions: Sequence[int]) -> Question | None:
        """The same question about a part of the list; None where the document is not in it."""
        if self.position not in positions:
            return None
        part = replace(self.one, doc_ids=tuple(self.one.doc_ids[n] for n in positions))
        return replace(self, one=part, position=list(positions).index(self.position))


def explain(ranker: Ranker, question: Question) -> Explanation:
    """Explain a document's score.

    Raises:
        InputError: A document of the list is not in the index.
    """
    for name, of_kind in _KINDS.items():
        if type(ranker).__name__ == name:
            return of_kind(ranker, question)
    return _explained(type(ranker).__name__, ranker.score([question.one])[0], question)


def _explained(kind: str, scores: FloatArray, question: Question, **more: Any) -> Explanation:
    order = [hit.doc_id for hit in rank_by_score(question.one.doc_ids, scores.tolist())]
    return Explanation(
        ranker=kind,
        score=float(scores[question.position]),
        rank=order.index(question.doc_id) + 1,
        n_documents=len(order),
        **({"terms": {}} | more),
    )


def _named(part: str, explanation: Explanation | None) -> tuple[Explanation, ...]:
    if explanation is None:
        return ()
    return (msgspec.structs.replace(explanation, ranker=f"{part}: {explanation.ranker}"),)


def _of_part(part: str, ranker: Ranker, question: Question | None) -> tuple[Explanation, ...]:
    return _named(part, None if question is None else explain(ranker, question))


def _trees(ranker: Any, question: Question) -> Explanation:
    record = ranker.record
    matrix = extract(
        question.index, [question.one], record.features, depth=record.options.stage_depth
    )
    added, learned = ranker.contributions(matrix), ranker.predict(matrix)
    offsets = np.zeros(len(learned))
    if record.anchor is not None:
        offsets = record.anchor.offsets(question.index, [question.one])[0]
    at = question.position
    return _explained(
        str(record.options.library),
        offsets + learned,
        question,
        terms={
            "first stage's score, scaled": float(offsets[at]),
            "constant of the trees": float(learned[at] - added[at].sum()),
            "sum of the columns": float(added[at].sum()),
        },
        contributions=contributions(matrix.names, matrix.values[at], added[at]),
    )


def _cross_encoder(ranker: Any, question: Question) -> Explanation:
    logits, offsets = ranker.learned([question.one])[0], ranker.offsets([question.one])[0]
    at = question.position
    document = question.index.documents([question.doc_id])[0]
    return _explained(
        "cross-encoder",
        offsets + logits,
        question,
        terms={
            "first stage's score, scaled": float(offsets[at]),
            "logit of the model": float(logits[at]),
        },
        passage=passage_read(ranker, question.one, document, most_sentences=question.sentences),
    )


def _cascade(ranker: Any, question: Question) -> Explanation:
    parts = ranker.parts([question.one])[0]
    head = parts.head.tolist()
    inside = question.within(head)
    blend = ranker.options.blend
    read = len(head) if blend else 0
    return _explained(
        "cascade",
        parts.combined,
        question,
        terms={
            "documents the second ranker read": float(read),
            "the second ranker's share": blend,
            "this document": "read by both" if inside and read else "by the first ranker alone",
        },
        parts=_of_part("first", ranker.first, question)
        + _of_part("second", ranker.second, inside if read else None),
    )


def _stack(ranker: Any, question: Question) -> Explanation:
    parts = ranker.parts([question.one])
    at = question.position
    values = parts.matrix.values
    added = ranker.trees.contributions(values)[at]
    learned = float(parts.scores[at] - parts.offsets[at])
    inside = question.within(parts.heads[0].tolist())
    bases = [_of_part(f"base {name}", base, inside) for name, base in ranker.bases.items()]
    return _explained(
        "stack",
        parts.scores,
        question,
        terms={
            "first stage's score, scaled": float(parts.offsets[at]),
            "constant of the trees": learned - float(added.sum()),
            "sum of the columns": float(added.sum()),
            "base rankers": "scored it" if inside else "did not look at it (below their depth)",
        },
        contributions=contributions(parts.matrix.names, values[at], added),
        parts=tuple(one for base in bases for one in base),
    )


def _guarded(ranker: Any, question: Question) -> Explanation:
    believed = ranker.believed([question.one])[0]
    scores = ranker.score([question.one])[0]
    terms: dict[str, float | str] = {
        "trust": believed.trust,
        "blend that validation chose": ranker.guard.blend,
        "the ranker's share": believed.share,
        "first stage's score": float(believed.prior[question.position]),
    }
    if believed.outside:
        terms["outside of training"] = ", ".join(believed.outside).replace("_", " ")
    return _explained(
        "guard",
        scores,
        question,
        terms=terms,
        parts=_of_part("ranker", ranker.inner, question),
    )


# By name, so that explaining trees does not load what cross-encoders need.
_KINDS: dict[str, Callable[[Any, Question], Explanation]] = {
    "LightGBMRanker": _trees,
    "CrossEncoderRanker": _cross_encoder,
    "Cascade": _cascade,
    "Stack": _stack,
    "GuardedRanker": _guarded,
}


def first_stage_list(index: Index, query: str, doc_id: str, *, depth: int) -> Question:
    """The question about a document in the first stage's list of a query.

    A document the first stage does not list is put under the list.

    Raises:
        InputError: The index does not hold the document.
    """
    if doc_id not in index:
        raise InputError("doc_id", must="in the index", got=repr(doc_id), where=index.folder)
    stage = "hybrid" if index.has_dense else "bm25"
    listed = [hit.doc_id for hit in index.retrieve({"q": query}, stage, depth).rankings["q"]]
    if doc_id not in listed:
        listed.append(doc_id)
    one = CandidateList("q", query, tuple(listed))
    return Question(one, listed.index(doc_id), index)
