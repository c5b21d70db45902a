"""How an index is made."""

from __future__ import annotations

import msgspec

from lrat_rank.errors import InputError

TOKEN_VECTORS_PAY = 100_000
"""Documents up to which an index keeps token vectors unless told otherwise: they take about 150
bytes a word piece, two gigabytes for so many documents of 130 pieces."""


class IndexOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How an index is made.

    Attributes:
        encoder: "offline", a checkpoint folder, a hub name, or "none" for BM25 alone.
        language: Of the stemmer and stop words; "none" for neither.
        ann: "flat" (exact), "hnsw" or "ivf".
        bm25_backend: "bm25s", or "rank-bm25" for reference on small collections.
        token_vectors: Whether to keep a vector for every word piece, which late-interaction
            features need; None keeps them for up to `TOKEN_VECTORS_PAY` documents.
    """

    encoder: str = "offline"
    language: str = "english"
    ann: str = "flat"
    bm25_backend: str = "bm25s"
    token_vectors: bool | None = None

    def __post_init__(self) -> None:
        if not self.encoder.strip():
            raise InputError("encoder", must="a name, or none", got=repr(self.encoder))
        if self.token_vectors and self.encoder == "none":
            raise InputError(
                "token vectors",
                must="asked of an index with an encoder",
                got="encoder none",
                do="Give --encoder offline, or leave --token-vectors out.",
            )

    def keeps_token_vectors(self, n_documents: int) -> bool:
        """Whether an index of so many documents gets token vectors."""
        if self.token_vectors is None:
            return self.encoder != "none" and n_documents <= TOKEN_VECTORS_PAY
        return self.token_vectors
