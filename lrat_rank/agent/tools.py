"""The tools of the agent: what the model is told of them, and what becomes of a call.

Every call ends in a turn for the log and a text for the model. A call that cannot be read, names no
tool or fails is told so in that text; it never ends the run.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lrat_rank.errors import InputError
from lrat_rank.excerpts import one_line
from lrat_rank.llm import CallText
from lrat_rank.llm.fences import inert
from lrat_rank.serving import SearchTool
from lrat_rank.serving.agent_tool import AgentTool, RefusedCallError, Schema
from lrat_rank.serving.agent_tools import (
    GET_DOCUMENT,
    SEARCH,
    document_description,
    opened,
    search_agent_tools,
    search_description,
    shown,
)
from lrat_rank.serving.snippets import check_snippet_tokens, first_words
from lrat_rank.trajectories import Browse, Impression, OtherCall, Search
from lrat_rank.trajectories.payloads import decode_json, plain_id

_SCORE_DIGITS = 4
_SHOWN_LENGTH = 200
_NAME_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call came to: the turn it is logged as, and what the model is told."""

    turn: Search | Browse | OtherCall
    text: str


class Toolbox:
    """Search, and opening documents where that is offered; for any number of threads.

    Args:
        tool: Answers the calls, one after the other.
        get_document: Offer the tool that opens a document.
        document_tokens: White-space words of a document that are shown; -1: the whole text.

    Raises:
        InputError: `document_tokens` is 0 or below -1.
    """

    def __init__(
        self, tool: SearchTool, *, get_document: bool = True, document_tokens: int = -1
    ) -> None:
        self._tool, self._document_tokens = tool, document_tokens
        check_snippet_tokens(document_tokens)
        self._calls: dict[str, Callable[[str, int | None, float], Outcome]] = {SEARCH: self._search}
        if get_document:
            self._calls[GET_DOCUMENT] = self._get_document

    def of_run(self, question: str) -> Toolbox:
        """The same tools for one run, whose calls the search tool takes as one session."""
        return Toolbox(
            self._tool.session(question),
            get_document=GET_DOCUMENT in self._calls,
            document_tokens=self._document_tokens,
        )

    def think(self, text: str) -> None:
        """Let the search tool know what the model wrote before its next call."""
        self._tool.think(text)

    @property
    def schemas(self) -> list[Schema]:
        """The tools as chat completions describe them."""
        search, get_document = search_agent_tools(self._tool)
        options, can_open = self._tool.engine.options, GET_DOCUMENT in self._calls
        offered = [
            _schema(search, search_description(options, can_open=can_open), "query"),
            _schema(get_document, document_description(self._document_tokens), "docid"),
        ]
        return [schema for schema in offered if schema["function"]["name"] in self._calls]

    def call(self, call: CallText, *, batch: int | None, counts: Counter[str]) -> Outcome:
        """Do what the model asks for.

        Args:
            call: The call.
            batch: Number of the message it stands in, when that holds several calls.
            counts: What goes wrong is counted here: `malformed_arguments`, `unknown_tools`,
                `failed_calls`.
        """
        at = time.time()
        name = call.name.strip()
        shown_name = one_line(inert(name), _NAME_LENGTH)
        other = OtherCall(shown_name or "unnamed", batch=batch, at=at)
        if name not in self._calls:
            counts["unknown_tools"] += 1
            told = f"There is no tool {shown_name!r}. Tools: {self._names()}."
            return Outcome(other, _told(told))
        arguments = read_arguments(call.arguments)
        if arguments is None:
            counts["malformed_arguments"] += 1
            shown = one_line(call.arguments, _SHOWN_LENGTH)
            return Outcome(other, _told(f"The arguments must be a JSON object; got: {shown}"))
        wanted = "query" if name == SEARCH else "docid"
        value = plain_id(arguments.get(wanted))
        if value is None:
            counts["malformed_arguments"] += 1
            return Outcome(other, _told(f"The arguments must hold {wanted!r}, a text."))
        outcome = self._calls[name](value, batch, at)
        counts["failed_calls"] += not isinstance(outcome.turn, OtherCall) and outcome.turn.failed
        return outcome

    def _names(self) -> str:
        return ", ".join(self._calls)

    def _search(self, query: str, batch: int | None, at: float) -> Outcome:
        try:
            hits, answer = self._tool.search_with_answer(query)
        except Exception as error:  # whatever goes wrong in a tool is the model's to deal with
            return Outcome(Search(query, failed=True, batch=batch, at=at), _failed(error))
        told = shown(hits, answer.flags, digits=_SCORE_DIGITS)
        impressions = tuple(Impression(h.doc_id, h.rank, h.score, h.snippet) for h in hits)
        turn = Search(query, impressions, batch=batch, at=at)
        return Outcome(turn, json.dumps(told, ensure_ascii=False))

    def _get_document(self, doc_id: str, batch: int | None, at: float) -> Outcome:
        try:
            document = opened(self._tool, doc_id, "docid")
        except Exception as error:  # as above
            return Outcome(Browse(doc_id, failed=True, batch=batch, at=at), _failed(error))
        text = first_words(document.contents, self._document_tokens)
        turn = Browse(document.doc_id, text, batch=batch, at=at, returned=time.time())
        told = {"docid": document.doc_id, "text": text}
        return Outcome(turn, json.dumps(told, ensure_ascii=False))


def read_arguments(text: str) -> dict[str, Any] | None:
    """The arguments of a call, where they are a JSON object.

    >>> read_arguments('{"query": "treaty"}'), read_arguments('{"query": "tre')
    ({'query': 'treaty'}, None)
    """
    try:
        arguments = decode_json(text)
    except ValueError:
        return None
    return arguments if isinstance(arguments, dict) else None


def _schema(tool: AgentTool[Any], does: str, argument: str) -> Schema:
    """A tool that is told its one argument: the rest of the run it knows without being told."""
    means = tool.parameters["properties"][argument]
    return {
        "type": "function",
        "function": {
            "name": tool.name,
            "description": does,
            "parameters": {
                "type": "object",
                "properties": {argument: means},
                "required": [argument],
            },
        },
    }


def _told(problem: str) -> str:
    return json.dumps({"error": problem}, ensure_ascii=False)


def _failed(error: Exception) -> str:
    is_told = isinstance(error, InputError | RefusedCallError)
    said = str(error) if is_told else f"the tool failed ({error})"
    return _told(one_line(said, _SHOWN_LENGTH))
