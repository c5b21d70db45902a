"""BM25 over title and text: Lucene's variant, through `bm25s` or, for reference, `rank-bm25`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

import msgspec
import numpy as np

from lrat_rank.features.forward import BM25_B, BM25_K1, FloatArray, ForwardIndex, IntArray
from lrat_rank.features.source import StageHits
from lrat_rank.registry import Registry

_COMPILING_PAYS = 100_000_000
"""Queries × documents from which numba's seconds of compiling are won back; fewer are summed by
numpy. Both give the same scores."""


class Bm25Parameters(msgspec.Struct, frozen=True):
    """`k1` ≥ 0 bounds term frequency, `b` in [0, 1] sets length normalisation.

    The score of a document d for a query q is, with Lucene's idf (never negative),

        Σ_{t in q} ln(1 + (N − df_t + ½) / (df_t + ½)) · tf / (tf + k1·(1 − b + b·|d| / avg|d|))

    Source: Kamphuis et al., "Which BM25 Do You Mean?", ECIR 2020, Lucene (accurate).
    """

    k1: float = BM25_K1
    b: float = BM25_B


class Bm25(Protocol):
    """A searchable BM25."""

    def search(self, queries: Sequence[IntArray], depth: int) -> StageHits:
        """The best documents with a score above 0 for each query, given as term ids."""
        ...


class Bm25sBackend:
    """Scores computed once at indexing time; a query is a sum over sparse columns."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    @classmethod
    def build(cls, forward: ForwardIndex, parameters: Bm25Parameters) -> Bm25sBackend:
        """Index every document of a forward index."""
        import bm25s

        engine = bm25s.BM25(k1=parameters.k1, b=parameters.b, method="lucene")
        documents = [terms.tolist() for terms in forward.contents()]
        # One id more than the vocabulary, so that a collection without a single term has columns.
        vocabulary = {**forward.vocabulary, "": len(forward.vocabulary)}
        engine.index((documents, vocabulary), show_progress=False)
        return cls(engine)

    def save(self, folder: Path) -> None:
        """Write the score columns as `.npy`."""
        self._engine.save(folder, show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> Bm25sBackend:
        """Open saved columns, memory-mapped; nothing is unpickled."""
        import bm25s

        return cls(bm25s.BM25.load(folder, mmap=True, allow_pickle=False, show_progress=False))

    def search(self, queries: Sequence[IntArray], depth: int) -> StageHits:
        """See `Bm25.search`."""
        depth = min(depth, self._engine.scores["num_docs"])
        rows: list[IntArray] = [np.empty(0, np.int64)] * len(queries)
        scores: list[FloatArray] = [np.empty(0, np.float32)] * len(queries)
        asked = [number for number, query in enumerate(queries) if len(query)]
        if asked and depth:
            pairs = len(asked) * self._engine.scores["num_docs"]
            self._engine.backend = "numba" if pairs >= _COMPILING_PAYS else "numpy"
            found = self._engine.retrieve(
                [queries[number].tolist() for number in asked], k=depth, show_progress=False
            )
            for number, row, score in zip(asked, found.documents, found.scores, strict=True):
                rows[number] = row[score > 0].astype(np.int64)
                scores[number] = score[score > 0]
        return StageHits(rows, scores)


class RankBm25Backend:
    """The same formula on `rank-bm25`'s own counts: slow, simple, and the oracle of the tests."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine

    @classmethod
    def build(cls, forward: ForwardIndex, parameters: Bm25Parameters) -> RankBm25Backend:
        """Index every document of a forward index, in memory."""
        documents = [terms.tolist() for terms in forward.contents()]
        return cls(lucene_rank_bm25(documents, parameters))

    def search(self, queries: Sequence[IntArray], depth: int) -> StageHits:
        """See `Bm25.search`."""
        rows: list[IntArray] = []
        scores: list[FloatArray] = []
        for query in queries:
            every = self._engine.get_scores(query.tolist())
            best = np.argsort(-every, kind="stable")[:depth]
            best = best[every[best] > 0]
            rows.append(best)
            scores.append(every[best].astype(np.float32))
        return StageHits(rows, scores)


def lucene_rank_bm25(documents: Iterable[list[int]], parameters: Bm25Parameters) -> Any:
    """`rank-bm25`'s index with Lucene's idf and term weight, which it does not ship."""
    import rank_bm25

    class LuceneBM25(rank_bm25.BM25):
        def _calc_idf(self, document_frequency: dict[int, int]) -> None:
            for term, df in document_frequency.items():
                self.idf[term] = math.log(1 + (self.corpus_size - df + 0.5) / (df + 0.5))

        def get_scores(self, query: list[int]) -> FloatArray:
            length = np.array(self.doc_len) / self.avgdl
            norm = parameters.k1 * (1 - parameters.b + parameters.b * length)
            total = np.zeros(self.corpus_size)
            for term in query:
                tf = np.array([counts.get(term, 0) for counts in self.doc_freqs])
                total += self.idf.get(term, 0.0) * tf / (tf + norm)
            return total

    return LuceneBM25(list(documents))


class Bm25Builder(Protocol):
    """Makes a backend from a forward index."""

    def __call__(self, forward: ForwardIndex, parameters: Bm25Parameters) -> Bm25:
        """Index every document."""
        ...


BM25_BACKENDS: Registry[Bm25Builder] = Registry("BM25 backend")
BM25_BACKENDS.add("bm25s", Bm25sBackend.build)
BM25_BACKENDS.add("rank-bm25", RankBm25Backend.build)
