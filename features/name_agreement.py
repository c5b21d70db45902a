"""Names and numbers of the query in a candidate, and what answers the query may be after."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lrat_rank.features.block import CandidateBlock, FieldBlock
from lrat_rank.features.forward import BoolArray, FloatArray
from lrat_rank.features.spec import FeatureSpec, Group, Need, feature
from lrat_rank.features.wording import Asked, Phrases, held_share

_INFINITY = float("inf")
_NO_NAMES = "the query has no capitalised name"
_NO_NUMBERS = "the query has no number of two digits or more"


def _spec(
    name: str, unit: str, high: float, *, better: bool | None, missing: str | None
) -> FeatureSpec:
    return FeatureSpec(
        name=name,
        group=Group.NAMES,
        unit=unit,
        range=(0.0, high),
        higher_is_better=better,
        missing=missing,
        needs=(Need.TERMS,),
    )


@feature(
    _spec("names_in_title", "share", 1.0, better=True, missing=f"{_NO_NAMES}, or no title is there")
)
def names_in_title(block: CandidateBlock) -> FloatArray:
    """Share of the query's capitalised names whose every word the title holds."""
    return _names_in(block, block.title)


@feature(
    _spec("names_in_text", "share", 1.0, better=True, missing=f"{_NO_NAMES}, or no text is there")
)
def names_in_text(block: CandidateBlock) -> FloatArray:
    """Share of the query's capitalised names whose every word the text holds."""
    return _names_in(block, block.text)


def _names_in(block: CandidateBlock, field: FieldBlock) -> FloatArray:
    return field.where_present(_held_shares(block, [w.names for w in block.wordings], field.held))


def _held_shares(block: CandidateBlock, wanted: Sequence[Phrases], held: BoolArray) -> FloatArray:
    """float64 (candidates,); the share of its query's phrases that each candidate holds."""
    share = block.constant(np.nan)
    for number, phrases in enumerate(wanted):
        if phrases:
            some = slice(block.offsets[number], block.offsets[number + 1])
            share[some] = held_share(phrases, held[some].T)
    return share


@feature(_spec("numbers_found", "share", 1.0, better=True, missing=_NO_NUMBERS))
def numbers_found(block: CandidateBlock) -> FloatArray:
    """Share of the query's numbers that stand in title or text."""
    held = block.title.held | block.text.held
    return _held_shares(block, [wording.numbers for wording in block.wordings], held)


@feature(_spec("text_numbers", "terms", _INFINITY, better=None, missing=None))
def text_numbers(block: CandidateBlock) -> FloatArray:
    """Numbers of two digits or more in the text, repeats counted."""
    return block.document.numbers


@feature(_spec("text_years", "terms", _INFINITY, better=None, missing=None))
def text_years(block: CandidateBlock) -> FloatArray:
    """Years from 1000 to 2099 in the text, repeats counted."""
    return block.document.years


@feature(
    _spec(
        "answer_cue",
        "0 or 1",
        1.0,
        better=True,
        missing="the query asks neither for a time nor for a quantity",
    )
)
def answer_cue(block: CandidateBlock) -> FloatArray:
    """Whether the text holds a year, for a query that asks when; a number, if it asks how many."""
    asked = query_asks(block)
    counts = np.where(asked == Asked.TIME, block.document.years, block.document.numbers)
    return np.where(asked == Asked.OTHER, np.nan, counts > 0)


@feature(
    FeatureSpec(
        name="query_asks",
        group=Group.NAMES,
        unit="0 other, 1 time, 2 quantity",
        range=(0.0, 2.0),
        higher_is_better=None,
        missing=None,
        needs=(Need.TERMS,),
        categorical=True,
    )
)
def query_asks(block: CandidateBlock) -> FloatArray:
    """The kind of answer the query asks for."""
    return block.per_list([wording.asked for wording in block.wordings])
