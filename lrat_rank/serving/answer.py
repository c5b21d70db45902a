"""What the engine answers: a ranking, and how it came about."""

from __future__ import annotations

from typing import Literal

import msgspec

Fallback = tuple[str, ...] | Literal["all"]
"""Documents that the ranker failed on; "all" where none of its scores could be used."""


class RankedDocument(msgspec.Struct, frozen=True, gc=False):
    """A document in its place.

    Attributes:
        doc_id: Which.
        score: Of the last stage; higher is better. The place may be another than the score's own
            where read documents are demoted or places are swapped.
        propensity: The probability in (0, 1] with which it came to its place.
    """

    doc_id: str
    score: float
    propensity: float = 1.0


class Flags(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How an answer came about.

    Attributes:
        depth_used: Documents that the ranker looked at; of a cascade, its second ranker; 0 where
            the first stage alone answered.
        shortened: Whether the time budget made that fewer.
        fallback: Documents that stand where the first stage had them, because the ranker failed on
            them; "all" where the whole list is the first stage's.
        cached: Whether the ranking is one of an earlier call.
        truncated: Share in [0, 1] of the scored texts' tokens that the ranker did not read.
        arm: The arm of an A/B test, or empty.
    """

    depth_used: int = 0
    shortened: bool = False
    fallback: Fallback = ()
    cached: bool = False
    truncated: float = 0.0
    arm: str = ""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A ranking.

    Attributes:
        hits: Best first.
        ranker_version: Of the deployment that ranked; empty for the first stage alone.
        flags: How it came about.
        candidates: doc_ids of all the documents it was made from.
        stages: What it went through, for instance `hybrid > LightGBMRanker`.
    """

    hits: tuple[RankedDocument, ...]
    candidates: tuple[str, ...] = ()
    stages: str = ""
    ranker_version: str = ""
    flags: Flags = Flags()
