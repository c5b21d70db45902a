"""What an agent is shown of an answer, and what the log keeps of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from lrat_rank.collections import Document
from lrat_rank.mining.labels import Context
from lrat_rank.serving.already_read import Known
from lrat_rank.serving.answer import Answer, Flags
from lrat_rank.serving.engine import Engine
from lrat_rank.serving.session_journal import Served
from lrat_rank.serving.snippets import readable
from lrat_rank.trajectories.model import Impression


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One shown document: `rank` from 1, `score` of the last stage (higher is better).

    The snippet is a part of the title and text as an agent reads them. `highlights` are spans
    (start, end) of its characters that speak of the query. The session had opened the document
    before (`already_read`), or an earlier search had shown it (`already_shown`).
    """

    doc_id: str
    rank: int
    score: float
    snippet: str
    title: str = ""
    already_read: bool = False
    already_shown: bool = False
    highlights: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class OpenedDocument:
    """One document in full."""

    doc_id: str
    text: str
    title: str = ""

    @classmethod
    def of(cls, document: Document) -> OpenedDocument:
        """The document of an index."""
        return cls(document.doc_id, document.text, document.title)

    @property
    def contents(self) -> str:
        """The title on a line of its own, then the text: what an agent is given to read."""
        return readable(Document(self.doc_id, self.text, self.title))


def hits_of(engine: Engine, query: str, answer: Answer, context: Context) -> list[SearchHit]:
    """An answer's documents with snippets, and with tags where the engine's options want them.

    Args:
        engine: Whose answer it is.
        query: As it was asked.
        answer: What it gave.
        context: What the session knew before.
    """
    known = Known(context) if engine.options.already_read != "keep" else None
    documents = engine.documents([hit.doc_id for hit in answer.hits])
    excerpts = engine.snippets.of_all(query, [readable(one) for one in documents])
    shown = zip(answer.hits, documents, excerpts, strict=True)
    return [
        SearchHit(
            doc_id=hit.doc_id,
            rank=rank,
            score=hit.score,
            snippet=excerpt.text,
            title=document.title,
            already_read=known is not None and known.read(hit.doc_id),
            already_shown=known is not None and known.shown(hit.doc_id),
            highlights=tuple((start, end) for start, end in excerpt.highlights),
        )
        for rank, (hit, document, excerpt) in enumerate(shown, start=1)
    ]


def served_by(answer: Answer) -> Served:
    """What made the answer, for the log: of the flags, those that are not as usual."""
    usual = msgspec.structs.asdict(Flags())
    told = msgspec.structs.asdict(answer.flags)
    return Served(
        retriever=answer.stages,
        ranker_version=answer.ranker_version,
        arm=told.pop("arm"),
        flags={name: value for name, value in told.items() if value != usual[name]},
    )


def impressions_of(hits: Sequence[SearchHit], answer: Answer) -> list[Impression]:
    """The hits for the log, with the propensities of their places."""
    return [
        Impression(one.doc_id, one.rank, one.score, one.snippet, hit.propensity)
        for one, hit in zip(hits, answer.hits, strict=True)
    ]
