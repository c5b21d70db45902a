"""A search as agents make it, whatever shape the tools have."""

from __future__ import annotations

from lrat_rank.errors import InputError
from lrat_rank.serving.answer import Answer, Flags
from lrat_rank.serving.bounds import bounded
from lrat_rank.serving.search_tool import OpenedDocument, SearchHit, SearchTool
from lrat_rank.serving.session import MAX_QUESTION_CHARACTERS


def searched(
    session: SearchTool, query: str, *, reasoning: str = "", question: str = ""
) -> tuple[list[SearchHit], Answer]:
    """What a search of a session finds, and how.

    The first question that a session was told stays its own: models word it anew with every call.

    Raises:
        InputError: An argument is blank or too long.
    """
    if question.strip():
        bounded("question", question.strip(), MAX_QUESTION_CHARACTERS)
    try:
        return session.search_with_answer(query, reasoning=reasoning, question=question)
    except InputError as error:
        if error.what != "question":
            raise
    return session.search_with_answer(query, reasoning=reasoning)


def opened(
    session: SearchTool, doc_id: str, argument: str, *, reasoning: str = ""
) -> OpenedDocument | None:
    """A document in full; None where there is none of that id.

    Args:
        session: Whose.
        doc_id: Which; white space around it is not the id's.
        argument: The name under which the agent gave it.
        reasoning: What the agent wrote since its last call.

    Raises:
        InputError: The id is blank or too long.
    """
    try:
        return session.get_document(doc_id.strip(), reasoning=reasoning)
    except InputError as error:
        if error.what != "doc_id":
            raise
        raise InputError(argument, must=error.must, got=error.got) from error


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
