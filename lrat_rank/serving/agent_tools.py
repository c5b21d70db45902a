"""`search` and `get_document`, as agents are offered them wherever they meet the search tool.

Names, arguments and replies are those of the BrowseComp-Plus server: a search gives a list, and
each result begins with `docid`, `score` and `snippet`. How many results there are, and which ranker
orders them, is the operator's choice, not the agent's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from lrat_rank.errors import InputError
from lrat_rank.serving.agent_tool import AgentTool, Data, RefusedCallError, ToolReply
from lrat_rank.serving.answer import Flags
from lrat_rank.serving.engine_options import EngineOptions
from lrat_rank.serving.search_tool import SearchTool
from lrat_rank.serving.shown import OpenedDocument, SearchHit

SEARCH, GET_DOCUMENT = "search", "get_document"

QueryArgument = Annotated[
    str,
    Meta(
        description="What to look for: a few key words or one full sentence, at most 4,096 "
        "characters. Plain text; search operators have no special meaning."
    ),
]
ReasoningArgument = Annotated[
    str,
    Meta(
        description="Optional. What you have thought since your last call: what you know, what "
        "is missing, and why you make this call. It helps to choose the right documents."
    ),
]

_SHOWN_CHARACTERS = 100


class SearchArguments(msgspec.Struct, frozen=True, kw_only=True):
    """Of `search`."""

    query: QueryArgument
    reasoning: ReasoningArgument = ""
    question: Annotated[
        str,
        Meta(
            description="Optional. The whole question or task that you are working on, at most "
            "4,096 characters. Send it at least with your first search, word for word."
        ),
    ] = ""


class DocumentArguments(msgspec.Struct, frozen=True, kw_only=True):
    """Of `get_document`."""

    docid: Annotated[
        str, Meta(description="The `docid` of a search result, exactly as it was shown.")
    ]
    reasoning: ReasoningArgument = ""


class ShownHit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One search result; what says nothing is left out."""

    docid: Annotated[str, Meta(description="Names the document; give it to get_document.")]
    score: Annotated[
        float,
        Meta(description="Higher is better; only comparable with the others of this list."),
    ]
    snippet: Annotated[str, Meta(description="An excerpt of the document.")]
    already_read: Annotated[
        bool, Meta(description="Present, and true, if you have opened this document before.")
    ] = False
    already_shown: Annotated[
        bool,
        Meta(
            description="Present, and true, if an earlier search showed it and you did not open it."
        ),
    ] = False
    note: Annotated[
        str, Meta(description="Present if you should know something about the whole list.")
    ] = ""


class ShownDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One document in full."""

    docid: Annotated[str, Meta(description="As you gave it.")]
    text: Annotated[str, Meta(description="The whole document, its title first if it has one.")]


ShownList = Annotated[
    list[ShownHit], Meta(description="The documents, best first; empty if nothing matches.")
]


def search_agent_tools(
    session: SearchTool,
) -> tuple[AgentTool[SearchArguments], AgentTool[DocumentArguments]]:
    """The two tools of one session."""

    def search(given: SearchArguments) -> ToolReply:
        hits, answer = session.search_with_answer(
            given.query, reasoning=given.reasoning, question=given.question
        )
        return ToolReply(shown(hits, answer.flags), answer)

    def get_document(given: DocumentArguments) -> ToolReply:
        document = opened(session, given.docid, "docid", reasoning=given.reasoning)
        return ToolReply({"docid": document.doc_id, "text": document.contents})

    return (
        AgentTool(
            name=SEARCH,
            title="Search documents",
            description=search_description(session.engine.options),
            takes=SearchArguments,
            gives=ShownList,
            run=search,
        ),
        AgentTool(
            name=GET_DOCUMENT,
            title="Read a document",
            description=document_description(),
            takes=DocumentArguments,
            gives=ShownDocument,
            run=get_document,
        ),
    )


def search_description(options: EngineOptions, *, can_open: bool = True) -> str:
    """What a model is told of `search`.

    Args:
        options: Of the engine that answers.
        can_open: Whether it is offered `get_document` too.
    """
    excerpt = "its passages that fit the query" if options.snippet == "best" else "its first words"
    said = [
        f"Search the document collection. Gives a JSON list of up to {options.k} results, best "
        "first. Each has a `docid`, a `score` (higher is better) and a `snippet` of the document "
        f"({excerpt})."
    ]
    if can_open and options.already_read != "keep":
        said.append('Documents that you are known to have opened are marked "already_read": true.')
    if can_open:
        said.append(
            f"A snippet is only an excerpt: call {GET_DOCUMENT} with the docid to read a promising "
            "document in full before you rely on it."
        )
    said.append(
        "If nothing fits, search again with other words; an empty list means that nothing matched."
    )
    return " ".join(said)


def document_description(words: int = -1) -> str:
    """What a model is told of `get_document`.

    Args:
        words: Words of a document that are shown; -1 for all.
    """
    how, text = ("in full", "the `text` of the document")
    if words >= 0:
        how, text = f"up to its first {words:,} words", "that much of its `text`"
    return (
        f"Read one document of the collection {how}. Takes the docid of a search result and gives "
        f"a JSON object with that `docid` and {text}. If the answer is not in it, open another "
        "result or search again."
    )


def shown(hits: Sequence[SearchHit], flags: Flags, *, digits: int | None = None) -> Data:
    """The list that an agent is shown: `ShownHit`s of plain types, best first.

    Args:
        hits: What was found.
        flags: How.
        digits: Of the scores, after the point; None for all.
    """
    note = note_of(flags)
    found: Data = msgspec.to_builtins(
        [
            ShownHit(
                docid=hit.doc_id,
                score=float(hit.score) if digits is None else round(float(hit.score), digits),
                snippet=hit.snippet,
                already_read=hit.already_read,
                already_shown=hit.already_shown and not hit.already_read,
                note=note if hit.rank == 1 else "",
            )
            for hit in hits
        ]
    )
    return found


def note_of(flags: Flags) -> str:
    """What an agent should know of how a list came about; empty where all went as usual."""
    said = []
    if flags.shortened:
        said.append(
            "Time was short, so fewer documents than usual were compared; "
            "a search with more specific words may find better ones."
        )
    if flags.fallback == "all":
        said.append("The usual ordering failed; this is a simpler one, so look further down too.")
    elif flags.fallback:
        said.append(
            f"{len(flags.fallback)} of the documents could not be compared with the others, "
            "so their places are less certain."
        )
    return " ".join(said)


def opened(
    session: SearchTool, doc_id: str, argument: str, *, reasoning: str = ""
) -> OpenedDocument:
    """A document in full.

    Args:
        session: Whose.
        doc_id: Which; white space around it is not the id's.
        argument: The name under which the agent gave it.
        reasoning: What the agent wrote since its last call.

    Raises:
        RefusedCallError: There is none of that id.
        InputError: The id is blank or too long.
    """
    try:
        document = session.get_document(doc_id.strip(), reasoning=reasoning)
    except InputError as error:
        if error.what != "doc_id":
            raise
        raise InputError(argument, must=error.must, got=error.got) from error
    if document is None:
        one = "an" if argument[0] in "aeiou" else "a"
        raise RefusedCallError(
            f"No document has the {argument} {doc_id[:_SHOWN_CHARACTERS]!r}. "
            f"Give {one} {argument} that a search result shows."
        )
    return document
