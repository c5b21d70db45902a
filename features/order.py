"""Whether the query's terms stand together in a candidate, and in the query's order."""

from __future__ import annotations

from lrat_rank.features.block import CandidateBlock
from lrat_rank.features.forward import FloatArray
from lrat_rank.features.spec import FeatureSpec, Group, Need, feature


def _spec(name: str, missing: str, source: str = "") -> FeatureSpec:
    return FeatureSpec(
        name=name,
        group=Group.LEXICAL,
        unit="share",
        range=(0.0, 1.0),
        higher_is_better=True,
        missing=missing,
        needs=(Need.TERMS,),
        source=source,
    )


@feature(
    _spec(
        "text_close_pairs",
        "the document has no text, or the query fewer than two different terms",
        "Metzler and Croft, SIGIR 2005, unordered window of eight",
    )
)
def text_close_pairs(block: CandidateBlock) -> FloatArray:
    """Share of the query's neighbouring term pairs that stand within eight terms in the text."""
    return block.text.matches.close_pairs


@feature(_spec("text_longest_run", "the document has no text, or the query no terms"))
def text_longest_run(block: CandidateBlock) -> FloatArray:
    """Longest stretch of query terms in the query's order in the text, over the query's length."""
    return block.text.matches.longest_run


@feature(_spec("text_order_agreement", "no two different query terms occur in the text"))
def text_order_agreement(block: CandidateBlock) -> FloatArray:
    """Share of neighbouring matches in the text that keep the order of the query."""
    return block.text.matches.order_agreement
