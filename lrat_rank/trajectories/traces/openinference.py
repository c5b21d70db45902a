"""OpenInference spans (Phoenix), whose keys are paths: `retrieval.documents.0.document.id`.

A RETRIEVER span is a search (`input.value`, `retrieval.documents`), a TOOL span a call
(`tool.name`, `input.value`, `output.value`), an LLM span a message (`llm.output_messages`). Other
kinds say what was asked and answered. A RERANKER's list is not read.
"""

from __future__ import annotations

from collections.abc import Mapping

from lrat_rank.trajectories.calls.reader import NOT_LOGGED
from lrat_rank.trajectories.payloads import plain_id
from lrat_rank.trajectories.traces.otlp import RawSpan
from lrat_rank.trajectories.traces.spans import Kind, Span

_KIND_KEY = "openinference.span.kind"
_KINDS = {"LLM": Kind.MODEL, "TOOL": Kind.TOOL, "RETRIEVER": Kind.RETRIEVAL}
_ALL_KINDS = frozenset(
    {*_KINDS, "AGENT", "CHAIN", "EMBEDDING", "EVALUATOR", "GUARDRAIL", "PROMPT", "RERANKER"}
)
_ROOTS = ("input", "output", "retrieval", "llm", "tool", "tool_call")
_REDACTED = "__REDACTED__"
_DEEPEST = 12


def is_openinference(raw: RawSpan) -> bool:
    """Whether a span follows OpenInference."""
    return _kind(raw) in _ALL_KINDS


def _kind(raw: RawSpan) -> str:
    kind = raw.attributes.get(_KIND_KEY)
    if kind is None:
        place = raw.attributes.get("openinference")
        place = place.get("span") if isinstance(place, dict) else None
        kind = place.get("kind") if isinstance(place, dict) else None
    return kind.upper() if isinstance(kind, str) else ""


def openinference_span(raw: RawSpan) -> Span:
    """A span of a model, a tool, a retrieval, or of something else."""
    kind = _KINDS.get(_kind(raw), Kind.OTHER)
    tree = nested(raw.attributes)
    asked, said = _logged(_at(tree, "input", "value")), _logged(_at(tree, "output", "value"))
    name = raw.name
    if kind is Kind.MODEL:
        asked = _messages(_at(tree, "llm", "input_messages"), asked)
        said = _messages(_at(tree, "llm", "output_messages"), said)
    elif kind is Kind.RETRIEVAL:
        found = _at(tree, "retrieval", "documents")
        said = found if isinstance(found, list) else said
    elif kind is Kind.TOOL:
        named = _at(tree, "tool", "name")
        name = named if isinstance(named, str) else raw.name
        asked = _logged(_at(tree, "tool", "parameters")) if asked is NOT_LOGGED else asked
    model = _at(tree, "llm", "model_name")
    return Span(
        kind=kind,
        name=name,
        span_id=raw.span_id,
        parent_id=raw.parent_id,
        start=raw.start,
        end=raw.end,
        failed=raw.failed,
        model=model if isinstance(model, str) else "",
        agent=_kind(raw) == "AGENT",
        call_id=plain_id(_at(tree, "tool", "id") or _at(tree, "tool_call", "id")) or "",
        asked=asked,
        said=said,
    )


def _logged(value: object) -> object:
    return NOT_LOGGED if value is None or value == _REDACTED else value


def _messages(found: object, beside: object) -> object:
    """The messages as other logs write them; the raw value beside them where there are none."""
    messages = [_message(item) for item in found] if isinstance(found, list) else []
    told = [message for message in messages if message]
    return told or (beside if not messages else NOT_LOGGED)


def _message(item: object) -> dict[str, object]:
    message = _at(item, "message")
    if not isinstance(message, dict):
        return {}
    content = message.get("content")
    parts = message.get("contents")
    if isinstance(parts, list):
        content = [_at(part, "message_content") for part in parts]
    if content == _REDACTED:
        return {}
    calls = message.get("tool_calls")
    asked = [_at(call, "tool_call") for call in calls] if isinstance(calls, list) else []
    kept = ("role", "tool_call_id", "reasoning_content")
    return {
        **{key: message[key] for key in kept if key in message},
        "content": content,
        "tool_calls": asked,
    }


def _at(value: object, *keys: str) -> object:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def nested(attributes: Mapping[str, object]) -> object:
    """Attributes with paths for keys, as the objects and lists that the paths spell.

    >>> nested({"llm.output_messages.0.message.content": "Yes."})
    {'llm': {'output_messages': [{'message': {'content': 'Yes.'}}]}}
    """
    told = {key: item for key, item in attributes.items() if key.partition(".")[0] in _ROOTS}
    return _spelled(told, 2 * _DEEPEST)


def _spelled(value: object, depth: int) -> object:
    """Keys with dots become objects in objects, and objects with numbers for keys become lists."""
    if depth < 0:
        return value
    if isinstance(value, list):
        return [_spelled(item, depth - 1) for item in value]
    if not isinstance(value, dict):
        return value
    tree: dict[str, object] = {}
    for key, item in value.items():
        *above, last = key.split(".", _DEEPEST)
        level = tree
        for part in above:
            below = level.setdefault(part, {})
            if not isinstance(below, dict):
                break
            level = below
        else:
            level[last] = dict(item) if isinstance(item, dict) else item
    held = {key: _spelled(item, depth - 1) for key, item in tree.items()}
    if held and all(key.isascii() and key.isdigit() and len(key) < 10 for key in held):
        return [held[key] for key in sorted(held, key=int)]
    return held
