"""`search` and `fetch`, as OpenAI's connectors and deep research call them.

Names, arguments and replies are fixed: one text each, and results of exactly these keys. What else
a list has to say of itself, clients find in the result's `_meta`.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from lrat_rank.serving.agent_tool import AgentTool, ToolReply
from lrat_rank.serving.agent_tools import QueryArgument, opened
from lrat_rank.serving.mcp.addresses import document_url
from lrat_rank.serving.search_tool import SearchTool

_TITLE_CHARACTERS = 100
"""Of a text that stands in for a title."""


class QueryArguments(msgspec.Struct, frozen=True, kw_only=True):
    """Of `search`."""

    query: QueryArgument


class FetchArguments(msgspec.Struct, frozen=True, kw_only=True):
    """Of `fetch`."""

    id: Annotated[str, Meta(description="The `id` of a search result, exactly as it was shown.")]


TitleKey = Annotated[str, Meta(description="Its title, or its first words if it has none.")]
AddressKey = Annotated[str, Meta(description="Its address; cite the document by it.")]


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """One search result."""

    id: Annotated[str, Meta(description="Names the document; give it to fetch.")]
    title: TitleKey
    url: AddressKey


class Matches(msgspec.Struct, frozen=True, kw_only=True):
    """The results of a search."""

    results: Annotated[
        list[Match], Meta(description="The documents, best first; empty if nothing matches.")
    ]


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """One document in full."""

    id: Annotated[str, Meta(description="As you gave it.")]
    title: TitleKey
    text: Annotated[str, Meta(description="The whole document, word for word.")]
    url: AddressKey
    metadata: Annotated[dict[str, str], Meta(description="What else is known of it; may be empty.")]


def openai_tools(
    session: SearchTool, url_template: str | None = None
) -> tuple[AgentTool[Any], AgentTool[Any]]:
    """The two tools of one session.

    Args:
        session: Whose.
        url_template: Of the documents' addresses, see `document_url`.
    """

    def search(given: QueryArguments) -> ToolReply:
        hits, answer = session.search_with_answer(given.query)
        matches = [
            Match(
                id=hit.doc_id,
                title=title_of(hit.title, hit.snippet, hit.doc_id),
                url=document_url(hit.doc_id, url_template),
            )
            for hit in hits
        ]
        return ToolReply(msgspec.to_builtins(Matches(results=matches)), answer)

    def fetch(given: FetchArguments) -> ToolReply:
        document = opened(session, given.id, "id")
        fetched = Fetched(
            id=document.doc_id,
            title=title_of(document.title, document.text, document.doc_id),
            text=document.text,
            url=document_url(document.doc_id, url_template),
            metadata={},
        )
        return ToolReply(msgspec.to_builtins(fetched))

    return (
        AgentTool(
            name="search",
            title="Search documents",
            description=(
                "Search the document collection. Gives a JSON object whose `results` are up to "
                f"{session.k} documents, best first, each with `id`, `title` and `url`. A title "
                "alone answers nothing: call fetch with the id of each promising document to read "
                "it, and cite it by its url. If nothing fits, search again with other words; "
                "empty results mean that nothing matched."
            ),
            takes=QueryArguments,
            gives=Matches,
            run=search,
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
            takes=FetchArguments,
            gives=Fetched,
            run=fetch,
        ),
    )


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
