"""A cross-encoder explained: the text it read, and what each sentence of it does."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from lrat_rank.collections import Document
from lrat_rank.models.explain.explanation import Passage, Sentence
from lrat_rank.models.first_stage.passages import sentence_starts
from lrat_rank.models.ranker import CandidateList

if TYPE_CHECKING:
    from lrat_rank.models.cross_encoder.ranker import CrossEncoderRanker


def passage_read(
    ranker: CrossEncoderRanker, one: CandidateList, document: Document, *, most_sentences: int
) -> Passage:
    """What the model read of a document, and its logit's change as sentences are left out.

    Args:
        ranker: The cross-encoder.
        one: The query, with what the agent knew.
        document: The document.
        most_sentences: Sentences that are left out in turn; 0 for none.
    """
    template = ranker.record.template
    query, text = template.of_query(one.query, one.context), template.of_document(document)
    start, stop = ranker.span_read(query, text)
    read = text[start:stop]
    starts = [*sentence_starts(Document("", read)).tolist(), len(read)]
    parts = [read[start:stop].strip() for start, stop in pairwise(starts)]
    sentences = [part for part in parts if part][:most_sentences]
    return Passage(
        query=str(query),
        read=read,
        cut=text[stop:] if start == 0 else text[:start],
        sentences=_effects(ranker, one, read, sentences),
    )


def _effects(
    ranker: CrossEncoderRanker, one: CandidateList, read: str, sentences: list[str]
) -> tuple[Sentence, ...]:
    """Each text is what the model reads already, so that leaving a sentence out lets none in."""
    if not sentences:
        return ()
    without = [_without(read, sentence) for sentence in sentences]
    query = ranker.record.template.of_query(one.query, one.context)
    whole, *others = ranker.score_texts(query, [read, *without]).tolist()
    return tuple(
        Sentence(text=sentence, effect=whole - other)
        for sentence, other in zip(sentences, others, strict=True)
    )


def _without(text: str, sentence: str) -> str:
    before, _, after = text.partition(sentence)
    return f"{before.rstrip()} {after.lstrip()}".strip()
