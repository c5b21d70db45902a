"""BrowseComp-Plus run JSON, and the LRAT variant of it.

A record is one run:

    {"metadata": {"model", "searcher_type", …}, "query_id", "query"?, "status",
     "result": [{"type": "tool_call" | "reasoning" | "output_text",
                 "tool_name", "arguments", "output"}, …], "answer"?, "correct"?}

Every step keeps its place. Each `reasoning` step is one `Reasoning` turn, and an empty one is no
turn. A tool call that neither searches nor opens a document, or that cannot be read, is an
`OtherCall`. `raw_messages` repeats the steps and is not read; `retrieved_docids` has lost its
order and is not read either. `answer` is taken as logged: LRAT keeps the reference answer there.

Our own logs add to a step, where it is known: `at` and `returned` (seconds), `batch`, `truncated`,
`withheld`; to a shown result the `propensity` of its rank; and to the metadata the `arm`.

See `calls` for how a call becomes a turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lrat_rank.trajectories.adapter import ReadSetting, TrajectoryFormat
from lrat_rank.trajectories.calls.reader import NOT_LOGGED, CallReader, ToolCall, short
from lrat_rank.trajectories.model import Answer, Reasoning, Trajectory, Turn
from lrat_rank.trajectories.payloads import joined_text, plain_id
from lrat_rank.trajectories.times import moment

_STEP_TYPES = frozenset({"tool_call", "reasoning", "output_text"})
_RUN_KEYS = frozenset({"metadata", "query_id", "status", "tool_call_counts"})


def recognises(record: object) -> bool:
    """Whether a record is a run: a `result` list of typed steps, or an empty one beside run keys.

    >>> recognises({"result": [{"type": "reasoning", "output": "Let me look."}]})
    True
    >>> recognises({"query_id": "1", "candidates": []})
    False
    """
    if not isinstance(record, dict) or not isinstance(record.get("result"), list):
        return False
    steps = record["result"]
    if not steps:
        return not _RUN_KEYS.isdisjoint(record)
    return any(isinstance(step, dict) and _kind(step) in _STEP_TYPES for step in steps)


def _kind(step: Mapping[str, object]) -> str:
    """A step's type; what is not even text is named for the report."""
    kind = step.get("type")
    return kind if isinstance(kind, str) else short(kind)


def run_name(record: object) -> str | None:
    """The record's query id."""
    return plain_id(record.get("query_id")) if isinstance(record, dict) else None


def read_run(
    record: object, /, *, trajectory_id: str, source: str, setting: ReadSetting
) -> Trajectory:
    """Read one run; `metadata.trajectory_id`, which our own writer sets, goes before the file's.

    Raises:
        ValueError: The record is not one that `recognises` accepts.
    """
    if not isinstance(record, dict) or not isinstance(record.get("result"), list):
        raise ValueError("not a BrowseComp-Plus run: ask recognises() first")
    metadata = record.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    own_id, query_id = plain_id(metadata.get("trajectory_id")), run_name(record)
    return Trajectory(
        trajectory_id=own_id or trajectory_id,
        question=_text(record, "query") or _text(record, "question") or "",
        turns=_Steps(setting).read(record["result"]),
        status=_text(record, "status"),
        correct=_correct(record, metadata),
        answer=_text(record, "answer"),
        agent=_text(metadata, "model") or "",
        retriever=_text(metadata, "searcher_type") or "",
        arm=_text(metadata, "arm") or "",
        question_id=query_id if query_id and query_id != own_id else "",
        source=source,
    )


def _text(record: Mapping[str, object], key: str) -> str | None:
    value = record.get(key)
    return value if isinstance(value, str) else None


def _correct(*places: Mapping[str, object]) -> bool | None:
    for place in places:
        for key in ("correct", "is_correct"):
            value = place.get(key)
            if isinstance(value, bool):
                return value
    return None


class _Steps:
    """Reads the steps of one run in order."""

    def __init__(self, setting: ReadSetting) -> None:
        self._calls = CallReader(setting)

    def read(self, steps: list[object]) -> tuple[Turn, ...]:
        turns = (self._turn(step) for step in steps)
        return tuple(turn for turn in turns if turn is not None)

    def _turn(self, step: object) -> Turn | None:
        if not isinstance(step, dict):
            self._calls.unplaced("step that is not an object")
            return None
        kind = _kind(step)
        if kind == "tool_call":
            return self._calls.turn(_tool_call(step))
        if kind not in _STEP_TYPES:
            self._calls.unplaced(f"unknown step type {short(kind)}")
            return None
        return self._written(kind, step)

    def _written(self, kind: str, step: dict[str, Any]) -> Reasoning | Answer | None:
        output = step.get("output")
        text = joined_text(output)
        if text and not text.isspace():
            if kind == "reasoning":
                return Reasoning(text, truncated=step.get("truncated") is True)
            return Answer(text, at=moment(step.get("at")))
        if kind == "reasoning" and step.get("withheld") is True:
            return Reasoning("", withheld=True)
        if output and not isinstance(output, str):
            self._calls.unplaced(f"{kind} step without text")
        return None


def _tool_call(step: Mapping[str, object]) -> ToolCall:
    batch = step.get("batch")
    return ToolCall(
        tool=_text(step, "tool_name") or "",
        arguments=step.get("arguments"),
        # A log that keeps no output says nothing about failure; an output of null does.
        output=step.get("output", NOT_LOGGED),
        batch=batch if isinstance(batch, int) and not isinstance(batch, bool) else None,
        at=moment(step.get("at")),
        returned=moment(step.get("returned")),
    )


BROWSECOMP = TrajectoryFormat(
    name="browsecomp",
    summary="BrowseComp-Plus run JSON and its LRAT variant: one object a run with a result list",
    recognises=recognises,
    run_name=run_name,
    read=read_run,
)
