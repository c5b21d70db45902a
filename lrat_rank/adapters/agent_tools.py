"""The tools that a model is offered: what it is told of them, and what becomes of a call.

Frameworks differ in how a tool is written down, not in what it says or does; that stands here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from msgspec import Meta

from lrat_rank.adapters.reranker import Reranker
from lrat_rank.errors import InputError
from lrat_rank.serving import SearchHit, SearchTool

Schema = dict[str, Any]
Answer = list[dict[str, Any]] | dict[str, Any]
"""What a tool answers with: of plain types, so that it is also JSON."""

MAX_TEXTS = 1000

ARGUMENTS_ARE = "arguments of a tool call"


Why = Annotated[str, Meta(description="Optional: what you have thought since your last call.")]


class SearchArguments(msgspec.Struct, frozen=True, kw_only=True):
    """What `search` is asked."""

    query: Annotated[str, Meta(description="What to look for, in a few words or a sentence.")]
    reasoning: Why = ""


class DocumentArguments(msgspec.Struct, frozen=True, kw_only=True):
    """What `get_document` is asked."""

    docid: Annotated[
        str, Meta(description="The docid of a search result, exactly as it was shown.")
    ]
    reasoning: Why = ""


class RerankArguments(msgspec.Struct, frozen=True, kw_only=True):
    """What `rerank` is asked."""

    query: Annotated[str, Meta(description="What the texts are to answer.")]
    texts: Annotated[
        list[str], Meta(description="The texts to put in order.", max_length=MAX_TEXTS)
    ]


A = TypeVar("A", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True)
class AgentTool(Generic[A]):
    """One tool.

    Attributes:
        name: What a model calls it by.
        description: What a model is told of it.
        takes: The type its arguments are read as.
        run: Answers a call.
    """

    name: str
    description: str
    takes: type[A]
    run: Callable[[A], Answer]

    @property
    def parameters(self) -> Schema:
        """The JSON Schema of the arguments."""
        _, parts = msgspec.json.schema_components([self.takes])
        schema: Schema = parts[self.takes.__name__]
        del schema["title"]
        return schema

    def answer(self, arguments: Mapping[str, object]) -> Answer:
        """Answer a call; arguments that the tool does not know are passed over.

        Raises:
            LratRankError: An argument is missing or wrong, or the call cannot be answered; the
                message is fit for a model to act on.
        """
        stated = {name: value for name, value in arguments.items() if value is not None}
        for name, schema in self.parameters["properties"].items():
            # Models drop the quotes of ids and queries that look like numbers.
            if schema["type"] == "string" and type(stated.get(name)) is int:
                stated[name] = str(stated[name])
        try:
            read = msgspec.convert(stated, self.takes)
        except msgspec.ValidationError as error:
            raise InputError(
                ARGUMENTS_ARE, must="as the tool describes them", got=str(error), where=self.name
            ) from error
        return self.run(read)

    def text(self, arguments: Mapping[str, object]) -> str:
        """The answer to a call as JSON, for frameworks that hand texts to a model."""
        return as_json(self.answer(arguments))


def as_json(answer: object) -> str:
    """JSON of plain types.

    >>> as_json([{"docid": "é", "score": 0.5}])
    '[{"docid": "é", "score": 0.5}]'
    """
    text = json.dumps(answer, ensure_ascii=False, allow_nan=False)
    # A half of a surrogate pair has no UTF-8; what replaces it is its escape in JSON.
    return text.encode("utf-8", "backslashreplace").decode()


def search_agent_tools(
    tool: SearchTool,
) -> tuple[AgentTool[SearchArguments], AgentTool[DocumentArguments]]:
    """`search` and `get_document` over an index; the calls are one session, that of `tool`."""

    def search(asked: SearchArguments) -> Answer:
        hits = tool.search(asked.query, reasoning=asked.reasoning)
        return [_shown(hit) for hit in hits]

    def get_document(asked: DocumentArguments) -> Answer:
        opened = tool.get_document(asked.docid.strip(), reasoning=asked.reasoning)
        if opened is None:
            raise InputError(
                "docid",
                must="one that a search result shows",
                got=repr(asked.docid),
            )
        return {"docid": opened.doc_id, "text": opened.contents}

    return (
        AgentTool(
            "search",
            f"Search the document collection. Gives up to {tool.k} results, best first, each with "
            "its docid, a score (higher is better) and a snippet; those you opened before are "
            "marked already_read. Use get_document to read one in full.",
            SearchArguments,
            search,
        ),
        AgentTool(
            "get_document",
            "Read one document of the collection in full, by the docid a search gave.",
            DocumentArguments,
            get_document,
        ),
    )


def _shown(hit: SearchHit) -> dict[str, Any]:
    shown = {"docid": hit.doc_id, "score": float(hit.score), "snippet": hit.snippet}
    return shown | {"already_read": True} if hit.already_read else shown


def rerank_agent_tool(ranker: Reranker, *, top_n: int | None = None) -> AgentTool[RerankArguments]:
    """`rerank`: puts texts that the model holds in order.

    Args:
        ranker: Orders them.
        top_n: How many an answer holds, at most; all when None.
    """

    def rerank(asked: RerankArguments) -> Answer:
        placed = ranker.place(asked.query, asked.texts, top_n=top_n)
        return [{"index": one.index, "score": one.score} for one in placed]

    return AgentTool(
        "rerank",
        "Put texts in the order of their relevance to a query. Gives the position (index, from 0) "
        "and the score (higher is better) of each text, best first.",
        RerankArguments,
        rerank,
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
