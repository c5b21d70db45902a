"""ATIF v1.x, the Agent Trajectory Interchange Format (Harbor, NeMo Relay).

    {"schema_version": "ATIF-v1.7", "session_id"?, "trajectory_id"?, "agent": {"name",
     "model_name"?}, "steps": [{"step_id", "timestamp"?, "source": "user" | "agent" | "system",
     "message", "reasoning_content"?, "tool_calls"?: [{"tool_call_id", "function_name",
     "arguments"}], "observation"?: {"results": [{"source_call_id"?, "content"}]}}, …],
     "subagent_trajectories"?}

A result belongs to the call it names, in whatever step it stands. The first user message is the
question; how steps become turns says `messages`. Steps copied from an earlier trajectory are
counted, not read again. Embedded trajectories of sub-agents are runs of their own. Not read:
metrics, system messages, and what later user messages say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lrat_rank.trajectories.adapter import Pieces, ReadSetting, TrajectoryFormat
from lrat_rank.trajectories.messages.steps import (
    Asked,
    Came,
    Entry,
    Step,
    UserSaid,
    content_text,
    is_users,
)
from lrat_rank.trajectories.messages.turns import read_entries
from lrat_rank.trajectories.model import Reasoning, Trajectory
from lrat_rank.trajectories.payloads import plain_id
from lrat_rank.trajectories.times import moment

_SOURCES = frozenset({"user", "agent", "system"})
_EMBEDDED = "subagent_trajectories"


def recognises(record: object) -> bool:
    """Whether a record has ATIF's version, or steps with ATIF's sources.

    >>> recognises({"schema_version": "ATIF-v1.4", "steps": []})
    True
    >>> recognises({"steps": [{"step_id": 1, "source": "agent", "message": "Yes."}]})
    True
    """
    if not isinstance(record, dict) or not isinstance(record.get("steps"), list):
        return False
    version = record.get("schema_version")
    if isinstance(version, str) and version.upper().startswith("ATIF"):
        return True
    return any("step_id" in step and _source(step) in _SOURCES for step in _steps(record))


def run_name(record: object) -> str | None:
    """The trajectory's own id, or its session's."""
    if not isinstance(record, dict):
        return None
    return plain_id(record.get("trajectory_id")) or plain_id(record.get("session_id"))


def holds_others(record: object) -> bool:
    """Whether trajectories of sub-agents are embedded."""
    return isinstance(record, dict) and bool(record.get(_EMBEDDED))


def gather(pieces: Sequence[object]) -> Iterator[object]:
    """Each trajectory, and after it those embedded in it."""
    waiting = list(reversed(pieces))
    while waiting:
        record = waiting.pop()
        if isinstance(record, dict):
            embedded = record.get(_EMBEDDED)
            waiting += reversed(embedded) if isinstance(embedded, list) else []
            alone = {key: value for key, value in record.items() if key != _EMBEDDED}
            if isinstance(alone.get("steps"), list):
                yield alone


def read_run(
    record: object, /, *, trajectory_id: str, source: str, setting: ReadSetting
) -> Trajectory:
    """Read one trajectory."""
    steps = _steps(record)
    agent = record.get("agent") if isinstance(record, dict) else None
    agent = agent if isinstance(agent, dict) else {}
    names = (agent.get(key) for key in ("model_name", "name"))
    asked = (content_text(step.get("message")) for step in steps if _source(step) == "user")
    run = read_entries(
        list(_entries(steps, setting)),
        record,
        question=next((text for text in asked if text.strip()), ""),
        trajectory_id=trajectory_id,
        source=source,
        setting=setting,
    )
    return replace(run, agent=next((n for n in names if isinstance(n, str) and n), ""))


def _steps(record: object) -> list[Mapping[str, object]]:
    return _objects(record.get("steps") if isinstance(record, dict) else None)


def _source(step: Mapping[str, object]) -> str:
    source = step.get("source")
    return source if isinstance(source, str) else ""


def _entries(steps: Sequence[Mapping[str, object]], setting: ReadSetting) -> Iterator[Entry]:
    for step in steps:
        if step.get("is_copied_context") is True:
            setting.report.unplaced["step copied from an earlier trajectory"] += 1
            continue
        if _source(step) == "agent":
            yield _step(step)
        elif _source(step) == "user":
            if is_users(content_text(step.get("message"))):
                yield UserSaid()
        elif _source(step) not in _SOURCES:
            setting.report.unplaced["step of an unknown source"] += 1
        for result in _results(step):
            yield Came(result.get("content"), plain_id(result.get("source_call_id")))


def _step(step: Mapping[str, object]) -> Step:
    reasoning = content_text(step.get("reasoning_content"))
    return Step(
        thoughts=(Reasoning(reasoning),) if reasoning.strip() else (),
        text=content_text(step.get("message")),
        calls=tuple(map(_call, _objects(step.get("tool_calls")))),
        at=moment(step.get("timestamp")),
    )


def _call(call: Mapping[str, object]) -> Asked:
    tool = call.get("function_name")
    return Asked(
        tool if isinstance(tool, str) else "",
        call.get("arguments"),
        plain_id(call.get("tool_call_id")),
    )


def _results(step: Mapping[str, object]) -> list[Mapping[str, object]]:
    observation = step.get("observation")
    return _objects(observation.get("results") if isinstance(observation, dict) else None)


def _objects(value: object) -> list[Mapping[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


ATIF = TrajectoryFormat(
    name="atif",
    summary="ATIF v1.x trajectories (Harbor, NeMo Relay): steps with calls and observations",
    recognises=recognises,
    run_name=run_name,
    read=read_run,
    pieces=Pieces(holds_others, gather),
)
