"""Queries made from a document, and what of it is hidden when it is to be found by them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from lrat_rank.collections import Document
from lrat_rank.features.forward import ForwardIndex
from lrat_rank.models.cross_encoder.reading import AS_IT_STANDS, Reading
from lrat_rank.models.first_stage.passages import sentence_starts
from lrat_rank.models.warm_up.salient import salient_query

_LEAST_TERMS = 5
"""Terms that a sentence needs to ask something, and that a document needs to be read by."""
_MOST_WORDS = 40


@dataclass(frozen=True)
class MadeQuery:
    """A query that asks for one document.

    Attributes:
        text: The query.
        reading: What its list hides of its documents.
        words: Other documents that hold all of these may answer it too.
    """

    text: str
    reading: Reading = AS_IT_STANDS
    words: str = ""


Maker = Callable[[Document, ForwardIndex, np.random.Generator], MadeQuery | None]
"""Makes a query of a document; None where it cannot."""


def title_query(
    document: Document, forward: ForwardIndex, rng: np.random.Generator
) -> MadeQuery | None:
    """The title; all documents are read without theirs.

    A document that only names what another is about is a worse answer, so it stays a negative.
    """
    title = " ".join(document.title.split())
    if not len(forward.term_ids(title)) or len(forward.term_ids(document.text)) < _LEAST_TERMS:
        return None
    return MadeQuery(title, Reading(titles=False))


def sentence_query(
    document: Document, forward: ForwardIndex, rng: np.random.Generator
) -> MadeQuery | None:
    """A sentence drawn from the text, which is then read without it.

    Source: Lee, Chang and Toutanova, "Latent Retrieval for Weakly Supervised Open Domain Question
    Answering", ACL 2019, section 4 (the inverse cloze task).
    """
    sentences = _sentences(document.text)
    for number in rng.permutation(len(sentences)).tolist():
        sentence = sentences[number]
        # A sentence that comes twice would still be there to copy from.
        rest = " ".join(other for other in sentences if other != sentence)
        asks = len(forward.term_ids(sentence)) >= _LEAST_TERMS
        if (
            asks
            and len(sentence.split()) <= _MOST_WORDS
            and len(forward.term_ids(rest)) >= _LEAST_TERMS
            and sentence.lower() not in rest.lower()
        ):
            return MadeQuery(sentence, Reading(texts={document.doc_id: rest}), sentence)
    return None


def phrases_query(
    document: Document, forward: ForwardIndex, rng: np.random.Generator
) -> MadeQuery | None:
    """Some of the most telling words and phrases of title and text."""
    query = salient_query(document.contents, forward, rng)
    return MadeQuery(query, words=query) if query else None


MAKERS: dict[str, Maker] = {
    "title": title_query,
    "sentence": sentence_query,
    "phrases": phrases_query,
}
"""By the names that `KindShares` has."""


def _sentences(text: str) -> list[str]:
    """A text's sentences, on one line each."""
    starts = [*sentence_starts(Document("", text)).tolist(), len(text)]
    parts = [text[start:stop] for start, stop in pairwise(starts)]
    return [line for part in parts if (line := " ".join(part.split()))]
