"""The tools that a model is offered inside a framework: those of a search tool, and `rerank`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from lrat_rank.adapters.reranker import Reranker
from lrat_rank.errors import InputError
from lrat_rank.serving import SearchTool
from lrat_rank.serving.agent_tool import AgentTool, ToolReply
from lrat_rank.serving.agent_tools import search_agent_tools

MAX_TEXTS = 1000


class RerankArguments(msgspec.Struct, frozen=True, kw_only=True):
    """Of `rerank`."""

    query: Annotated[str, Meta(description="What the texts are to answer.")]
    texts: Annotated[
        list[str],
        Meta(description="The texts to put in order, at most 1,000.", max_length=MAX_TEXTS),
    ]


class PlacedText(msgspec.Struct, frozen=True, kw_only=True):
    """One text in its place."""

    index: Annotated[int, Meta(description="Its position among the texts given, from 0.")]
    score: Annotated[float, Meta(description="Higher is better.")]


def rerank_agent_tool(ranker: Reranker, *, top_n: int | None = None) -> AgentTool[RerankArguments]:
    """`rerank`: puts texts that the model holds in order.

    Args:
        ranker: Orders them.
        top_n: How many an answer holds, at most; all when None.
    """

    def rerank(given: RerankArguments) -> ToolReply:
        placed = ranker.place(given.query, given.texts, top_n=top_n)
        found = [PlacedText(index=one.index, score=one.score) for one in placed]
        return ToolReply(msgspec.to_builtins(found))

    return AgentTool(
        name="rerank",
        title="Put texts in order",
        description="Put texts in the order of their relevance to a query. Gives a JSON list with "
        "the position (`index`, from 0) and the `score` (higher is better) of each text, best "
        "first.",
        takes=RerankArguments,
        gives=list[PlacedText],
        run=rerank,
    )


def offered(tool: SearchTool | None, ranker: Reranker | None) -> Sequence[AgentTool[Any]]:
    """The tools of what is there: of a search tool, of a reranker, or of both.

    Raises:
        InputError: There is neither.
    """
    tools: list[AgentTool[Any]] = []
    if tool is not None:
        tools += search_agent_tools(tool)
    if ranker is not None:
        tools.append(rerank_agent_tool(ranker))
    if not tools:
        raise InputError("tools", must="of a search tool, a ranker, or both", got="neither")
    return tools
