# ruff: noqa: E402 - what says how to install the framework comes before the framework
"""smolagents: tools for its agents. Needs the extra `smolagents`.

They answer with plain lists and dictionaries, which code that an agent writes can go through. What
goes wrong is raised: the framework tells it to the agent.

A tool holds an open index or ranker, so it cannot be saved as source or pushed to a hub.
"""

from __future__ import annotations

from typing import Any

from lrat_rank.errors import require

require("smolagents", extra="smolagents")

from smolagents import Tool

from lrat_rank.adapters.agent_tools import rerank_agent_tool
from lrat_rank.adapters.reranker import AnyRanker, Reranker, check_top_n
from lrat_rank.serving import SearchTool
from lrat_rank.serving.agent_tool import AgentTool, Data
from lrat_rank.serving.agent_tools import search_agent_tools


class _LratTool(Tool):
    output_type = "array"

    def __init__(self, tool: AgentTool[Any]) -> None:
        self._tool = tool
        self.name, self.description = tool.name, tool.description
        self.inputs = _inputs(tool)
        super().__init__()


class LratSearch(_LratTool):
    """`search` over an index: a list of `{docid, score, snippet}`, best first."""

    def forward(
        self, query: str, reasoning: str | None = None, question: str | None = None
    ) -> Data:
        """Answer a call."""
        given = {"query": query, "reasoning": reasoning, "question": question}
        return self._tool.reply(given).data


class LratGetDocument(_LratTool):
    """`get_document`: `{docid, text}` of one document."""

    output_type = "object"

    def forward(self, docid: str, reasoning: str | None = None) -> Data:
        """Answer a call."""
        return self._tool.reply({"docid": docid, "reasoning": reasoning}).data


class LratRerank(_LratTool):
    """`rerank` of texts that the agent holds: a list of `{index, score}`, best first."""

    def forward(self, query: str, texts: list[str]) -> Data:
        """Answer a call."""
        return self._tool.reply({"query": query, "texts": texts}).data


def search_tools(tool: SearchTool) -> list[Tool]:
    """`search` and `get_document` for one agent; its calls are one session, that of `tool`."""
    search, get_document = search_agent_tools(tool)
    return [LratSearch(search), LratGetDocument(get_document)]


def rerank_tool(ranker: AnyRanker, *, top_n: int | None = None) -> Tool:
    """`rerank`, for an agent that holds texts to put in order.

    Raises:
        InputError: The ranker reads no texts, or `top_n` is below 1.
    """
    return LratRerank(rerank_agent_tool(Reranker.of(ranker), top_n=check_top_n(top_n)))


def _inputs(tool: AgentTool[Any]) -> dict[str, dict[str, Any]]:
    """The arguments in the framework's form; those that may be left out are nullable."""
    parameters = tool.parameters
    inputs: dict[str, dict[str, Any]] = {}
    for name, schema in parameters["properties"].items():
        inputs[name] = {"type": schema["type"], "description": schema["description"]}
        if "items" in schema:
            inputs[name]["items"] = schema["items"]
        if name not in parameters["required"]:
            inputs[name]["nullable"] = True
    return inputs
