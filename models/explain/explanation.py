"""What an explanation holds, whatever the ranker."""

from __future__ import annotations

import msgspec


class Contribution(msgspec.Struct, frozen=True, kw_only=True):
    """What one column adds to a score.

    Attributes:
        feature: The column.
        value: Of the document; None where it is missing.
        contribution: Its SHAP value, in the score's unit.
    """

    feature: str
    value: float | None
    contribution: float


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """What one sentence does.

    Attributes:
        text: As the model reads it.
        effect: Logit with it minus logit without it; above 0 it speaks for the document.
    """

    text: str
    effect: float


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """What a cross-encoder read.

    Attributes:
        query: The first text of the pair.
        read: The second text, as far as it was read.
        cut: What was cut off its end (or its start), not read; empty where nothing was.
        sentences: What each sentence of `read` does, in their order; the first ones, where there
            are more than asked for.
    """

    query: str
    read: str
    cut: str
    sentences: tuple[Sentence, ...]


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why a ranker gave a document its score.

    Attributes:
        ranker: Kind, and what it is in the ranker around it.
        score: Of the document.
        rank: In the list, from 1; None where the ranker did not order the list.
        n_documents: Of the list.
        terms: Name → summand or factor of the score, and what decided it; in words for people.
        contributions: Of trees' columns, the largest first.
        passage: Of a cross-encoder.
        parts: Of the rankers inside.
    """

    ranker: str
    score: float
    rank: int | None
    n_documents: int
    terms: dict[str, float | str]
    contributions: tuple[Contribution, ...] = ()
    passage: Passage | None = None
    parts: tuple[Explanation, ...] = ()
