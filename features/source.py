"""What features need of an index; `lrat_rank.models.first_stage.Index` provides it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from lrat_rank.features.forward import FloatArray, ForwardIndex, IntArray
from lrat_rank.features.token_index import QueryPieces, TokenIndex


@dataclass(frozen=True, slots=True)
class StageHits:
    """What one first stage returned for a batch of queries, best first; ties as `rank_by_score`.

    Attributes:
        rows: One int64 array a query: row numbers in the index.
        scores: One float32 array a query, aligned with `rows`.
    """

    rows: list[IntArray]
    scores: list[FloatArray]


class FeatureSource(Protocol):
    """An index, as far as features look into it."""

    @property
    def forward(self) -> ForwardIndex:
        """Every document's terms."""
        ...

    @property
    def text_vectors(self) -> FloatArray | None:
        """float32 (documents, d), unit length; None without an encoder."""
        ...

    @property
    def title_vectors(self) -> FloatArray | None:
        """float32 (documents, d), unit length or zero where a document has no title; or None."""
        ...

    @property
    def token_index(self) -> TokenIndex | None:
        """Vectors of word pieces and passages; None where the index keeps none."""
        ...

    @property
    def doc_ids(self) -> Sequence[str]:
        """Every document's doc_id, by row."""
        ...

    @property
    def doc_id_order(self) -> IntArray:
        """int64 (documents,); each row's place among the sorted doc_ids, which decides ties."""
        ...

    def __contains__(self, doc_id: object) -> bool:
        """Whether a document of that doc_id is in the index."""
        ...

    def rows(self, doc_ids: Sequence[str]) -> IntArray:
        """int64 row numbers; raises InputError for an unknown doc_id."""
        ...

    def encode_queries(self, queries: Sequence[str]) -> FloatArray | None:
        """float32 (queries, d), unit length; None without an encoder."""
        ...

    def encode_query_pieces(self, queries: Sequence[str]) -> list[QueryPieces] | None:
        """One a query: its word pieces as vectors; None where the index keeps none."""
        ...

    def stage_hits(self, queries: Sequence[str], depth: int) -> dict[str, StageHits]:
        """The lists of the first stages the index has: "bm25", and "dense" where it has vectors.

        They are `depth` deep at most, and hold a document once.
        """
        ...


def order_of(doc_ids: Sequence[str]) -> IntArray:
    """Each doc_id's place among them all, sorted: int64 (documents,); no two are equal.

    >>> order_of(["b", "c", "a"]).tolist()
    [1, 2, 0]
    """
    order = np.empty(len(doc_ids), dtype=np.int64)
    order[sorted(range(len(doc_ids)), key=doc_ids.__getitem__)] = np.arange(len(doc_ids))
    return order
