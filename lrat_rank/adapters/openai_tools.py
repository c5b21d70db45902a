"""Function tools of the OpenAI API: what a model is told, and what becomes of its calls.

Takes and gives plain dictionaries, so it needs no client: it goes with `openai`, and with whatever
else speaks Chat Completions or Responses.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from lrat_rank.adapters.agent_tools import offered
from lrat_rank.adapters.reranker import AnyRanker, Reranker
from lrat_rank.errors import LratRankError
from lrat_rank.serving import SearchTool
from lrat_rank.serving.agent_tool import RefusedCallError, Schema, as_json

_SHOWN_LENGTH = 200


class FunctionTools:
    """`search` and `get_document` of a search tool, `rerank` of a ranker, or all three.

    For one agent: its calls are one session, that of `tool`.

    Args:
        tool: Searches an index.
        ranker: A cross-encoder's folder or a cascade's, a ranker that reads texts, or a
            `Reranker`.

    Raises:
        InputError: There is neither, or the ranker reads no texts.

    Example:
        tools = FunctionTools(SearchTool.open("out/index", "out/cross-encoder"))
        reply = client.chat.completions.create(model=…, messages=messages, tools=tools.chat)
        messages += [reply.choices[0].message, *tools.chat_answers(reply.choices[0].message)]
    """

    def __init__(
        self,
        tool: SearchTool | None = None,
        ranker: AnyRanker | None = None,
    ) -> None:
        reranker = Reranker.of(ranker) if ranker is not None else None
        self._tools = {one.name: one for one in offered(tool, reranker)}

    @property
    def chat(self) -> list[Schema]:
        """The tools as Chat Completions takes them, for `tools=`."""
        return [{"type": "function", "function": one} for one in self._functions()]

    @property
    def responses(self) -> list[Schema]:
        """The tools as Responses takes them, for `tools=`."""
        return [{"type": "function", "strict": False} | one for one in self._functions()]

    def call(self, name: str, arguments: str) -> str:
        """Answer a call with JSON; what the model can mend, it is told as `{"error": …}`.

        Args:
            name: The tool's.
            arguments: A JSON object, as the model wrote it.
        """
        try:
            if name not in self._tools:
                raise RefusedCallError(f"There is no tool {name!r}. There are {self._names()}.")
            return self._tools[name].reply(_read(arguments)).text
        except LratRankError as error:
            return as_json({"error": str(error)})

    def chat_answers(self, message: Any) -> list[dict[str, str]]:
        """The messages that answer the calls of a Chat Completions message, one each.

        Args:
            message: As the client gives it; one without calls gets no answers.
        """
        return [
            {
                "role": "tool",
                "tool_call_id": call.id,
                "content": self.call(call.function.name, call.function.arguments),
            }
            for call in message.tool_calls or ()
            if call.type == "function"
        ]

    def responses_answers(self, output: Iterable[Any]) -> list[dict[str, str]]:
        """The input items that answer the calls among a Responses output, one each.

        Args:
            output: The items of a response, as the client gives them.
        """
        return [
            {
                "type": "function_call_output",
                "call_id": item.call_id,
                "output": self.call(item.name, item.arguments),
            }
            for item in output
            if item.type == "function_call"
        ]

    def _names(self) -> str:
        return ", ".join(self._tools)

    def _functions(self) -> list[Schema]:
        return [
            {"name": one.name, "description": one.description, "parameters": one.parameters}
            for one in self._tools.values()
        ]


def _read(arguments: str) -> dict[str, Any]:
    try:
        # A tool without required arguments may be called with nothing at all.
        return msgspec.json.decode(arguments or "{}", type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise RefusedCallError(
            f"The arguments must be a JSON object; got: {arguments[:_SHOWN_LENGTH]}"
        ) from error
