"""OpenTelemetry traces of agents: spans of the GenAI conventions, and of OpenInference.

By `gen_ai.operation.name`: `execute_tool` is a call (`gen_ai.tool.name`,
`gen_ai.tool.call.arguments`, `gen_ai.tool.call.result`), `retrieval` a search
(`gen_ai.retrieval.query.text`, `gen_ai.retrieval.documents`), `chat`, `generate_content` and
`text_completion` a message (`gen_ai.output.messages`, also from the span's details event). Agent
and workflow spans say the question, the answer and the agent. Spans of OpenInference are read by
`openinference`, in the same trace too; other spans only tell what stands above what.

Content is opt-in in these conventions. A message that is not logged is withheld reasoning; a call
whose arguments are not logged keeps its place as an `OtherCall`; both are counted as "content not
logged". `otlp` reads the exporters' shapes, `span_turns` makes turns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lrat_rank.trajectories.adapter import Pieces, ReadSetting, TrajectoryFormat
from lrat_rank.trajectories.calls.reader import NOT_LOGGED
from lrat_rank.trajectories.model import Trajectory
from lrat_rank.trajectories.payloads import plain_id
from lrat_rank.trajectories.traces.openinference import is_openinference, openinference_span
from lrat_rank.trajectories.traces.otlp import RawSpan, decoded, is_span, spans_in, trace_of
from lrat_rank.trajectories.traces.span_tree import in_order
from lrat_rank.trajectories.traces.span_turns import read_trace
from lrat_rank.trajectories.traces.spans import Kind, Span

_OPERATION = "gen_ai.operation.name"
_TOOL = "gen_ai.tool.name"
_KINDS = {
    "chat": Kind.MODEL,
    "generate_content": Kind.MODEL,
    "text_completion": Kind.MODEL,
    "execute_tool": Kind.TOOL,
    "retrieval": Kind.RETRIEVAL,
}
_ASKED = {
    Kind.MODEL: "gen_ai.input.messages",
    Kind.TOOL: "gen_ai.tool.call.arguments",
    Kind.RETRIEVAL: "gen_ai.retrieval.query.text",
    Kind.OTHER: "gen_ai.input.messages",
}
_SAID = {
    Kind.MODEL: "gen_ai.output.messages",
    Kind.TOOL: "gen_ai.tool.call.result",
    Kind.RETRIEVAL: "gen_ai.retrieval.documents",
    Kind.OTHER: "gen_ai.output.messages",
}
_MODELS = ("gen_ai.response.model", "gen_ai.request.model", "gen_ai.agent.name")


def recognises(record: object) -> bool:
    """Whether a record is a span, an OTLP export, or a trace that `gather` put together.

    >>> recognises({"resourceSpans": []})
    True
    >>> recognises({"traceId": "1", "spanId": "2", "name": "chat"})
    True
    """
    if not isinstance(record, dict):
        return False
    exported = record.get("resourceSpans", record.get("resource_spans"))
    if isinstance(exported, list) or is_span(record):
        return True
    spans = record.get("spans")
    return isinstance(spans, list) and any(map(is_span, spans))


def run_name(record: object) -> str | None:
    """The trace the spans belong to."""
    return next((trace_of(span) for span in spans_in(record)), None)


def is_piece(record: object) -> bool:
    """Every record is one but the traces that `gather` makes: an export may hold half a trace."""
    return not (isinstance(record, dict) and record.get("gathered") is True)


def gather(pieces: Sequence[object]) -> Iterator[object]:
    """The traces that hold an agent's spans, each with all of its spans, in order of time."""
    traces: dict[str, list[Mapping[str, object]]] = {}
    for piece in pieces:
        for span in spans_in(piece):
            traces.setdefault(trace_of(span), []).append(span)
    for spans in traces.values():
        if any(map(_is_agents, spans)):
            yield {"gathered": True, "spans": spans}


def _is_agents(span: Mapping[str, object]) -> bool:
    raw = decoded(span)
    return is_openinference(raw) or any(key.startswith("gen_ai.") for key in raw.attributes)


def read_run(
    record: object, /, *, trajectory_id: str, source: str, setting: ReadSetting
) -> Trajectory:
    """Read the spans of one trace."""
    raws = [decoded(span) for span in spans_in(record)]
    spans = [openinference_span(raw) if is_openinference(raw) else _span(raw) for raw in raws]
    ordered = in_order(spans, [span.start for span in spans])
    return read_trace(ordered, trajectory_id=trajectory_id, source=source, setting=setting)


def _span(raw: RawSpan) -> Span:
    held = raw.attributes
    kind = _kind(held)
    names = (held.get(key) for key in (_TOOL, "gen_ai.data_source.id"))
    named = next((name for name in names if isinstance(name, str) and name), raw.name)
    models = (held.get(key) for key in _MODELS)
    return Span(
        kind=kind,
        name=named if kind is not Kind.TOOL else named.removeprefix("execute_tool "),
        span_id=raw.span_id,
        parent_id=raw.parent_id,
        start=raw.start,
        end=raw.end,
        failed=raw.failed,
        model=next((name for name in models if isinstance(name, str) and name), ""),
        agent=held.get(_OPERATION) == "invoke_agent",
        call_id=plain_id(held.get("gen_ai.tool.call.id")) or "",
        asked=held.get(_ASKED[kind], NOT_LOGGED),
        said=held.get(_SAID[kind], NOT_LOGGED),
    )


def _kind(held: Mapping[str, object]) -> Kind:
    operation = held.get(_OPERATION)
    if isinstance(operation, str):
        return _KINDS.get(operation, Kind.OTHER)
    return Kind.TOOL if _TOOL in held else Kind.OTHER


OTEL_GENAI = TrajectoryFormat(
    name="otel-genai",
    summary="OpenTelemetry traces, OTLP JSON or flat spans: GenAI conventions and OpenInference",
    recognises=recognises,
    run_name=run_name,
    read=read_run,
    pieces=Pieces(is_piece, gather),
)
