"""The query's word pieces against each document's, and the query against each passage."""

from __future__ import annotations

import numpy as np

from lrat_rank.features.forward import FloatArray
from lrat_rank.features.list_block import ListBlock
from lrat_rank.features.spec import FeatureSpec, Group, Need, list_feature
from lrat_rank.features.token_index import VectorRows

_MAXSIM = "Khattab and Zaharia, SIGIR 2020, eq. 3, over the query's length"
_NO_PIECES = "the document or the query has no word piece"
_NO_PASSAGE = "the document has no word piece"


def _spec(name: str, missing: str, source: str = "", needs: tuple[Need, ...] = ()) -> FeatureSpec:
    return FeatureSpec(
        name=name,
        group=Group.LATE_INTERACTION,
        unit="cosine",
        range=(-1.0, 1.0),
        higher_is_better=True,
        missing=missing,
        needs=(Need.TOKEN_VECTORS, *needs),
        source=source,
    )


def maxsim_score(best: FloatArray, weights: FloatArray) -> FloatArray:
    """Σ_i w_i · best_i / Σ_i w_i over the query's word pieces.

    Args:
        best: float (m, candidates); each piece's best cosine in each document.
        weights: float (m,), > 0; alike for MaxSim.

    Returns:
        float64 (candidates,), in [−1, 1]; NaN where the query has no piece.

    Source: Khattab and Zaharia, "ColBERT", SIGIR 2020, eq. 3, which sums and does not divide.

    >>> maxsim_score(np.array([[1.0, 0.5], [0.0, 0.5]]), np.array([3.0, 1.0])).tolist()
    [0.75, 0.5]
    """
    if len(best) == 0:
        return np.full(best.shape[1], np.nan)
    score: FloatArray = (best * weights[:, None]).sum(axis=0, dtype=np.float64) / weights.sum()
    return np.clip(score, -1.0, 1.0)


@list_feature(_spec("maxsim", _NO_PIECES, _MAXSIM))
def maxsim(block: ListBlock) -> FloatArray:
    """Mean over the query's word pieces of the nearest one in the document."""
    best = block.token_matches.of_query()
    return maxsim_score(best, np.ones(len(best)))


@list_feature(_spec("maxsim_idf", _NO_PIECES, f"{_MAXSIM}; weighted"))
def maxsim_idf(block: ListBlock) -> FloatArray:
    """As MaxSim, with the query's word pieces weighted by how rare they are in the collection."""
    assert block.query_pieces is not None  # Need.TOKEN_VECTORS
    return maxsim_score(block.token_matches.of_query(), block.query_pieces.idf)


@list_feature(_spec("document_maxsim", _NO_PIECES, _MAXSIM))
def document_maxsim(block: ListBlock) -> FloatArray:
    """Mean over the document's word pieces of the nearest one in the query."""
    return block.token_matches.of_documents()


def _best_passage(block: ListBlock, passages: VectorRows) -> FloatArray:
    assert block.query_vector is not None  # Need.VECTORS
    nearest: FloatArray = passages.best(block.rows, block.query_vector[None]).of_query()[0]
    return nearest


@list_feature(_spec("best_sentence_cosine", _NO_PASSAGE, needs=(Need.VECTORS,)))
def best_sentence_cosine(block: ListBlock) -> FloatArray:
    """Cosine of the query and the nearest sentence, its vector the mean over its word pieces."""
    assert block.token_index is not None  # Need.TOKEN_VECTORS
    return _best_passage(block, block.token_index.sentences)


@list_feature(_spec("best_window_cosine", _NO_PASSAGE, needs=(Need.VECTORS,)))
def best_window_cosine(block: ListBlock) -> FloatArray:
    """Cosine of the query and the nearest window of 48 word pieces; windows overlap by half."""
    assert block.token_index is not None  # Need.TOKEN_VECTORS
    return _best_passage(block, block.token_index.windows)
