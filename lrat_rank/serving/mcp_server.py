"""The search tool over the Model Context Protocol, as the BrowseComp-Plus server offers it.

Needs the extra `serve`. Two tools: `search(query)`, which may be told the agent's `reasoning`, and
`get_document(docid)`. How many results a search gives, and which ranker orders them, is the
operator's choice, not the agent's.

A reply is one text block that holds JSON, a list of `{docid, score, snippet}` or one object
`{docid, text}`, since that text is what agents are given, what BrowseComp-Plus clients parse and
what they write into their run files. The same data stands in the structured content. Replies are
built here rather than from a return type: the SDK would turn a list into one text block an item.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Annotated, TypeVar

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import BaseModel, BeforeValidator, Field, TypeAdapter

from lrat_rank.errors import InputError, LratRankError
from lrat_rank.serving.search_tool import SearchTool

T = TypeVar("T")

LOOPBACK = ("127.0.0.1", "localhost", "::1")

_READ_ONLY = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


class Hit(BaseModel):
    """One search result."""

    docid: str
    score: float
    snippet: str


class SearchReply(BaseModel):
    """The results of a search, best first; `result` is the key under which lists travel."""

    result: list[Hit]


class DocumentReply(BaseModel):
    """One document in full."""

    docid: str
    text: str


_HITS = TypeAdapter(list[Hit])


def _id_text(value: object) -> object:
    """Models drop the quotes of ids that look like numbers: take those too."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else value


Query = Annotated[str, Field(description="What to look for, in a few words or a sentence.")]
Why = Annotated[
    str,
    Field(description="Optional: what you have thought since your last call, and why you search."),
]
DocId = Annotated[
    str,
    BeforeValidator(_id_text),
    Field(description="The docid of a search result, exactly as it was shown."),
]


def build_server(tool: SearchTool) -> MCPServer[None]:
    """A server whose one session is that tool's; run it on the transport of your choice."""
    server: MCPServer[None] = MCPServer("lrat-rank", log_level="WARNING")

    @server.tool(
        description=(
            f"Search the document collection. Gives up to {tool.k} results, best first: the docid, "
            "a score (higher is better) and a snippet from the beginning of each document. "
            "Use get_document to read one in full."
        ),
        annotations=_READ_ONLY,
    )
    def search(query: Query, reasoning: Why = "") -> Annotated[CallToolResult, SearchReply]:
        hits = [
            Hit(docid=hit.doc_id, score=hit.score, snippet=hit.snippet)
            for hit in _told(lambda: tool.search(query, reasoning=reasoning))
        ]
        return _reply(_HITS.dump_json(hits), SearchReply(result=hits))

    @server.tool(
        description="Read one document of the collection in full, by the docid a search gave.",
        annotations=_READ_ONLY,
    )
    def get_document(docid: DocId) -> Annotated[CallToolResult, DocumentReply]:
        document = _told(lambda: tool.get_document(docid.strip()))
        if document is None:
            raise ToolError(
                f"No document has the docid {docid!r}. Give a docid that a search result shows."
            )
        reply = DocumentReply(docid=document.doc_id, text=document.contents)
        return _reply(reply.model_dump_json().encode(), reply)

    return server


def serve_stdio(tool: SearchTool) -> None:
    """Answer one client on standard input and output, until it closes them."""
    build_server(tool).run("stdio")


def serve_http(tool: SearchTool, *, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Answer clients of this machine by streamable HTTP, at the path /mcp, until stopped.

    Raises:
        InputError: The host is not a loopback address, or the port is taken.
    """
    check_address(host, port)
    # Clients share the server: what one asked is no context of another's search.
    build_server(tool.mixed()).run("streamable-http", host=host, port=port)


def check_address(host: str, port: int) -> None:
    """Make sure the server can and may listen there.

    Raises:
        InputError: The host is not a loopback address, or the port is taken.
    """
    if host not in LOOPBACK:
        raise InputError(
            "host",
            must=f"one of {', '.join(LOOPBACK)}, which only this machine can reach",
            got=host,
            do="A public bind needs a token, which this server does not check.",
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise InputError(
            "port", must="free to listen on", got=f"{port} ({error.strerror})", where=host
        ) from error


def _told(call: Callable[[], T]) -> T:
    """The call's result; an error made for people reaches the agent as a message it can act on."""
    try:
        return call()
    except LratRankError as error:
        raise ToolError(str(error)) from error


def _reply(text: bytes, structured: BaseModel) -> CallToolResult:
    return CallToolResult(
        content=[TextContent(type="text", text=text.decode())],
        structured_content=structured.model_dump(mode="json"),
    )
