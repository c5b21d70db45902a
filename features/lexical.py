"""Which of the query's terms a candidate holds, and how much they say."""

from __future__ import annotations

import numpy as np

from lrat_rank.features.block import CandidateBlock, FieldBlock
from lrat_rank.features.formulas import bm25, coverage, dirichlet
from lrat_rank.features.forward import FloatArray, lucene_idf
from lrat_rank.features.spec import FeatureSpec, Group, Need, feature

_INFINITY = float("inf")
_BM25 = "Robertson and Zaragoza 2009, with the field's own idf and lengths; k1 = 1.5, b = 0.75"
_DIRICHLET = "Zhai and Lafferty, TOIS 2004, mu = 2000"
_NO_TITLE = "the document has no title"
_NO_TEXT = "the document has no text"


def _field_bm25(block: FieldBlock) -> FloatArray:
    idf = lucene_idf(block.field.document_frequency[block.query.known], block.field.n_documents)
    average = block.field.average_length or 1.0
    scores = bm25(block.frequency, idf * block.query.frequency, block.lengths, average)
    return block.where_present(scores)


@feature(
    FeatureSpec(
        name="title_bm25",
        group=Group.LEXICAL,
        unit="score",
        range=(0.0, _INFINITY),
        higher_is_better=True,
        missing=_NO_TITLE,
        needs=(Need.TERMS,),
        source=_BM25,
    )
)
def title_bm25(block: CandidateBlock) -> FloatArray:
    """BM25 of the title alone."""
    return _field_bm25(block.title)


@feature(
    FeatureSpec(
        name="text_bm25",
        group=Group.LEXICAL,
        unit="score",
        range=(0.0, _INFINITY),
        higher_is_better=True,
        missing=_NO_TEXT,
        needs=(Need.TERMS,),
        source=_BM25,
    )
)
def text_bm25(block: CandidateBlock) -> FloatArray:
    """BM25 of the text alone."""
    return _field_bm25(block.text)


def _field_dirichlet(block: FieldBlock) -> FloatArray:
    counts = block.field.collection_frequency[block.query.known]
    occurs = counts > 0
    if not occurs.any():
        return np.full(len(block.rows), np.nan)
    probability = counts[occurs] / len(block.field.tokens)
    likelihood = dirichlet(
        block.frequency[occurs], block.query.frequency[occurs], probability, block.lengths
    )
    return block.where_present(likelihood)


@feature(
    FeatureSpec(
        name="title_dirichlet",
        group=Group.LEXICAL,
        unit="nats",
        range=(-_INFINITY, 0.0),
        higher_is_better=True,
        missing=f"{_NO_TITLE}, or no title of the collection holds a query term",
        needs=(Need.TERMS,),
        source=_DIRICHLET,
    )
)
def title_dirichlet(block: CandidateBlock) -> FloatArray:
    """Log-likelihood of the query under the title's smoothed language model."""
    return _field_dirichlet(block.title)


@feature(
    FeatureSpec(
        name="text_dirichlet",
        group=Group.LEXICAL,
        unit="nats",
        range=(-_INFINITY, 0.0),
        higher_is_better=True,
        missing=f"{_NO_TEXT}, or no text of the collection holds a query term",
        needs=(Need.TERMS,),
        source=_DIRICHLET,
    )
)
def text_dirichlet(block: CandidateBlock) -> FloatArray:
    """Log-likelihood of the query under the text's smoothed language model."""
    return _field_dirichlet(block.text)


def _query_coverage(block: CandidateBlock, field: FieldBlock) -> FloatArray:
    if block.terms.n_distinct == 0:
        return block.constant(np.nan)
    return field.where_present(coverage(field.frequency > 0, block.idf))


@feature(
    FeatureSpec(
        name="query_in_title",
        group=Group.LEXICAL,
        unit="share of idf",
        range=(0.0, 1.0),
        higher_is_better=True,
        missing=f"{_NO_TITLE}, or the query has no terms",
        needs=(Need.TERMS,),
    )
)
def query_in_title(block: CandidateBlock) -> FloatArray:
    """How much of the query's idf the title holds."""
    return _query_coverage(block, block.title)


@feature(
    FeatureSpec(
        name="query_in_text",
        group=Group.LEXICAL,
        unit="share of idf",
        range=(0.0, 1.0),
        higher_is_better=True,
        missing=f"{_NO_TEXT}, or the query has no terms",
        needs=(Need.TERMS,),
    )
)
def query_in_text(block: CandidateBlock) -> FloatArray:
    """How much of the query's idf the text holds."""
    return _query_coverage(block, block.text)


@feature(
    FeatureSpec(
        name="title_in_query",
        group=Group.LEXICAL,
        unit="share of idf",
        range=(0.0, 1.0),
        higher_is_better=True,
        missing=_NO_TITLE,
        needs=(Need.TERMS,),
    )
)
def title_in_query(block: CandidateBlock) -> FloatArray:
    """How much of the title's idf the query holds."""
    title = block.title
    tokens, owner = title.distinct
    idf = block.forward.idf[tokens]
    held = idf * np.isin(tokens, block.terms.known)
    whole = np.where(title.lengths > 0, title.sum_by_candidate(idf, owner), 1.0)
    return title.where_present(title.sum_by_candidate(held, owner) / whole)


@feature(
    FeatureSpec(
        name="exact_title",
        group=Group.LEXICAL,
        unit="0 or 1",
        range=(0.0, 1.0),
        higher_is_better=True,
        missing=_NO_TITLE,
        needs=(Need.TERMS,),
    )
)
def exact_title(block: CandidateBlock) -> FloatArray:
    """1 when the whole title stands in the query, in order."""
    title, query = block.title, block.terms.sequence
    known = np.bincount(title.owner, title.slots >= 0, len(block))
    if not ((known == title.lengths) & (title.lengths > 0)).any():
        return title.where_present(block.constant(0.0))
    starts = np.searchsorted(title.owner, np.arange(len(block)))
    place = np.arange(len(title.owner)) - starts[title.owner]
    found = np.zeros(len(block), dtype=bool)
    for first in range(len(query)):
        wanted = np.minimum(first + place, len(query) - 1)
        # Below 0 stands an unknown word of the query, and any other word of the title.
        same = (query[wanted] == title.slots) & (title.slots >= 0) & (first + place < len(query))
        found |= np.bincount(title.owner[same], minlength=len(block)) == title.lengths
    return title.where_present(found.astype(np.float64))
