"""Which of the query's terms a candidate holds, and how much they say."""

from __future__ import annotations

import numpy as np

from lrat_rank.features.block import CandidateBlock, FieldBlock
from lrat_rank.features.forward import FloatArray, lucene_idf
from lrat_rank.features.spec import FeatureSpec, Group, Need, feature

_INFINITY = float("inf")
_BM25 = "Robertson and Zaragoza 2009, with the field's own idf and lengths; k1 = 1.5, b = 0.75"
_DIRICHLET = "Zhai and Lafferty, TOIS 2004, mu = 2000"
_NO_TITLE = "the document has no title"
_NO_TEXT = "the document has no text"


def _field_bm25(block: FieldBlock) -> FloatArray:
    from lrat_rank.features.formulas import bm25

    field, queries = block.field, block.queries
    idf = lucene_idf(field.document_frequency[queries.known], field.n_documents)
    weight, average = idf * queries.frequency, field.average_length or 1.0
    return block.where_present(bm25(block.frequency, block.owner, weight, block.lengths, average))


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
    from lrat_rank.features.formulas import dirichlet

    field, queries = block.field, block.queries
    probability = field.collection_frequency[queries.known] / max(len(field.tokens), 1)
    return block.where_present(
        dirichlet(block.frequency, block.owner, queries.frequency, probability, block.lengths)
    )


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
    whole = block.per_list(block.idf_sum)
    share = np.divide(
        field.held_weight(block.idf), whole, out=block.constant(np.nan), where=whole > 0
    )
    # Both are sums of the same numbers, in orders of their own.
    return field.where_present(np.minimum(share, 1.0))


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
    title, whole = block.title, block.document.title_idf_sum
    share = title.held_weight(block.idf) / np.where(title.empty, 1.0, whole)
    # Both are sums of the same numbers, in orders of their own.
    return title.where_present(np.minimum(share, 1.0))


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
    return block.title.matches.whole
