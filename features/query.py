"""What the query is like: alike for all candidates, it says which other features to trust."""

from __future__ import annotations

import numpy as np

from lrat_rank.features.block import CandidateBlock
from lrat_rank.features.forward import FloatArray
from lrat_rank.features.spec import FeatureSpec, Group, Need, feature

_INFINITY = float("inf")
_NO_TERMS = "the query has no terms"


@feature(
    FeatureSpec(
        name="query_length",
        group=Group.QUERY,
        unit="terms",
        range=(0.0, _INFINITY),
        higher_is_better=None,
        missing=None,
        needs=(Need.TERMS,),
    )
)
def query_length(block: CandidateBlock) -> FloatArray:
    """Terms in the query, repeats counted."""
    return block.constant(len(block.terms.sequence))


@feature(
    FeatureSpec(
        name="query_idf_mean",
        group=Group.QUERY,
        unit="idf",
        range=(0.0, _INFINITY),
        higher_is_better=None,
        missing=_NO_TERMS,
        needs=(Need.TERMS,),
    )
)
def query_idf_mean(block: CandidateBlock) -> FloatArray:
    """Mean idf of the query's distinct terms."""
    return block.constant(block.idf.mean() if len(block.idf) else np.nan)


@feature(
    FeatureSpec(
        name="query_idf_max",
        group=Group.QUERY,
        unit="idf",
        range=(0.0, _INFINITY),
        higher_is_better=None,
        missing=_NO_TERMS,
        needs=(Need.TERMS,),
    )
)
def query_idf_max(block: CandidateBlock) -> FloatArray:
    """Idf of the query's rarest term."""
    return block.constant(block.idf.max() if len(block.idf) else np.nan)


@feature(
    FeatureSpec(
        name="query_unknown_share",
        group=Group.QUERY,
        unit="share",
        range=(0.0, 1.0),
        higher_is_better=None,
        missing=_NO_TERMS,
        needs=(Need.TERMS,),
    )
)
def query_unknown_share(block: CandidateBlock) -> FloatArray:
    """Share of the query's distinct terms that no document holds."""
    terms = block.terms
    return block.constant(terms.n_unknown / terms.n_distinct if terms.n_distinct else np.nan)
