"""`search` and `fetch`, as OpenAI's connectors and deep research call them.

Names, arguments and replies are fixed: one text each, and results of exactly these keys. What else
a list has to say of itself, clients find in the result's `_meta`.
"""

from __future__ import annotations

from collections.abc import Callable

from pydantic import BaseModel, Field

from lrat_rank.serving.engine_options import EngineOptions
from lrat_rank.serving.mcp.addresses import document_url
from lrat_rank.serving.mcp.agent_tool import AgentTool, RefusedError, Reply
from lrat_rank.serving.mcp.arguments import IdArgument, QueryArgument
from lrat_rank.serving.mcp.searching import opened, searched
from lrat_rank.serving.search_tool import SearchTool

_TITLE_CHARACTERS = 100
"""Of a text that stands in for a title."""


class QueryArguments(BaseModel):
    """Of `search`."""

    query: QueryArgument


class FetchArguments(BaseModel):
    """Of `fetch`."""

    id: IdArgument


class Match(BaseModel):
    """One search result."""

    id: str = Field(description="Names the document; give it to fetch.")
    title: str = Field(description="Its title, or its first words if it has none.")
    url: str = Field(description="Its address; cite the document by it.")


class MatchesReply(BaseModel):
    """The results of a search."""

    results: list[Match] = Field(description="The documents, best first; empty if nothing matches.")


class FetchReply(BaseModel):
    """One document in full."""

    id: str = Field(description="As you gave it.")
    title: str = Field(description="Its title, or its first words if it has none.")
    text: str = Field(description="The whole document, word for word.")
    url: str = Field(description="Its address; cite the document by it.")
    metadata: dict[str, str] = Field(description="What else is known of it; may be empty.")


def openai_tools(options: EngineOptions, url_template: str | None = None) -> list[AgentTool]:
    """The two tools, for an engine of these options.

    Args:
        options: How many results a search gives.
        url_template: Of the documents' addresses, see `document_url`.
    """

    def url_of(doc_id: str) -> str:
        return document_url(doc_id, url_template)

    return [
        AgentTool(
            name="search",
            title="Search documents",
            description=(
                "Search the document collection. Gives a JSON object whose `results` are up to "
                f"{options.k} documents, best first, each with `id`, `title` and `url`. A title "
                "alone answers nothing: call fetch with the id of each promising document to read "
                "it, and cite it by its url. If nothing fits, search again with other words; "
                "empty results mean that nothing matched."
            ),
            arguments=QueryArguments,
            reply=MatchesReply,
            answer=_search(url_of),
        ),
        AgentTool(
            name="fetch",
            title="Read a document",
            description=(
                "Read one document of the collection in full. Takes the id of a search result and "
                "gives a JSON object with `id`, `title`, `text` (the whole document), `url` (cite "
                "it by that) and `metadata`. If the answer is not in it, fetch another result or "
                "search again."
            ),
            arguments=FetchArguments,
            reply=FetchReply,
            answer=_fetch(url_of),
        ),
    ]


def _search(url_of: Callable[[str], str]) -> Callable[[SearchTool, QueryArguments], Reply]:
    def search(session: SearchTool, given: QueryArguments) -> Reply:
        hits, answer = searched(session, given.query)
        reply = MatchesReply(
            results=[
                Match(
                    id=hit.doc_id,
                    title=title_of(hit.title, hit.snippet, hit.doc_id),
                    url=url_of(hit.doc_id),
                )
                for hit in hits
            ]
        )
        return Reply(reply.model_dump_json(), reply.model_dump(mode="json"), answer)

    return search


def _fetch(url_of: Callable[[str], str]) -> Callable[[SearchTool, FetchArguments], Reply]:
    def fetch(session: SearchTool, given: FetchArguments) -> Reply:
        document = opened(session, given.id, "id")
        if document is None:
            raise RefusedError(
                f"No document has the id {given.id!r}. Give an id that a search result shows."
            )
        reply = FetchReply(
            id=document.doc_id,
            title=title_of(document.title, document.text, document.doc_id),
            text=document.text,
            url=url_of(document.doc_id),
            metadata={},
        )
        return Reply(reply.model_dump_json(), reply.model_dump(mode="json"))

    return fetch


def title_of(title: str, text: str, doc_id: str) -> str:
    r"""The title, else the text's first words, else the id: never blank.

    >>> title_of("", "Nothing but fish.\nMore.", "03"), title_of(" ", "", "03")
    ('Nothing but fish. More.', '03')
    """
    if title.strip():
        return title.strip()
    words = " ".join(text[: 4 * _TITLE_CHARACTERS].split())
    if len(words) > _TITLE_CHARACTERS:
        words = f"{words[:_TITLE_CHARACTERS].rpartition(' ')[0] or words[:_TITLE_CHARACTERS]} …"
    return words or doc_id
