"""`search` and `get_document`, as the BrowseComp-Plus server offers them.

How many results a search gives, and which ranker orders them, is the operator's choice, not the
agent's. A search's text is a JSON list, since that is what clients of BrowseComp-Plus parse and
what they write into their run files; the structured content, which must be an object, holds the
same list under `result`.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, Field, TypeAdapter

from lrat_rank.serving.answer import Answer
from lrat_rank.serving.engine_options import EngineOptions
from lrat_rank.serving.mcp.agent_tool import AgentTool, RefusedError, Reply
from lrat_rank.serving.mcp.arguments import (
    DocIdArgument,
    QueryArgument,
    QuestionArgument,
    ReasoningArgument,
)
from lrat_rank.serving.mcp.searching import note_of, opened, searched
from lrat_rank.serving.search_tool import SearchHit, SearchTool


class SearchArguments(BaseModel):
    """Of `search`."""

    query: QueryArgument
    reasoning: ReasoningArgument = ""
    question: QuestionArgument = ""


class DocumentArguments(BaseModel):
    """Of `get_document`."""

    docid: DocIdArgument
    reasoning: ReasoningArgument = ""


class Found(BaseModel):
    """One search result; what says nothing is left out."""

    docid: str = Field(description="Names the document; give it to get_document.")
    score: float = Field(
        description="Higher is better; only comparable with the others of this list."
    )
    snippet: str = Field(description="An excerpt of the document.")
    already_read: bool = Field(
        default=False, description="Present, and true, if you have opened this document before."
    )
    already_shown: bool = Field(
        default=False,
        description="Present, and true, if an earlier search showed it and you did not open it.",
    )
    note: str = Field(
        default="", description="Present if you should know something about the whole list."
    )


class SearchReply(BaseModel):
    """The results of a search."""

    result: list[Found] = Field(description="The documents, best first; empty if nothing matches.")


class DocumentReply(BaseModel):
    """One document in full."""

    docid: str = Field(description="As you gave it.")
    text: str = Field(description="The whole document, its title first if it has one.")


_LIST = TypeAdapter(list[Found])


def browsecomp_tools(options: EngineOptions) -> list[AgentTool]:
    """The two tools, for an engine of these options."""
    excerpt = "its passages that fit the query" if options.snippet == "best" else "its first words"
    memory = (
        ""
        if options.already_read == "keep"
        else ' Documents that you are known to have opened are marked "already_read": true.'
    )
    return [
        AgentTool(
            name="search",
            title="Search documents",
            description=(
                f"Search the document collection. Gives a JSON list of up to {options.k} results, "
                f"best first. Each has a `docid`, a `score` (higher is better) and a `snippet` of "
                f"the document ({excerpt}).{memory} A snippet is only an excerpt: call "
                "get_document with the docid to read a promising document in full before you rely "
                "on it. If nothing fits, search again with other words; an empty list means that "
                "nothing matched."
            ),
            arguments=SearchArguments,
            reply=SearchReply,
            answer=_search,
        ),
        AgentTool(
            name="get_document",
            title="Read a document",
            description=(
                "Read one document of the collection in full. Takes the docid of a search result "
                "and gives a JSON object with that `docid` and the `text` of the document. "
                "If the answer is not in it, open another result or search again."
            ),
            arguments=DocumentArguments,
            reply=DocumentReply,
            answer=_document,
        ),
    ]


def _search(session: SearchTool, given: SearchArguments) -> Reply:
    hits, answer = searched(
        session, given.query, reasoning=given.reasoning, question=given.question
    )
    found = _found(hits, answer)
    return Reply(
        _LIST.dump_json(found, exclude_defaults=True).decode(),
        SearchReply(result=found).model_dump(mode="json", exclude_defaults=True),
        answer,
    )


def _found(hits: Sequence[SearchHit], answer: Answer) -> list[Found]:
    note = note_of(answer.flags)
    return [
        Found(
            docid=hit.doc_id,
            score=hit.score,
            snippet=hit.snippet,
            already_read=hit.already_read,
            already_shown=hit.already_shown and not hit.already_read,
            note=note if hit.rank == 1 else "",
        )
        for hit in hits
    ]


def _document(session: SearchTool, given: DocumentArguments) -> Reply:
    document = opened(session, given.docid, "docid", reasoning=given.reasoning)
    if document is None:
        raise RefusedError(
            f"No document has the docid {given.docid!r}. Give a docid that a search result shows."
        )
    reply = DocumentReply(docid=document.doc_id, text=document.contents)
    return Reply(reply.model_dump_json(), reply.model_dump(mode="json"))
