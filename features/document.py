"""What a candidate is like, whatever the query."""

from __future__ import annotations

import numpy as np

from lrat_rank.features.block import CandidateBlock
from lrat_rank.features.forward import FloatArray
from lrat_rank.features.spec import FeatureSpec, Group, Need, feature

_INFINITY = float("inf")
_NO_TITLE = "the document has no title"
_NO_TEXT = "the document has no text"


@feature(
    FeatureSpec(
        name="title_length",
        group=Group.DOCUMENT,
        unit="terms",
        range=(0.0, _INFINITY),
        higher_is_better=None,
        missing=None,
        needs=(Need.TERMS,),
    )
)
def title_length(block: CandidateBlock) -> FloatArray:
    """Terms in the title."""
    return block.title.lengths.astype(np.float64)


@feature(
    FeatureSpec(
        name="text_length",
        group=Group.DOCUMENT,
        unit="terms",
        range=(0.0, _INFINITY),
        higher_is_better=None,
        missing=None,
        needs=(Need.TERMS,),
    )
)
def text_length(block: CandidateBlock) -> FloatArray:
    """Terms in the text."""
    return block.text.lengths.astype(np.float64)


@feature(
    FeatureSpec(
        name="text_distinct_share",
        group=Group.DOCUMENT,
        unit="share",
        range=(0.0, 1.0),
        higher_is_better=None,
        missing=_NO_TEXT,
        needs=(Need.TERMS,),
    )
)
def text_distinct_share(block: CandidateBlock) -> FloatArray:
    """Distinct terms of the text over all its terms: low where it repeats itself."""
    return block.document.text_distinct_share


@feature(
    FeatureSpec(
        name="title_idf_mean",
        group=Group.DOCUMENT,
        unit="idf",
        range=(0.0, _INFINITY),
        higher_is_better=None,
        missing=_NO_TITLE,
        needs=(Need.TERMS,),
    )
)
def title_idf_mean(block: CandidateBlock) -> FloatArray:
    """Mean idf of the title's terms."""
    return block.document.title_idf_mean


@feature(
    FeatureSpec(
        name="text_idf_mean",
        group=Group.DOCUMENT,
        unit="idf",
        range=(0.0, _INFINITY),
        higher_is_better=None,
        missing=_NO_TEXT,
        needs=(Need.TERMS,),
    )
)
def text_idf_mean(block: CandidateBlock) -> FloatArray:
    """Mean idf of the text's terms."""
    return block.document.text_idf_mean


@feature(
    FeatureSpec(
        name="text_idf_max",
        group=Group.DOCUMENT,
        unit="idf",
        range=(0.0, _INFINITY),
        higher_is_better=None,
        missing=_NO_TEXT,
        needs=(Need.TERMS,),
    )
)
def text_idf_max(block: CandidateBlock) -> FloatArray:
    """Idf of the text's rarest term."""
    return block.document.text_idf_max
