"""What a query looks like to an index: a handful of numbers that do not depend on candidates.

They are read from the query's own first-stage list, so that a list of ten logged documents and a
list of a hundred to rerank look the same where query and index are the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lrat_rank.features.candidates import CandidateList
from lrat_rank.features.extract import extract
from lrat_rank.features.forward import FloatArray, IntArray, lucene_idf
from lrat_rank.features.prior import PRIOR_DEPTH, FusedList, fuse_hits
from lrat_rank.features.source import FeatureSource, StageHits

HEAD = 10
"""Documents at the top of the first stage's list that the signature describes."""

SIGNATURE: dict[str, float] = {
    "query_terms": 0.15,
    "query_words_per_term": 0.15,
    "query_idf": 0.03,
    "query_unknown_share": 0.05,
    "bm25_per_term": 0.03,
    "best_coverage": 0.05,
    "text_length": 0.1,
    "text_length_spread": 0.05,
    "text_repetition": 0.02,
    "text_idf": 0.02,
    "title_length": 0.1,
    "best_cosine": 0.03,
    "cosine_margin": 0.02,
    "stage_agreement": 0.1,
}
"""The columns, in order, with the least spread each is taken to have: a feature that happened to be
constant in training does not make every other value of it a shock."""

_FEATURES = (
    "query_length",
    "query_idf_mean",
    "query_unknown_share",
    "bm25_score",
    "query_in_text",
    "text_length",
    "text_distinct_share",
    "text_idf_mean",
    "title_length",
)
_DENSE_FEATURES = ("text_cosine",)


@dataclass(frozen=True)
class FirstStage:
    """The first stage's view of some lists, computed once for signature and prior.

    Attributes:
        fused: Each query's first-stage list.
        agreement: float64 (lists,); shared documents among the stages' best `HEAD`, in [0, 1]; NaN
            with one stage.
    """

    fused: list[FusedList]
    agreement: FloatArray

    @classmethod
    def of(cls, source: FeatureSource, queries: Sequence[str]) -> FirstStage:
        """Ask the first stages, `PRIOR_DEPTH` deep; each distinct query once."""
        distinct = list(dict.fromkeys(queries))
        hits = source.stage_hits(distinct, PRIOR_DEPTH) if distinct else {}
        fused = fuse_hits(hits, PRIOR_DEPTH, source.doc_id_order)
        shared = [_agreement(hits, number) for number in range(len(distinct))]
        place = {query: number for number, query in enumerate(distinct)}
        which = [place[query] for query in queries]
        return cls([fused[n] for n in which], np.array([shared[n] for n in which], np.float64))

    def priors(self, source: FeatureSource, lists: Sequence[CandidateList]) -> list[FloatArray]:
        """As `lrat_rank.features.prior.first_stage_prior`, one float64 array a list."""
        return [
            fused.prior(source.rows(one.doc_ids))
            for fused, one in zip(self.fused, lists, strict=True)
        ]


def signatures(
    source: FeatureSource, lists: Sequence[CandidateList], stage: FirstStage | None = None
) -> FloatArray:
    """The signature of each list's query.

    Args:
        source: The index.
        lists: Queries; their candidates are not looked at.
        stage: The first stage's view of them, where it is there already.

    Returns:
        float64 (lists, `len(SIGNATURE)`); lengths are logarithms, idf and BM25 are shares of the
        largest idf the index could have, and NaN is missing (an index without an encoder, a query
        for which nothing is found).
    """
    stage = stage or FirstStage.of(source, [one.query for one in lists])
    doc_ids = source.doc_ids
    heads = [
        replace(one, doc_ids=tuple(doc_ids[row] for row in fused.listed[:HEAD].tolist()))
        for one, fused in zip(lists, stage.fused, strict=True)
    ]
    names = _FEATURES + (_DENSE_FEATURES if source.text_vectors is not None else ())
    matrix = extract(source, heads, names)
    rarest = float(lucene_idf(np.zeros(1, dtype=np.int64), source.forward.n_documents)[0])
    columns = {name: matrix.values[:, n].astype(np.float64) for n, name in enumerate(names)}
    found = np.full((len(lists), len(SIGNATURE)), np.nan)
    for number, one in enumerate(lists):
        start, stop = matrix.offsets[number : number + 2].tolist()
        if stop == start:
            continue
        head = {name: column[start:stop] for name, column in columns.items()}
        values = _signature(one.query, head, rarest, float(stage.agreement[number]))
        found[number] = [values[name] for name in SIGNATURE]
    return found


def _signature(
    query: str, head: Mapping[str, FloatArray], rarest: float, agreement: float
) -> dict[str, float]:
    terms = float(head["query_length"][0])
    lengths = np.log1p(head["text_length"])
    cosine = head.get("text_cosine", np.full(1, np.nan))
    best = _over(np.max, cosine)
    return {
        "query_terms": math.log1p(terms),
        "query_words_per_term": math.log1p(len(query.split()) / max(terms, 1.0)),
        "query_idf": float(head["query_idf_mean"][0]) / rarest,
        "query_unknown_share": float(head["query_unknown_share"][0]),
        "bm25_per_term": _over(np.max, head["bm25_score"]) / max(terms, 1.0) / rarest,
        "best_coverage": _over(np.max, head["query_in_text"]),
        "text_length": float(lengths.mean()),
        "text_length_spread": float(lengths.std()),
        "text_repetition": _over(np.mean, head["text_distinct_share"]),
        "text_idf": _over(np.mean, head["text_idf_mean"]) / rarest,
        "title_length": float(np.log1p(head["title_length"]).mean()),
        "best_cosine": best,
        "cosine_margin": best - _over(np.mean, cosine),
        "stage_agreement": agreement,
    }


def _over(reduce: Callable[[FloatArray], float], values: FloatArray) -> float:
    """A statistic of the values that are there; NaN where none is."""
    there = values[np.isfinite(values)]
    return float(reduce(there)) if len(there) else math.nan


def _agreement(hits: dict[str, StageHits], number: int) -> float:
    heads: list[IntArray] = [found.rows[number][:HEAD] for found in hits.values()]
    if len(heads) < 2:
        return math.nan
    shared = set(heads[0].tolist()).intersection(*(head.tolist() for head in heads[1:]))
    return len(shared) / max(min(map(len, heads)), 1)
