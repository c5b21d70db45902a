# ruff: noqa: E402 - what says how to install the framework comes before the framework
"""Haystack: a ranker and a retriever, as components. Needs the extra `haystack`.

Both load when the pipeline warms up, and are saved and loaded with it: what is saved is the folders
and the settings. Haystack loads classes of modules that it is told to trust, so:
`Pipeline.loads(text, allowed_modules=["lrat_rank.adapters.haystack"])`.

`run_async` runs in a thread.
"""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from lrat_rank.errors import InputError, require

require("haystack", extra="haystack")

from haystack import Document, component, default_from_dict, default_to_dict

from lrat_rank.adapters.reranker import AnyRanker, Reranker, check_top_n, titled
from lrat_rank.adapters.searcher import Searcher, check_k
from lrat_rank.serving import EngineOptions, SearchTool


@component
class LratRanker:
    """Reorders documents and keeps the best.

    Gives copies with their ids and meta, and the ranker's scores. A document without text is read
    as an empty one. A document that comes twice comes back twice.

    Args:
        ranker: A cross-encoder's folder or a cascade's; or a ranker that reads texts, which cannot
            be saved.
        top_k: How many to keep unless a run says otherwise; all when None.
        raw: Whether scores are the ranker's own in place of shares of 1.
        title_key: Meta that holds a title, to be read before the text; None reads the text alone.
        passages: Passages a long text is read in, at most; 1 cuts it.

    Raises:
        InputError: `top_k` is below 1, or raw scores or passages are asked of a ranker that is made
            already.
    """

    def __init__(
        self,
        ranker: Any,
        *,
        top_k: int | None = None,
        raw: bool = False,
        title_key: str | None = None,
        passages: int = 1,
    ) -> None:
        self.ranker = str(ranker) if isinstance(ranker, Path) else ranker
        self.top_k, self.title_key = check_top_n(top_k), title_key
        self.raw, self.passages = raw, passages
        if (raw or passages != 1) and not isinstance(self.ranker, str):
            raise InputError(
                "ranker",
                must="a folder, where raw scores or passages are asked for",
                got=f"a {type(ranker).__name__}",
                do="Or give Reranker.load(folder, raw=…, passages=…) alone.",
            )
        self._loaded: Reranker | None = None
        self._loading = threading.Lock()

    def warm_up(self) -> None:
        """Load the ranker, if it is not.

        Raises:
            InputError: The folder holds no ranker that reads texts, or the ranker reads none.
        """
        self._warm()

    @component.output_types(documents=list[Document])
    def run(
        self, query: str, documents: list[Document], top_k: int | None = None
    ) -> dict[str, list[Document]]:
        """The best documents, best first; equal scores keep the order given.

        Args:
            query: What they are to answer.
            documents: The documents to order.
            top_k: How many to keep; None for the component's own number.
        """
        texts = [self._text(document) for document in documents]
        top_n = self.top_k if top_k is None else top_k
        placed = self._warm().place(query, texts, top_n=top_n)
        return {"documents": [replace(documents[one.index], score=one.score) for one in placed]}

    @component.output_types(documents=list[Document])
    async def run_async(
        self, query: str, documents: list[Document], top_k: int | None = None
    ) -> dict[str, list[Document]]:
        """The same in a thread, so that the event loop goes on meanwhile."""
        return await asyncio.to_thread(self.run, query, documents, top_k)

    def to_dict(self) -> dict[str, Any]:
        """The component as Haystack saves it.

        Raises:
            InputError: It was made with a ranker in place of a folder.
        """
        _check_folder("ranker", self.ranker)
        return default_to_dict(
            self,
            ranker=self.ranker,
            top_k=self.top_k,
            raw=self.raw,
            title_key=self.title_key,
            passages=self.passages,
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> LratRanker:
        """The component from what `to_dict` gave."""
        return default_from_dict(cls, data)

    def _warm(self) -> Reranker:
        with self._loading:
            if self._loaded is None:
                given: AnyRanker = self.ranker
                self._loaded = (
                    Reranker.load(given, raw=self.raw, passages=self.passages)
                    if isinstance(given, str)
                    else Reranker.of(given)
                )
            return self._loaded

    def _text(self, document: Document) -> str:
        title = document.meta.get(self.title_key) if self.title_key else None
        return titled(document.content or "", title)


@component
class LratRetriever:
    """Finds documents with the search tool.

    A document's content is what the search shows of it, the whole one where `snippet_tokens` is -1.
    Its id is the doc_id; the meta holds `doc_id`, `rank`, and `title` where there is one.

    Each query stands alone, as pipelines serve many conversations at once.

    Args:
        index: An index folder; or a `SearchTool`, which cannot be saved.
        ranker: A ranker folder that reorders what the first stage finds; None keeps its order, and
            that of a tool.
        top_k: Documents a query gets unless a run says otherwise, 1 to 100.
        stage: First stage, bm25, dense or hybrid; None takes hybrid where the index has vectors.
        snippet_tokens: White-space words of a document; -1 for the whole text.

    Raises:
        InputError: `top_k` is out of its range, or a tool comes with a ranker.
    """

    def __init__(
        self,
        index: Any,
        ranker: str | Path | None = None,
        *,
        top_k: int = 10,
        stage: str | None = None,
        snippet_tokens: int = -1,
    ) -> None:
        self.index = str(index) if isinstance(index, Path) else index
        self.ranker = str(ranker) if ranker is not None else None
        check_k("top_k", top_k)
        self.top_k, self.stage, self.snippet_tokens = top_k, stage, snippet_tokens
        if ranker is not None and not isinstance(self.index, str):
            raise InputError("ranker", must="left to the search tool", got=repr(self.ranker))
        self._searcher: Searcher | None = None
        self._loading = threading.Lock()

    def warm_up(self) -> None:
        """Load the index and the ranker, if they are not.

        Raises:
            InputError: A folder is not what it should be, or a setting is out of its range.
        """
        self._warm()

    @component.output_types(documents=list[Document])
    def run(self, query: str, top_k: int | None = None) -> dict[str, list[Document]]:
        """The best documents, best first; fewer, or none, where fewer match.

        Args:
            query: What to look for.
            top_k: How many; None for the component's own number.
        """
        found = self._warm().find(query, top_k)
        return {
            "documents": [
                Document(id=one.doc_id, content=one.text, meta=one.metadata, score=one.score)
                for one in found
            ]
        }

    @component.output_types(documents=list[Document])
    async def run_async(self, query: str, top_k: int | None = None) -> dict[str, list[Document]]:
        """The same in a thread, so that the event loop goes on meanwhile."""
        return await asyncio.to_thread(self.run, query, top_k)

    def to_dict(self) -> dict[str, Any]:
        """The component as Haystack saves it.

        Raises:
            InputError: It was made with a search tool in place of a folder.
        """
        _check_folder("index", self.index)
        return default_to_dict(
            self,
            index=self.index,
            ranker=self.ranker,
            top_k=self.top_k,
            stage=self.stage,
            snippet_tokens=self.snippet_tokens,
        )

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> LratRetriever:
        """The component from what `to_dict` gave."""
        return default_from_dict(cls, data)

    def _warm(self) -> Searcher:
        with self._loading:
            if self._searcher is None:
                self._searcher = Searcher(self._tool(), k=self.top_k)
            return self._searcher

    def _tool(self) -> SearchTool:
        if isinstance(self.index, SearchTool):
            return self.index
        options = EngineOptions(stage=self.stage, snippet_tokens=self.snippet_tokens)
        return SearchTool.open(self.index, self.ranker, options)


def _check_folder(what: str, given: object) -> None:
    if not isinstance(given, str):
        raise InputError(
            what,
            must="a folder, for a component that is saved",
            got=f"a {type(given).__name__}",
        )
