# ruff: noqa: E402 - what says how to install the framework comes before the framework
"""LlamaIndex: a node postprocessor and a retriever. Needs the extra `llamaindex`."""

from __future__ import annotations

import asyncio
from typing import Any

from lrat_rank.errors import InputError, require

require("llama_index.core", extra="llamaindex")

from llama_index.core.bridge.pydantic import Field, PrivateAttr
from llama_index.core.callbacks import CBEventType, EventPayload
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import MetadataMode, NodeWithScore, QueryBundle, TextNode

from lrat_rank.adapters.reranker import AnyRanker, Reranker, check_top_n, titled
from lrat_rank.adapters.searcher import FoundDocument, Searcher
from lrat_rank.serving import SearchTool


class LratRerank(BaseNodePostprocessor):
    """Reorders retrieved nodes and keeps the best.

    Gives new `NodeWithScore`s with the ranker's scores; the nodes in them are those given. The
    asynchronous call runs in a thread, as LlamaIndex does by default.

    Args:
        ranker: A cross-encoder's folder or a cascade's, a ranker that reads texts, or a
            `Reranker`.
        top_n: How many to keep; all when None.
        title_key: Metadata that hold a title, to be read before the text; None reads the text
            alone.

    Raises:
        InputError: The ranker reads no texts, or `top_n` is below 1.
    """

    top_n: int | None = Field(default=None, description="How many nodes to keep; all when None.")
    title_key: str | None = Field(default=None, description="Metadata that hold a title.")
    _ranker: Reranker = PrivateAttr()

    def __init__(
        self,
        ranker: AnyRanker,
        *,
        top_n: int | None = None,
        title_key: str | None = None,
    ) -> None:
        super().__init__()
        self.top_n, self.title_key = check_top_n(top_n), title_key
        self._ranker = Reranker.of(ranker)

    @classmethod
    def class_name(cls) -> str:
        """The name LlamaIndex knows it by."""
        return "LratRerank"

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        if query_bundle is None:
            raise InputError("query", must="given to order nodes by", got="none")
        query = query_bundle.query_str
        asked: dict[str, Any] = {
            EventPayload.NODES: nodes,
            EventPayload.QUERY_STR: query,
            EventPayload.TOP_K: self.top_n,
        }
        with self.callback_manager.event(CBEventType.RERANKING, payload=asked) as event:
            placed = self._ranker.place(query, [self._text(n) for n in nodes], top_n=self.top_n)
            best = [nodes[one.index].model_copy(update={"score": one.score}) for one in placed]
            event.on_end(payload={EventPayload.NODES: best})
        return best

    def _text(self, node: NodeWithScore) -> str:
        title = node.node.metadata.get(self.title_key) if self.title_key else None
        return titled(node.node.get_content(metadata_mode=MetadataMode.NONE), title)


class LratRetriever(BaseRetriever):
    """Finds documents with the search tool.

    A node's text is what the search shows of a document, the whole one where the tool was made with
    `EngineOptions(snippet_tokens=-1)`. Its id is the doc_id; the metadata hold `doc_id`, `rank`,
    and `title` where there is one, and are kept out of what models read.

    Args:
        tool: Answers the queries.
        k: Documents a query gets; the tool's own number when None.
        one_session: As `lrat_rank.adapters.searcher.Searcher` takes it.
        settings: Of `BaseRetriever`: `callback_manager`, `verbose`.

    Raises:
        InputError: `k` is out of its range.
    """

    def __init__(
        self,
        tool: SearchTool,
        *,
        k: int | None = None,
        one_session: bool = False,
        **settings: Any,
    ) -> None:
        self._searcher = Searcher(tool, k=k, one_session=one_session)
        super().__init__(**settings)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [_node(found) for found in self._searcher.find(query_bundle.query_str)]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        # The framework's own would search on the event loop.
        return await asyncio.to_thread(self._retrieve, query_bundle)


def _node(found: FoundDocument) -> NodeWithScore:
    hidden = list(found.metadata)
    node = TextNode(
        id_=found.doc_id,
        text=found.text,
        metadata=found.metadata,
        excluded_embed_metadata_keys=hidden,
        excluded_llm_metadata_keys=hidden,
    )
    return NodeWithScore(node=node, score=found.score)
