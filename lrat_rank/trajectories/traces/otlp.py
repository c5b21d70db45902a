"""Spans as OpenTelemetry exports them, decoded into one shape whatever exporter wrote them.

Three shapes: OTLP JSON (`resourceSpans` › `scopeSpans` › `spans`, attributes as a list of `{key,
value: {stringValue | intValue | …}}`), the spans of it one by one, and flat spans as the console
exporter and Phoenix write them (`context`, attributes as an object). Rows of a Phoenix table have
columns instead: `context.trace_id`, `attributes.input.value`, and the kind under `span_kind`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lrat_rank.trajectories.payloads import plain_id
from lrat_rank.trajectories.times import moment

_DEEPEST = 32
_INTEGER = re.compile(r"-?\d{1,19}")
_COLUMN = "attributes."
_PHOENIX_KIND = "openinference.span.kind"
_DETAILS = "gen_ai.client.inference.operation.details"
"""The event that carries a span's messages where they are kept out of its attributes."""


@dataclass(frozen=True, slots=True)
class RawSpan:
    """One decoded span: ids empty, times None where it has none."""

    name: str
    trace_id: str
    span_id: str
    parent_id: str
    start: float | None
    end: float | None
    failed: bool
    attributes: Mapping[str, object]


def is_span(record: object) -> bool:
    """Whether a record is a span: its trace and its own id, and a name or attributes.

    >>> is_span({"name": "chat", "context": {"trace_id": "0x1", "span_id": "0x2"}})
    True
    >>> is_span({"id": "1", "trace_id": "2", "run_type": "llm"})
    False
    """
    if not isinstance(record, dict):
        return False
    named = isinstance(record.get("name"), str) or "attributes" in record
    return bool(named and _trace_id(record) and _span_id(record))


def spans_in(record: object) -> Iterator[Mapping[str, object]]:
    """The spans of a record, as they are logged."""
    if not isinstance(record, dict):
        return
    if isinstance(record.get("spans"), list):
        yield from (span for span in record["spans"] if is_span(span))
    for resource in _objects(record, "resourceSpans", "resource_spans"):
        for scope in _objects(resource, "scopeSpans", "scope_spans"):
            yield from (span for span in _objects(scope, "spans") if is_span(span))
    if is_span(record):
        yield record


def _objects(record: Mapping[str, object], *keys: str) -> Iterator[Mapping[str, object]]:
    for key in keys:
        found = record.get(key)
        yield from (
            (item for item in found if isinstance(item, dict)) if isinstance(found, list) else ()
        )


def trace_of(span: Mapping[str, object]) -> str:
    """The trace a logged span belongs to."""
    return _trace_id(span)


def decoded(span: Mapping[str, object]) -> RawSpan:
    """A logged span with its attributes as plain values."""
    attributes = attributes_of(span)
    for event in _objects(span, "events"):
        if event.get("name") == _DETAILS:
            attributes = {**attributes_of(event), **attributes}
    name = span.get("name")
    return RawSpan(
        name=name if isinstance(name, str) else "",
        trace_id=_trace_id(span),
        span_id=_span_id(span),
        parent_id=_hex(_first(span, "parentSpanId", "parent_span_id", "parent_id")),
        start=moment(_first(span, "startTimeUnixNano", "start_time_unix_nano", "start_time")),
        end=moment(_first(span, "endTimeUnixNano", "end_time_unix_nano", "end_time")),
        failed=_failed(span, attributes),
        attributes=attributes,
    )


def attributes_of(span: Mapping[str, object]) -> dict[str, object]:
    """The attributes of a span or event as plain values by key.

    >>> attributes_of({"attributes": [{"key": "k", "value": {"intValue": "3"}}]})
    {'k': 3}
    """
    found = span.get("attributes")
    if found is None:
        columns = [key for key in span if key.startswith(_COLUMN) and span[key] is not None]
        found = {key.removeprefix(_COLUMN): span[key] for key in columns}
    if isinstance(found, dict):
        return {_PHOENIX_KIND: span["span_kind"], **found} if "span_kind" in span else {**found}
    return _pairs(found, _DEEPEST)


def _pairs(items: object, depth: int) -> dict[str, object]:
    pairs: dict[str, object] = {}
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict) and isinstance(item.get("key"), str):
            pairs[item["key"]] = _value(item.get("value"), depth)
    return pairs


def _value(value: object, depth: int) -> object:
    """An OTLP value as a plain one; None for one nested too deep."""
    if not isinstance(value, dict):
        return value
    if depth < 0 or not value:
        return None
    kind, held = next(iter(value.items()))
    if kind == "intValue":
        return int(held) if isinstance(held, str) and _INTEGER.fullmatch(held) else held
    if kind in ("arrayValue", "kvlistValue"):
        items = held.get("values") if isinstance(held, dict) else None
        if kind == "kvlistValue":
            return _pairs(items, depth - 1)
        return [_value(item, depth - 1) for item in items] if isinstance(items, list) else []
    return held


def _first(span: Mapping[str, object], *keys: str) -> object:
    return next((span[key] for key in keys if span.get(key) is not None), None)


def _trace_id(span: Mapping[str, object]) -> str:
    return _hex(_first(span, "traceId", "trace_id") or _context(span).get("trace_id"))


def _span_id(span: Mapping[str, object]) -> str:
    return _hex(_first(span, "spanId", "span_id") or _context(span).get("span_id"))


def _context(span: Mapping[str, object]) -> Mapping[str, object]:
    context = span.get("context")
    if isinstance(context, dict):
        return context
    return {name: span.get(f"context.{name}") for name in ("trace_id", "span_id")}


def _hex(value: object) -> str:
    """An id as it is compared: the console exporter writes `0x` before it."""
    return (plain_id(value) or "").lower().removeprefix("0x")


def _failed(span: Mapping[str, object], attributes: Mapping[str, object]) -> bool:
    status = span.get("status")
    told = status if isinstance(status, dict) else span
    codes = (told.get("code"), told.get("status_code"))
    failures = (2, "2", "ERROR", "STATUS_CODE_ERROR")
    return bool(attributes.get("error.type")) or any(code in failures for code in codes)
