# ruff: noqa: E402 - what says how to install the library comes before the library
"""The `rerankers` library: a ranker beside its own. Needs the extra `rerankers`.

`rerankers.Reranker(name)` makes the models it knows by name; this one is made by its class, and
then answers to the same calls.
"""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from lrat_rank.errors import InputError, require

require("rerankers", extra="rerankers")

from rerankers import Document
from rerankers.models.ranker import BaseRanker
from rerankers.results import RankedResults, Result

from lrat_rank.adapters.reranker import AnyRanker, Reranker

if TYPE_CHECKING:
    from lrat_rank.adapters.langchain import LratRerank

Docs: TypeAlias = str | Document | Sequence[str] | Sequence[Document]
Ids: TypeAlias = Sequence[str] | Sequence[int]


class LratRanker(BaseRanker):
    """Ranks documents as every ranker of the library does.

    Args:
        ranker: A cross-encoder's folder or a cascade's, a ranker that reads texts, or a
            `Reranker`.

    Raises:
        InputError: The ranker reads no texts.
    """

    def __init__(self, ranker: AnyRanker) -> None:
        self._ranker = Reranker.of(ranker)

    def rank(
        self,
        query: str,
        docs: Docs,
        doc_ids: Ids | None = None,
        metadata: Sequence[dict[str, Any]] | None = None,
    ) -> RankedResults:
        """The documents in their order, ranks from 1; equal scores keep the order given.

        Documents are copied, with their ids and metadata; those without an id get their position,
        from 0.

        Args:
            query: What they are to answer.
            docs: A text or document, or a list of them.
            doc_ids: Their ids, in place of their own.
            metadata: Theirs, in place of their own.

        Raises:
            InputError: Ids or metadata are of another number than documents, or a document is an
                image.
        """
        documents = _documents(docs, doc_ids, metadata)
        placed = self._ranker.place(query, [_text(document) for document in documents])
        results = [
            Result(document=documents[one.index], score=one.score, rank=rank)
            for rank, one in enumerate(placed, start=1)
        ]
        return RankedResults(results=results, query=query, has_scores=True)

    async def rank_async(
        self,
        query: str,
        docs: Docs,
        doc_ids: Ids | None = None,
        metadata: Sequence[dict[str, Any]] | None = None,
    ) -> RankedResults:
        """The same in a thread, so that the event loop goes on meanwhile."""
        return await asyncio.to_thread(self.rank, query, docs, doc_ids, metadata)

    def score(self, query: str, doc: str) -> float:
        """The score of one text."""
        return self._ranker.place(query, [doc])[0].score

    def as_langchain_compressor(self, k: int = 10) -> LratRerank:
        """LangChain's compressor with this ranker; keeps the best `k`.

        The library's own imports a module that LangChain 1 no longer has.

        Raises:
            MissingExtraError: langchain-core is not installed.
        """
        from lrat_rank.adapters.langchain import LratRerank

        return LratRerank(self._ranker, top_n=k)


def _documents(
    docs: Docs, doc_ids: Ids | None, metadata: Sequence[dict[str, Any]] | None
) -> list[Document]:
    given = [docs] if isinstance(docs, str | Document) else list(docs)
    for what, values in (("doc_ids", doc_ids), ("metadata", metadata)):
        if values is not None and len(values) != len(given):
            raise InputError(what, must=f"one a document, {len(given)}", got=len(values))
    made = [Document(one) if isinstance(one, str) else copy.copy(one) for one in given]
    for position, document in enumerate(made):
        if doc_ids is not None:
            document.doc_id = doc_ids[position]
        elif document.doc_id is None:
            document.doc_id = position
        if metadata is not None:
            document.metadata = metadata[position]
    return made


def _text(document: Document) -> str:
    if document.text is None:
        raise InputError(
            "document", must="a text", got=f"one of type {document.document_type!r} without"
        )
    return str(document.text)
