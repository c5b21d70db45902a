"""A tool and its replies in the protocol's form."""

from __future__ import annotations

from typing import Any

from mcp.types import CallToolResult, TextContent, Tool, ToolAnnotations

from lrat_rank.serving.agent_tool import AgentTool, Data, Schema, ToolReply, schema_of

_READ_ONLY = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_LIST = "result"
"""Where a list stands in structured content, which must be an object."""


def defined(tool: AgentTool[Any]) -> Tool:
    """A tool as a server lists it."""
    return Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.parameters,
        output_schema=_object_schema(schema_of(tool.gives)),
        annotations=_READ_ONLY,
    )


def succeeded(reply: ToolReply, meta: dict[str, Any] | None) -> CallToolResult:
    """The result of a call: one text of JSON, and the same data as structured content."""
    return CallToolResult(
        content=[TextContent(type="text", text=reply.text)],
        structured_content=_object(reply.data),
        _meta=meta,
    )


def failed(message: str) -> CallToolResult:
    """The result of a call that was not answered."""
    return CallToolResult(content=[TextContent(type="text", text=message)], is_error=True)


def _object(data: Data) -> dict[str, Any]:
    return {_LIST: data} if isinstance(data, list) else data


def _object_schema(schema: Schema) -> Schema:
    if schema["type"] == "object":
        return schema
    listed = {key: value for key, value in schema.items() if key != "$defs"}
    return {
        "type": "object",
        "properties": {_LIST: listed},
        "required": [_LIST],
        "$defs": schema["$defs"],
    }
