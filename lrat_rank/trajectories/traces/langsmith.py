"""LangSmith and LangChain runs: a row a run, or one run with its `child_runs` inside.

    {"id", "trace_id", "parent_run_id", "dotted_order", "name", "run_type", "inputs", "outputs",
     "start_time", "end_time", "error", "status"?, "child_runs"?}

A run of type `retriever` is a search: `inputs.query`, and `outputs.documents` with `page_content`,
`metadata` and `id`. A run of type `tool` is a call: its inputs are the arguments, or one string
`input`; its `outputs.output` is what came back, or a message that holds it. A run of type `llm` or
`chat_model` is a message. The first run says the question, the answer and whether it failed. Rows
are gathered by `trace_id` and ordered by `dotted_order`, or else by `start_time`. How runs become
turns says `span_turns`. Not read: `prompt` and `parser` runs, events, feedback, serialized code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lrat_rank.trajectories.adapter import Pieces, ReadSetting, TrajectoryFormat
from lrat_rank.trajectories.calls.reader import NOT_LOGGED
from lrat_rank.trajectories.model import Trajectory
from lrat_rank.trajectories.payloads import plain_id, structured
from lrat_rank.trajectories.times import moment
from lrat_rank.trajectories.traces.retrieved import are_documents
from lrat_rank.trajectories.traces.span_messages import unserialised
from lrat_rank.trajectories.traces.span_tree import in_order
from lrat_rank.trajectories.traces.span_turns import read_trace
from lrat_rank.trajectories.traces.spans import Kind, Span

_KINDS = {
    "llm": Kind.MODEL,
    "chat_model": Kind.MODEL,
    "tool": Kind.TOOL,
    "retriever": Kind.RETRIEVAL,
}
_RUN_TYPES = frozenset({*_KINDS, "chain", "prompt", "parser", "embedding"})
_MODEL_KEYS = ("ls_model_name", "model_name", "model")


def recognises(record: object) -> bool:
    """Whether a record is a run, or the runs of one trace that `gather` put together.

    >>> recognises({"run_type": "tool", "inputs": {"input": "x"}, "id": "1"})
    True
    >>> recognises({"query_id": "1", "result": []})
    False
    """
    if not isinstance(record, dict):
        return False
    runs = record.get("runs")
    if isinstance(runs, list):
        return any(map(_is_run, runs))
    return _is_run(record)


def _is_run(record: object) -> bool:
    if not isinstance(record, dict):
        return False
    kind = record.get("run_type")
    told = "inputs" in record or "outputs" in record
    return isinstance(kind, str) and kind in _RUN_TYPES and told


def run_name(record: object) -> str | None:
    """The trace the runs belong to."""
    runs = _runs(record)
    return (plain_id(runs[0].get("trace_id")) or plain_id(runs[0].get("id"))) if runs else None


def is_piece(record: object) -> bool:
    """Whether a record is a row, or holds rows: all but a run with the runs inside it."""
    if not isinstance(record, dict):
        return False
    return record.get("gathered") is not True and not record.get("child_runs")


def gather(pieces: Sequence[object]) -> Iterator[object]:
    """The runs of each trace; a row without a trace belongs to the run it names as its parent."""
    held = [piece for piece in pieces if isinstance(piece, dict)]
    lists = [p["runs"] if isinstance(p.get("runs"), list) else [p] for p in held]
    rows = [row for rows in lists for row in rows if isinstance(row, dict)]
    trace_of: dict[str, str] = {}
    for row in rows:
        trace, run_id = plain_id(row.get("trace_id")), plain_id(row.get("id"))
        if run_id:
            trace_of[run_id] = trace or trace_of.get(_parent(row), "") or _parent(row) or run_id
    traces: dict[str, list[object]] = {}
    for row in rows:
        trace = plain_id(row.get("trace_id")) or trace_of.get(plain_id(row.get("id")) or "", "")
        traces.setdefault(trace, []).append(row)
    for runs in traces.values():
        yield {"gathered": True, "runs": runs}


def read_run(
    record: object, /, *, trajectory_id: str, source: str, setting: ReadSetting
) -> Trajectory:
    """Read one run with all the runs below it."""
    runs = _ordered(_runs(record))
    spans = [_span(run) for run in runs]
    return read_trace(spans, trajectory_id=trajectory_id, source=source, setting=setting)


def _runs(record: object) -> list[Mapping[str, object]]:
    """The runs of a record, each before those inside it."""
    if not isinstance(record, dict):
        return []
    listed = record.get("runs")
    waiting = list(reversed(listed)) if isinstance(listed, list) else [record]
    runs: list[Mapping[str, object]] = []
    while waiting:
        run = waiting.pop()
        if not isinstance(run, dict):
            continue
        runs.append(run)
        inside = run.get("child_runs")
        for child in reversed(inside) if isinstance(inside, list) else []:
            if isinstance(child, dict):
                # A nested child need not say whose it is.
                waiting.append({"parent_run_id": run.get("id"), **child})
    return runs


def _ordered(runs: list[Mapping[str, object]]) -> list[Mapping[str, object]]:
    orders = [run.get("dotted_order") for run in runs]
    texts = [order for order in orders if isinstance(order, str) and order]
    if len(texts) == len(runs):
        places = sorted(range(len(runs)), key=texts.__getitem__)
        return [runs[place] for place in places]
    return in_order(runs, [moment(run.get("start_time")) for run in runs])


def _parent(run: Mapping[str, object]) -> str:
    return plain_id(run.get("parent_run_id")) or ""


def _span(run: Mapping[str, object]) -> Span:
    kind = _KINDS.get(str(run.get("run_type")), Kind.OTHER)
    name = run.get("name")
    inputs, outputs = run.get("inputs"), run.get("outputs")
    asked, said, call_id = inputs, outputs, ""
    if kind is Kind.TOOL:
        asked = _arguments(inputs)
        said, call_id = _output(outputs)
    elif kind is Kind.RETRIEVAL:
        asked = _query(inputs)
    return Span(
        kind=kind,
        name=name if isinstance(name, str) else "",
        span_id=plain_id(run.get("id")) or "",
        parent_id=_parent(run),
        start=moment(run.get("start_time")),
        end=moment(run.get("end_time")),
        failed=bool(run.get("error")) or run.get("status") == "error",
        model=_model(run),
        call_id=call_id,
        asked=NOT_LOGGED if asked in (None, {}, "") else asked,
        said=NOT_LOGGED if said is None or said == {} else said,
    )


def _arguments(inputs: object) -> object:
    """What a tool was called with: an object, also where it was logged as the text of one."""
    if isinstance(inputs, dict) and isinstance(inputs.get("input"), str | dict):
        inner = inputs["input"]
        decoded = structured(inner) if isinstance(inner, str) else inner
        if isinstance(decoded, dict):
            return decoded
    return inputs


def _query(inputs: object) -> object:
    if not isinstance(inputs, dict):
        return inputs
    return next((inputs[key] for key in ("query", "input") if inputs.get(key)), None)


def _output(outputs: object) -> tuple[object, str]:
    """What a tool gave back, and the id of the call it answers, where a message holds it."""
    if isinstance(outputs, dict) and "output" in outputs:
        outputs = outputs["output"]
    held = unserialised(outputs)
    if not isinstance(held, dict) or "content" not in held or "tool_call_id" not in held:
        return held, ""
    call_id = plain_id(held.get("tool_call_id")) or ""
    # A retriever tool shows the texts and keeps the documents, with their ids, as the artifact.
    if are_documents(held.get("artifact")):
        return held["artifact"], call_id
    if held.get("status") == "error":
        return {"error": held["content"] or "error"}, call_id
    return held["content"], call_id


def _model(run: Mapping[str, object]) -> str:
    extra = run.get("extra")
    extra = extra if isinstance(extra, dict) else {}
    for place in (extra.get("metadata"), extra.get("invocation_params")):
        for key in _MODEL_KEYS:
            name = place.get(key) if isinstance(place, dict) else None
            if isinstance(name, str) and name:
                return name
    return ""


LANGSMITH = TrajectoryFormat(
    name="langsmith",
    summary="LangSmith and LangChain runs: a row a run, or one run with its child runs",
    recognises=recognises,
    run_name=run_name,
    read=read_run,
    pieces=Pieces(is_piece, gather),
)
