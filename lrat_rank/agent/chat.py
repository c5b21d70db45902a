"""The conversation with the model: what was said so far, and one reply more.

What goes back to the endpoint must be something it can read again. Several servers parse the
arguments of earlier calls and fail on broken JSON, so what was no JSON object goes back as an empty
one; names of tools that there are not, which some servers refuse, are replaced, and so are ids that
are missing or stand twice; thoughts are left out unless they are wanted.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lrat_rank.agent.budget import estimated_tokens
from lrat_rank.agent.options import AgentOptions
from lrat_rank.agent.tools import read_arguments
from lrat_rank.llm import CallText, ChatClient, Reply
from lrat_rank.llm.thoughts import split_thoughts
from lrat_rank.serving.agent_tool import Schema

_NOTHING = "(empty)"
"""An assistant's message without words and calls: several servers refuse an empty one."""

_UNKNOWN_TOOL = "unknown_tool"


@dataclass(frozen=True, slots=True)
class Said:
    """One reply of the model, its thoughts apart from its words.

    Attributes:
        thoughts: What it thought, as the endpoint tells it and as it stands in tags of thought.
        words: What it said outside of those.
        calls: The tools it calls, each with an id of its own.
        was_cut: It ended at the token limit.
        withheld: It thought, and the endpoint does not say what.
        tokens: What the request took, read and written.
        estimated: The endpoint did not say how many those are.
    """

    thoughts: tuple[str, ...]
    words: str
    calls: tuple[CallText, ...]
    was_cut: bool
    withheld: bool
    tokens: int
    estimated: bool


class Conversation:
    """One run's messages; asks for the next one.

    Args:
        client: Who is asked.
        options: How.
        task: The first message.
        schemas: The tools that are offered.
    """

    def __init__(
        self, client: ChatClient, options: AgentOptions, task: str, schemas: Sequence[Schema]
    ) -> None:
        self._client, self._options = client, options
        self._schemas = list(schemas)
        self._tools = {schema["function"]["name"] for schema in schemas}
        self._messages: list[dict[str, Any]] = [{"role": "user", "content": task}]
        self._named: set[str] = set()

    def ask(self, *, seconds: float, with_tools: bool = True) -> Said:
        """The model's next reply, which becomes part of the conversation.

        Raises:
            OutageError: The endpoint stayed out of reach, or `seconds` went by.
            RefusedError: It will not go on with this conversation.
            InputError: Key, model, address or parameters are wrong.
        """
        # Servers check earlier calls against the tools, so these stay when they may not be used.
        parameters = self._options.parameters() | {"tools": self._schemas}
        if not with_tools:
            parameters["tool_choice"] = "none"
        sent = self._messages
        reply = self._client.ask(list(sent), parameters, seconds=max(seconds, 0.0))
        said = self._said(reply, sent)
        self._messages.append(self._message(said, reply))
        return said

    def tell(self, text: str) -> None:
        """Say something to the model."""
        self._messages.append({"role": "user", "content": text})

    def result(self, call: CallText, text: str) -> None:
        """Give the result of a call."""
        self._messages.append({"role": "tool", "tool_call_id": call.call_id, "content": text})

    def _said(self, reply: Reply, sent: list[dict[str, Any]]) -> Said:
        inline, words = split_thoughts(reply.text)
        thoughts = tuple(text for text in (reply.reasoning, inline) if text.strip())
        tokens, estimated = _tokens(reply, [*sent, *self._schemas])
        return Said(
            thoughts=thoughts,
            words=words.strip(),
            calls=tuple(self._with_id(call) for call in reply.calls),
            was_cut=reply.was_cut,
            withheld=not thoughts and reply.reasoning_tokens > 0,
            tokens=tokens,
            estimated=estimated,
        )

    def _with_id(self, call: CallText) -> CallText:
        call_id, number = call.call_id, len(self._named)
        while not call_id or call_id in self._named:
            call_id, number = f"call_{number}", number + 1
        self._named.add(call_id)
        return replace(call, call_id=call_id)

    def _message(self, said: Said, reply: Reply) -> dict[str, Any]:
        words = said.words or ("" if said.calls else _NOTHING)
        message: dict[str, Any] = {"role": "assistant", "content": words}
        if said.calls:
            message["tool_calls"] = [self._call(call) for call in said.calls]
        if self._options.send_reasoning and reply.reasoning:
            message["reasoning_content"] = reply.reasoning
        return message

    def _call(self, call: CallText) -> dict[str, Any]:
        name = call.name.strip()
        function = {
            "name": name if name in self._tools else _UNKNOWN_TOOL,
            "arguments": json.dumps(read_arguments(call.arguments) or {}, ensure_ascii=False),
        }
        return {"id": call.call_id, "type": "function", "function": function}


def _tokens(reply: Reply, sent: list[dict[str, Any]]) -> tuple[int, bool]:
    """What a request took, and whether that is an estimate."""
    if reply.prompt_tokens is not None and reply.completion_tokens is not None:
        return reply.prompt_tokens + reply.completion_tokens, False
    written = [reply.text, reply.reasoning]
    written += [part for call in reply.calls for part in (call.name, call.arguments)]
    characters = len(json.dumps(sent, ensure_ascii=False)) + sum(map(len, written))
    return estimated_tokens(characters), True
