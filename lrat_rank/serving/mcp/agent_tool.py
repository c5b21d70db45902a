"""One tool as an agent sees it: its description, its arguments, and what a call gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mcp.types import Tool, ToolAnnotations
from pydantic import BaseModel

from lrat_rank.serving.answer import Answer
from lrat_rank.serving.search_tool import SearchTool

_READ_ONLY = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


class RefusedError(Exception):
    """The call cannot be answered; the message tells the agent what to do instead."""


@dataclass(frozen=True)
class Reply:
    """What a call gives.

    Attributes:
        text: JSON, the one text item of the result.
        structured: The same data, as an object of the tool's output schema.
        answer: What a search's list was made from.
    """

    text: str
    structured: dict[str, Any]
    answer: Answer | None = None


@dataclass(frozen=True)
class AgentTool:
    """A tool.

    Attributes:
        name: What agents call.
        title: What people see.
        description: What it is for, what comes back, and what to do next.
        arguments: What it takes.
        reply: What it gives.
        answer: (the agent's session, arguments) → the reply; runs in a thread of its own.
    """

    name: str
    title: str
    description: str
    arguments: type[BaseModel]
    reply: type[BaseModel]
    answer: Callable[[SearchTool, Any], Reply]

    @property
    def definition(self) -> Tool:
        """As a server lists it."""
        return Tool(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=schema(self.arguments),
            output_schema=schema(self.reply),
            annotations=_READ_ONLY,
        )


def schema(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a model, without the names that its classes have in this program."""
    found: dict[str, Any] = _unnamed(model.model_json_schema())
    found.pop("description", None)
    return found


def _unnamed(part: Any) -> Any:
    if isinstance(part, list):
        return [_unnamed(one) for one in part]
    if not isinstance(part, dict):
        return part
    # A property may be called `title`: then it is a schema, not a text.
    return {
        key: _unnamed(value)
        for key, value in part.items()
        if key != "title" or not isinstance(value, str)
    }
