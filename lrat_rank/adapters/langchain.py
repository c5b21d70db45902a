# ruff: noqa: E402 - what says how to install the framework comes before the framework
"""LangChain: a document compressor, a retriever, and tools. Needs the extra `langchain`.

The compressor's and the retriever's asynchronous calls run in a thread, as langchain-core does by
default; the tools' likewise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lrat_rank.errors import LratRankError, require

require("langchain_core", extra="langchain")

from langchain_core.callbacks import CallbackManagerForRetrieverRun, Callbacks
from langchain_core.documents import BaseDocumentCompressor, Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.tools import StructuredTool, ToolException
from pydantic import ConfigDict, PrivateAttr

from lrat_rank.adapters.agent_tools import rerank_agent_tool
from lrat_rank.adapters.reranker import AnyRanker, Reranker, check_top_n, titled
from lrat_rank.adapters.searcher import Searcher
from lrat_rank.serving import SearchTool
from lrat_rank.serving.agent_tool import AgentTool
from lrat_rank.serving.agent_tools import search_agent_tools

RELEVANCE_SCORE = "relevance_score"


class LratRerank(BaseDocumentCompressor):
    """Reorders retrieved documents and keeps the best.

    A document given back is a copy with its id and metadata, `relevance_score` added to these.

    Args:
        ranker: A cross-encoder's folder or a cascade's, a ranker that reads texts, or a
            `Reranker`.
        top_n: How many to keep; all when None.
        title_key: Metadata that hold a title, to be read before the text; None reads the text
            alone.

    Raises:
        InputError: The ranker reads no texts, or `top_n` is below 1.
    """

    model_config = ConfigDict(extra="forbid")

    top_n: int | None = None
    title_key: str | None = None
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

    def compress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None
    ) -> list[Document]:
        """The best documents, best first; equal scores keep the order given."""
        texts = [self._text(document) for document in documents]
        return [
            _scored(documents[one.index], one.score)
            for one in self._ranker.place(query, texts, top_n=self.top_n)
        ]

    def _text(self, document: Document) -> str:
        title = document.metadata.get(self.title_key) if self.title_key else None
        return titled(document.page_content, title)


class LratRetriever(BaseRetriever):
    """Finds documents with the search tool.

    A document's text is what the search shows of it, the whole one where the tool was made with
    `EngineOptions(snippet_tokens=-1)`. Its id is the doc_id; the metadata hold `doc_id`, `rank`,
    `title` where there is one, and `relevance_score`.

    Args:
        tool: Answers the queries.
        k: Documents a query gets; the tool's own number when None.
        one_session: As `lrat_rank.adapters.searcher.Searcher` takes it.
        settings: Of `BaseRetriever`: `tags`, `metadata`, `name`.

    Raises:
        InputError: `k` is out of its range.
    """

    _searcher: Searcher = PrivateAttr()

    def __init__(
        self,
        tool: SearchTool,
        *,
        k: int | None = None,
        one_session: bool = False,
        **settings: Any,
    ) -> None:
        super().__init__(**settings)
        self._searcher = Searcher(tool, k=k, one_session=one_session)

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [
            Document(
                page_content=found.text,
                id=found.doc_id,
                metadata=found.metadata | {RELEVANCE_SCORE: found.score},
            )
            for found in self._searcher.find(query)
        ]


def search_tools(tool: SearchTool) -> list[StructuredTool]:
    """`search` and `get_document` for one agent; its calls are one session, that of `tool`.

    They answer with JSON. What an agent can mend, it is told as the tool's answer.
    """
    return [_structured(one) for one in search_agent_tools(tool)]


def rerank_tool(ranker: AnyRanker, *, top_n: int | None = None) -> StructuredTool:
    """`rerank`, for an agent that holds texts to put in order.

    Raises:
        InputError: The ranker reads no texts, or `top_n` is below 1.
    """
    return _structured(rerank_agent_tool(Reranker.of(ranker), top_n=check_top_n(top_n)))


def _scored(document: Document, score: float) -> Document:
    return document.model_copy(update={"metadata": document.metadata | {RELEVANCE_SCORE: score}})


def _structured(tool: AgentTool[Any]) -> StructuredTool:
    def run(**arguments: Any) -> str:
        try:
            return tool.reply(arguments).text
        except LratRankError as error:
            raise ToolException(str(error)) from error

    return StructuredTool.from_function(
        run,
        name=tool.name,
        description=tool.description,
        args_schema=tool.parameters,
        infer_schema=False,
        handle_tool_error=True,
    )
