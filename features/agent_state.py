"""What an agent knew when it searched, as far as features look into it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lrat_rank.features.candidates import CandidateList
from lrat_rank.features.forward import FloatArray, IntArray
from lrat_rank.features.source import FeatureSource
from lrat_rank.mining.labels import Context

ENCODED_WORDS = 200
"""White-space words of a question or a reasoning that are encoded, the last ones: about as many as
small encoders read, and a thought ends with what is wanted."""


@dataclass(frozen=True)
class AgentState:
    """A context with the rows and vectors of what it names.

    Attributes:
        context: What the agent knew.
        read_rows: int64 (read,); the documents it had read, of the index.
        useful_rows: int64 (useful,); those it had found useful. Where nobody judged, as behind a
            running search tool, those it had read.
        question_vector: float32 (d,) of unit length, or None without a question or an encoder.
        reasoning_vector: The same of the reasoning.
    """

    context: Context
    read_rows: IntArray
    useful_rows: IntArray
    question_vector: FloatArray | None = None
    reasoning_vector: FloatArray | None = None

    @cached_property
    def times_shown(self) -> Counter[str]:
        """Doc_id → how many earlier lists showed it."""
        return Counter(self.context.shown_doc_ids)


def agent_states(
    source: FeatureSource, lists: Sequence[CandidateList], *, encode: bool
) -> list[AgentState | None]:
    """The states behind some lists; every text is encoded once.

    Args:
        source: The index.
        lists: Queries with candidates.
        encode: Whether vectors of questions and reasonings are wanted.

    Returns:
        One a list; None where no context was given, or none that was recorded.
    """
    contexts = [
        one.context if one.context is not None and one.context.recorded else None for one in lists
    ]
    texts = dict.fromkeys(
        _last_words(text)
        for context in contexts
        if context is not None
        for text in (context.question, context.reasoning)
        if text.strip()
    )
    vectors = source.encode_queries(list(texts)) if encode and texts else None
    of_text = {} if vectors is None else dict(zip(texts, vectors, strict=True))
    return [None if context is None else _state(source, context, of_text) for context in contexts]


def _state(source: FeatureSource, context: Context, of_text: dict[str, FloatArray]) -> AgentState:
    useful = context.read_doc_ids if context.useful_doc_ids is None else context.useful_doc_ids
    return AgentState(
        context=context,
        read_rows=_rows(source, context.read_doc_ids),
        useful_rows=_rows(source, useful),
        question_vector=of_text.get(_last_words(context.question)),
        reasoning_vector=of_text.get(_last_words(context.reasoning)),
    )


def _rows(source: FeatureSource, doc_ids: Sequence[str]) -> IntArray:
    known = [doc_id for doc_id in doc_ids if doc_id in source]
    return source.rows(known) if known else np.empty(0, dtype=np.int64)


def _last_words(text: str) -> str:
    return " ".join(text.split()[-ENCODED_WORDS:])
