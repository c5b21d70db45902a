"""Plain callables, for code that uses no framework, or one that takes any function."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from lrat_rank.adapters.reranker import AnyRanker, Reranker, check_top_n, titled
from lrat_rank.adapters.searcher import FoundDocument, Searcher
from lrat_rank.collections import Document
from lrat_rank.errors import InputError
from lrat_rank.serving import SearchTool

T = TypeVar("T", bound=str | Document | Mapping[str, Any])


@dataclass(frozen=True, slots=True)
class Reranked(Generic[T]):
    """One document in its place.

    Attributes:
        document: As given, the same object.
        index: Its position among the documents given, from 0.
        score: Finite; higher is better.
    """

    document: T
    index: int
    score: float


class Rerank:
    """A function from a query and documents to the documents in their order.

    Documents are texts, `lrat_rank.collections.Document`s, or mappings with `text` (or `contents`,
    or `content`) and perhaps `title`.

    Args:
        ranker: A cross-encoder's folder or a cascade's, a ranker that reads texts, or a
            `Reranker`.
        top_n: How many to keep unless a call says otherwise; all when None.

    Raises:
        InputError: The ranker reads no texts, or `top_n` is below 1.

    Example:
        rerank = Rerank("out/cross-encoder", top_n=3)
        best = rerank("who built it?", ["It rains.", "Ada built it."])[0].document
    """

    def __init__(self, ranker: AnyRanker, *, top_n: int | None = None) -> None:
        self._ranker, self._top_n = Reranker.of(ranker), check_top_n(top_n)

    def __call__(
        self, query: str, documents: Sequence[T], top_n: int | None = None
    ) -> list[Reranked[T]]:
        """The documents in their order, best first; equal scores keep the order given.

        Raises:
            InputError: A document holds no text, or `top_n` is below 1.
        """
        texts = [_text(document) for document in documents]
        placed = self._ranker.place(query, texts, top_n=self._top_n if top_n is None else top_n)
        return [Reranked(documents[one.index], one.index, one.score) for one in placed]

    async def later(
        self, query: str, documents: Sequence[T], top_n: int | None = None
    ) -> list[Reranked[T]]:
        """The same in a thread, so that the event loop goes on meanwhile."""
        return await asyncio.to_thread(self, query, documents, top_n)


class Search:
    """A function from a query to the documents that the search tool finds.

    Args:
        tool: Answers the queries.
        k: Documents a query gets; the tool's own number when None.
        one_session: As `lrat_rank.adapters.searcher.Searcher` takes it.

    Raises:
        InputError: `k` is out of its range.
    """

    def __init__(
        self, tool: SearchTool, *, k: int | None = None, one_session: bool = False
    ) -> None:
        self._searcher = Searcher(tool, k=k, one_session=one_session)

    def __call__(self, query: str, k: int | None = None) -> list[FoundDocument]:
        """The best documents, best first.

        Raises:
            InputError: The query is blank or too long, or `k` is not 1 to 100.
        """
        return self._searcher.find(query, k)

    async def later(self, query: str, k: int | None = None) -> list[FoundDocument]:
        """The same in a thread, so that the event loop goes on meanwhile."""
        return await asyncio.to_thread(self, query, k)


def _text(document: str | Document | Mapping[str, Any]) -> str:
    if isinstance(document, str):
        return document
    if isinstance(document, Document):
        return titled(document.text, document.title)
    for name in ("text", "contents", "content"):
        if isinstance(document.get(name), str):
            return titled(document[name], document.get("title"))
    raise InputError(
        "document",
        must="a text, or an object with `text`, `contents` or `content`",
        got=f"one with {', '.join(map(repr, document)) or 'nothing'}",
    )
