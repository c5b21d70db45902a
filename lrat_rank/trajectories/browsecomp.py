"""BrowseComp-Plus run JSON, and the LRAT variant of it.

A record is one run:

    {"metadata": {"model", "searcher_type", …}, "query_id", "query"?, "status",
     "result": [{"type": "tool_call" | "reasoning" | "output_text",
                 "tool_name", "arguments", "output"}, …], "answer"?, "correct"?}

Every step keeps its place. Each `reasoning` step is one `Reasoning` turn, and an empty one is no
turn. A tool call that neither searches nor opens a document, or that cannot be read, is an
`OtherCall`. `raw_messages` repeats the steps and is not read; `retrieved_docids` has lost its
order and is not read either. `answer` is taken as logged: LRAT keeps the reference answer there.

See `arguments` for queries and doc ids, `tool_output` for lists and documents.
"""

from __future__ import annotations

from collections.abc import Mapping

from lrat_rank.trajectories.adapter import TrajectoryFormat
from lrat_rank.trajectories.arguments import (
    clean_doc_id,
    is_browse,
    is_search,
    read_arguments,
    read_doc_ids,
    read_queries,
)
from lrat_rank.trajectories.model import (
    Answer,
    Browse,
    OtherCall,
    Reasoning,
    Search,
    Trajectory,
    Turn,
)
from lrat_rank.trajectories.payloads import joined_text, plain_id
from lrat_rank.trajectories.report import ReadReport
from lrat_rank.trajectories.tool_output import Opened, read_opened, read_shown

_STEP_TYPES = frozenset({"tool_call", "reasoning", "output_text"})
_RUN_KEYS = frozenset({"metadata", "query_id", "status", "tool_call_counts"})


def recognises(record: object) -> bool:
    """Whether a record is a run: a `result` list of typed steps, or an empty one beside run keys.

    >>> recognises({"result": [{"type": "reasoning", "output": "Let me look."}]})
    True
    >>> recognises({"query_id": "1", "candidates": []})
    False
    """
    if not isinstance(record, Mapping) or not isinstance(record.get("result"), list):
        return False
    steps = record["result"]
    if not steps:
        return not _RUN_KEYS.isdisjoint(record)
    return any(isinstance(step, Mapping) and step.get("type") in _STEP_TYPES for step in steps)


def run_name(record: object) -> str | None:
    """The record's query id."""
    return plain_id(record.get("query_id")) if isinstance(record, Mapping) else None


def read_run(
    record: object, /, *, trajectory_id: str, source: str, report: ReadReport
) -> Trajectory:
    """Read one run; `metadata.trajectory_id`, which our own writer sets, goes before the file's.

    Raises:
        ValueError: The record is not one that `recognises` accepts.
    """
    if not isinstance(record, Mapping) or not isinstance(record.get("result"), list):
        raise ValueError("not a BrowseComp-Plus run: ask recognises() first")
    metadata = record.get("metadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    return Trajectory(
        trajectory_id=plain_id(metadata.get("trajectory_id")) or trajectory_id,
        question=_text(record, "query") or _text(record, "question") or "",
        turns=_Steps(report).read(record["result"]),
        status=_text(record, "status"),
        correct=_correct(record, metadata),
        answer=_text(record, "answer"),
        agent=_text(metadata, "model") or "",
        retriever=_text(metadata, "searcher_type") or "",
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
    """Reads the steps of one run in order; remembers which ids were shown so far."""

    def __init__(self, report: ReadReport) -> None:
        self._report = report
        self._shown: set[str] = set()

    def read(self, steps: list[object]) -> tuple[Turn, ...]:
        turns = (self._turn(step) for step in steps)
        return tuple(turn for turn in turns if turn is not None)

    def _turn(self, step: object) -> Turn | None:
        if not isinstance(step, Mapping):
            self._unplaced("step that is not an object")
            return None
        kind = step.get("type")
        if kind == "tool_call":
            return self._call(step)
        if kind not in _STEP_TYPES:
            self._unplaced(f"unknown step type {_short(kind)}")
            return None
        return self._written(str(kind), step.get("output"))

    def _written(self, kind: str, output: object) -> Reasoning | Answer | None:
        text = joined_text(output)
        if text.strip():
            return Reasoning(text) if kind == "reasoning" else Answer(text)
        if output and not isinstance(output, str):
            self._unplaced(f"{kind} step without text")
        return None

    def _unplaced(self, reason: str) -> None:
        self._report.unplaced[reason] += 1

    def _call(self, step: Mapping[str, object]) -> Turn:
        tool = _text(step, "tool_name") or ""
        if not is_search(tool) and not is_browse(tool):
            self._unplaced(f"unknown tool {_short(tool) or '(unnamed)'}")
            return OtherCall(tool)
        arguments = read_arguments(step.get("arguments"))
        if arguments is None:
            self._unplaced("tool call with unreadable arguments")
            return OtherCall(tool)
        if is_search(tool):
            return self._search(arguments, step)
        return self._browse(arguments, step) or OtherCall(tool)

    def _search(self, arguments: Mapping[str, object], step: Mapping[str, object]) -> Search:
        queries = read_queries(arguments)
        if not queries or not queries[0].strip():
            self._unplaced("search without a query")
        shown = read_shown(step.get("output"))
        for reason in shown.unplaced:
            self._unplaced(reason)
        if not shown.impressions and not shown.failed:
            self._unplaced("search output with no documents")
        self._shown.update(impression.doc_id for impression in shown.impressions)
        query, others = (queries[0], queries[1:]) if queries else ("", ())
        return Search(query, shown.impressions, others, shown.failed)

    def _browse(self, arguments: Mapping[str, object], step: Mapping[str, object]) -> Browse | None:
        logged = read_doc_ids(arguments)
        if not logged:
            self._unplaced("browse without a doc id")
            return None
        # A log that keeps no output says nothing about failure; an output of null does.
        opened = read_opened(step["output"]) if "output" in step else Opened()
        known = self._shown.union(opened.doc_ids)
        doc_id, *also = dict.fromkeys(clean_doc_id(name, known) for name in logged)
        return Browse(doc_id, opened.text, tuple(also), opened.failed)


def _short(value: object) -> str:
    """A name for the report, kept to one short line."""
    return " ".join(str(value).split())[:60]


BROWSECOMP = TrajectoryFormat(
    name="browsecomp",
    summary="BrowseComp-Plus run JSON and its LRAT variant: one object a run with a result list",
    recognises=recognises,
    run_name=run_name,
    read=read_run,
)
