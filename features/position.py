"""Where in a candidate the query's terms stand, and how near to each other."""

from __future__ import annotations

import numpy as np

from lrat_rank.features.block import CandidateBlock
from lrat_rank.features.forward import FloatArray
from lrat_rank.features.spec import FeatureSpec, Group, Need, feature

_INFINITY = float("inf")
_TWO_TERMS = "the text holds fewer than two of the query's terms"


@feature(
    FeatureSpec(
        name="title_bigrams",
        group=Group.LEXICAL,
        unit="share",
        range=(0.0, 1.0),
        higher_is_better=True,
        missing="the document has no title, or the query fewer than two terms",
        needs=(Need.TERMS,),
        source="Metzler and Croft, SIGIR 2005, ordered window of two",
    )
)
def title_bigrams(block: CandidateBlock) -> FloatArray:
    """Share of the query's neighbouring term pairs that are neighbours in the title."""
    return block.title.matches.bigrams


@feature(
    FeatureSpec(
        name="text_bigrams",
        group=Group.LEXICAL,
        unit="share",
        range=(0.0, 1.0),
        higher_is_better=True,
        missing="the document has no text, or the query fewer than two terms",
        needs=(Need.TERMS,),
        source="Metzler and Croft, SIGIR 2005, ordered window of two",
    )
)
def text_bigrams(block: CandidateBlock) -> FloatArray:
    """Share of the query's neighbouring term pairs that are neighbours in the text."""
    return block.text.matches.bigrams


@feature(
    FeatureSpec(
        name="text_min_distance",
        group=Group.LEXICAL,
        unit="terms",
        range=(1.0, _INFINITY),
        higher_is_better=False,
        missing=_TWO_TERMS,
        needs=(Need.TERMS,),
        source="Tao and Zhai, SIGIR 2007, MinDist",
    )
)
def text_min_distance(block: CandidateBlock) -> FloatArray:
    """Smallest distance between two different query terms in the text."""
    return block.text.matches.min_distance


@feature(
    FeatureSpec(
        name="text_window_density",
        group=Group.LEXICAL,
        unit="share",
        range=(0.0, 1.0),
        higher_is_better=True,
        missing=_TWO_TERMS,
        needs=(Need.TERMS,),
        source="Tao and Zhai, SIGIR 2007, MinCover",
    )
)
def text_window_density(block: CandidateBlock) -> FloatArray:
    """Distinct query terms in the text, over the length of the shortest passage with them all."""
    held: FloatArray = np.count_nonzero(block.text.held, axis=1) / block.text.matches.min_window
    return held


@feature(
    FeatureSpec(
        name="text_first_match",
        group=Group.LEXICAL,
        unit="terms",
        range=(0.0, _INFINITY),
        higher_is_better=False,
        missing="the text holds no query term",
        needs=(Need.TERMS,),
    )
)
def text_first_match(block: CandidateBlock) -> FloatArray:
    """How many terms of the text stand before the first query term."""
    return block.text.matches.first
