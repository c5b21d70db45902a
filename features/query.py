"""What the query is like: alike for all candidates, it says which other features to trust."""

from __future__ import annotations

import numpy as np

from lrat_rank.features.block import CandidateBlock
from lrat_rank.features.forward import FloatArray, IntArray
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
    return block.per_list(block.queries.lengths)


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
    return block.per_list(_over(block.idf_sum, block.queries.n_distinct))


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
    unknown = np.where(block.queries.n_unknown > 0, block.unknown_idf, 0.0)
    highest = np.maximum(block.idf.max(axis=1, initial=0.0), unknown)
    return block.per_list(np.where(block.queries.n_distinct > 0, highest, np.nan))


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
    return block.per_list(_over(block.queries.n_unknown, block.queries.n_distinct))


def _over(amount: FloatArray | IntArray, count: IntArray) -> FloatArray:
    """float64; NaN for a query without terms."""
    share: FloatArray = np.full(len(count), np.nan)
    np.divide(amount, count, out=share, where=count > 0)
    return share
