"""Tool calls of any format into turns: the one place where a call becomes a search or a browse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.calls.arguments import clean_doc_id, read_arguments
from lrat_rank.trajectories.calls.outputs import Opened, Shown
from lrat_rank.trajectories.calls.tool_map import Use
from lrat_rank.trajectories.model import Browse, OtherCall, Search


class Nothing(Enum):
    """The output of a call whose log keeps none; an output of null is something else."""

    LOGGED = "logged"


NOT_LOGGED: Final = Nothing.LOGGED


@dataclass(slots=True)
class ToolCall:
    """One tool call as a log holds it.

    Attributes:
        tool: The tool's name; empty where the log has none.
        arguments: An object, or a string that encodes one.
        output: What came back, however it is encoded; `NOT_LOGGED` where the log keeps none.
        failed: The log says that the call failed (an error flag beside the output).
        batch: See `Trajectory`.
        at: When it was made, in seconds.
        returned: When the output came, in seconds.
    """

    tool: str
    arguments: object = None
    output: object = NOT_LOGGED
    failed: bool = False
    batch: int | None = None
    at: float | None = None
    returned: float | None = None


class CallReader:
    """Reads the calls of one trajectory, in order; remembers which ids were shown so far.

    Args:
        setting: The tools there are, and the report that takes what cannot be placed.
    """

    def __init__(self, setting: ReadSetting) -> None:
        self._report = setting.report
        self._tools = setting.tools
        self._shown: set[str] = set()

    def turn(self, call: ToolCall) -> Search | Browse | OtherCall:
        """The turn of a call, by what its tool does."""
        use = self._use(call.tool)
        if use is Use.OTHER:
            return other(call)
        arguments = read_arguments(call.arguments)
        if arguments is None:
            self.unplaced("tool call with unreadable arguments")
            return other(call)
        for reason in self._tools.unfound(call.tool, arguments):
            self.unplaced(reason)
        if use is Use.SEARCH:
            return self.search(self._tools.queries(call.tool, arguments), call)
        return self.browse(self._tools.doc_ids(call.tool, arguments), call)

    def _use(self, tool: str) -> Use:
        """What a tool does; one that nobody knows is counted."""
        use = self._tools.use(tool)
        if use is None:
            self.unplaced(f"unknown tool {short(tool) or '(unnamed)'}")
        return use or Use.OTHER

    def search(self, queries: Sequence[str], call: ToolCall) -> Search:
        """A search for `queries`; the list it showed is read from the call's output."""
        if not queries or not queries[0].strip():
            self.unplaced("search without a query")
        logged = call.output is not NOT_LOGGED
        shown = self._tools.shown(call.tool, call.output) if logged else Shown()
        for reason in shown.unplaced:
            self.unplaced(reason)
        failed = shown.failed or call.failed
        if not shown.impressions and not failed:
            self.unplaced(
                "search output with no documents" if logged else "search without a logged output"
            )
        impressions = () if call.failed else shown.impressions
        self._shown.update(impression.doc_id for impression in impressions)
        query, others = (queries[0], tuple(queries[1:])) if queries else ("", ())
        return Search(query, impressions, others, failed, call.batch, call.at)

    def browse(self, doc_ids: Sequence[str], call: ToolCall) -> Browse | OtherCall:
        """The opening of `doc_ids`, as the agent typed them; without any it is an `OtherCall`."""
        if not doc_ids:
            self.unplaced("browse without a doc id")
            return other(call)
        logged = call.output is not NOT_LOGGED
        opened = self._tools.opened(call.tool, call.output) if logged else Opened()
        for reason in opened.unplaced:
            self.unplaced(reason)
        known = self._shown.union(opened.doc_ids)
        doc_id, *also = dict.fromkeys(clean_doc_id(name, known) for name in doc_ids)
        return Browse(
            doc_id,
            opened.text,
            tuple(also),
            failed=opened.failed or call.failed,
            batch=call.batch,
            at=call.at,
            returned=call.returned,
        )

    def unplaced(self, reason: str) -> None:
        """Count something that could not be placed; `reason` names a kind, not the one case."""
        self._report.unplaced[reason] += 1


def other(call: ToolCall) -> OtherCall:
    """The turn of a call that neither searches nor opens a document."""
    return OtherCall(call.tool, call.batch, call.at)


def short(value: object) -> str:
    """A name for the report, kept to one short line."""
    return " ".join(str(value).split())[:60]
