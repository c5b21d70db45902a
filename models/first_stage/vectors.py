"""Nearest documents by inner product: exact, or approximate through a Faiss graph or clusters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from lrat_rank.features.forward import FloatArray
from lrat_rank.features.source import StageHits
from lrat_rank.registry import Registry

_FILE = "vectors.faiss"


class VectorSearch(Protocol):
    """Finds the documents whose vectors have the largest inner product with a query's."""

    def search(self, queries: FloatArray, depth: int) -> StageHits:
        """The `depth` nearest rows for each of the queries (n, d)."""
        ...


@dataclass(frozen=True)
class ExactSearch:
    """Every vector is compared; the memory-mapped array serves as it is."""

    vectors: FloatArray

    def search(self, queries: FloatArray, depth: int) -> StageHits:
        """See `VectorSearch.search`."""
        import faiss

        scores, rows = faiss.knn(
            queries, self.vectors, min(depth, len(self.vectors)), metric=faiss.METRIC_INNER_PRODUCT
        )
        return _hits(rows, scores)


@dataclass(frozen=True)
class ApproximateSearch:
    """A Faiss index; it may miss a neighbour, and answers large collections quicker."""

    index: Any

    def search(self, queries: FloatArray, depth: int) -> StageHits:
        """See `VectorSearch.search`."""
        scores, rows = self.index.search(queries, min(depth, self.index.ntotal))
        return _hits(rows, scores)


def _hits(rows: Any, scores: Any) -> StageHits:
    # Faiss fills a list it could not complete with row −1.
    found = rows >= 0
    return StageHits(
        [row[keep].astype(np.int64) for row, keep in zip(rows, found, strict=True)],
        [score[keep] for score, keep in zip(scores, found, strict=True)],
    )


class FaissRecipe(Protocol):
    """Names the Faiss index for a number of documents."""

    def __call__(self, n_documents: int) -> str:
        """A factory string of Faiss."""
        ...


ANN: Registry[FaissRecipe | None] = Registry("ANN index")
ANN.add("flat", None)
ANN.add("hnsw", lambda n_documents: "HNSW32")
ANN.add("ivf", lambda n_documents: f"IVF{max(1, round(n_documents**0.5))},Flat")


def build_vector_search(vectors: FloatArray, ann: str, folder: Path) -> None:
    """Build and store the index named `ann`; an exact search needs nothing stored."""
    recipe = ANN.get(ann)
    if recipe is None:
        return
    import faiss

    index = faiss.index_factory(vectors.shape[1], recipe(len(vectors)), faiss.METRIC_INNER_PRODUCT)
    index.train(vectors)
    index.add(vectors)
    faiss.write_index(index, str(folder / _FILE))


def open_vector_search(vectors: FloatArray, folder: Path) -> VectorSearch:
    """The stored index, or an exact search where none was stored."""
    if not (folder / _FILE).exists():
        return ExactSearch(vectors)
    import faiss

    return ApproximateSearch(faiss.read_index(str(folder / _FILE)))
