"""How near a candidate is to the query in the encoder's space."""

from __future__ import annotations

from lrat_rank.features.forward import FloatArray
from lrat_rank.features.list_block import ListBlock
from lrat_rank.features.spec import FeatureSpec, Group, Need, list_feature

_NO_TITLE = "the document has no title"


@list_feature(
    FeatureSpec(
        name="text_cosine",
        group=Group.DENSE,
        unit="cosine",
        range=(-1.0, 1.0),
        higher_is_better=True,
        missing="the document has no vector",
        needs=(Need.VECTORS,),
    )
)
def text_cosine(block: ListBlock) -> FloatArray:
    """Cosine of query and document: the score of the dense first stage."""
    return block.text_cosine


@list_feature(
    FeatureSpec(
        name="title_cosine",
        group=Group.DENSE,
        unit="cosine",
        range=(-1.0, 1.0),
        higher_is_better=True,
        missing=_NO_TITLE,
        needs=(Need.VECTORS,),
    )
)
def title_cosine(block: ListBlock) -> FloatArray:
    """Cosine of query and title."""
    return block.title_cosine


@list_feature(
    FeatureSpec(
        name="title_text_cosine_gap",
        group=Group.DENSE,
        unit="cosine",
        range=(-2.0, 2.0),
        higher_is_better=None,
        missing=_NO_TITLE,
        needs=(Need.VECTORS,),
    )
)
def title_text_cosine_gap(block: ListBlock) -> FloatArray:
    """Cosine of query and title less cosine of query and document."""
    return block.title_cosine - block.text_cosine
