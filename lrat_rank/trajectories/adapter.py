"""What a log format is: how it is recognised, and how one record of it is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from lrat_rank.trajectories.calls.tool_map import ToolMap
from lrat_rank.trajectories.matching import DocumentFinder
from lrat_rank.trajectories.model import Trajectory
from lrat_rank.trajectories.report import ReadReport


@dataclass(frozen=True, slots=True)
class ReadSetting:
    """What reading works with.

    Attributes:
        report: Takes what could not be placed.
        tools: Which tools search and which open documents, and where things stand in their calls.
        documents: The corpus, for logs that show documents without ids; None when not known.
    """

    report: ReadReport = field(default_factory=ReadReport)
    tools: ToolMap = field(default_factory=ToolMap)
    documents: DocumentFinder | None = None


class RecordReader(Protocol):
    """Reads one decoded record into a trajectory."""

    def __call__(
        self, record: object, /, *, trajectory_id: str, source: str, setting: ReadSetting
    ) -> Trajectory:
        """Read a record that the format recognises.

        What cannot be placed is counted in `setting.report.unplaced`; one broken step never loses
        the trajectory. `trajectory_id` is used unless the record carries an id of its own.
        """
        ...


class Recogniser(Protocol):
    """Tells whether a decoded record is in the format; cheap, and raises nothing.

    A record is a decoded JSON value, or the whole text (str) of a file that is no JSON.
    """

    def __call__(self, record: object, /) -> bool:
        """Look at the record's shape."""
        ...


class RunNamer(Protocol):
    """What the record itself calls the run, for the ids of files that hold many."""

    def __call__(self, record: object, /) -> str | None:
        """The query id or the like, or None."""
        ...


class Gatherer(Protocol):
    """Makes runs of the pieces that one file holds."""

    def __call__(self, pieces: Sequence[object], /) -> Iterator[object]:
        """The runs, each a record that the format recognises and reads, in the order they began."""
        ...


@dataclass(frozen=True, slots=True)
class Pieces:
    """For formats with records that are less than a run (a span), or more (a text of many runs).

    Attributes:
        is_piece: Whether a recognised record is such a one; a record that is not is read alone.
        gather: Called with all the pieces of a file, in their order.
    """

    is_piece: Recogniser
    gather: Gatherer


class Continuation(Protocol):
    """Tells whether a record holds the whole run of the record before it, and more."""

    def __call__(self, earlier: object, later: object, /) -> bool:
        """Compare two recognised records; cheap, and raises nothing."""
        ...


@dataclass(frozen=True, slots=True)
class TrajectoryFormat:
    """One log format, chosen by `name` or by looking at a record.

    A record whose run the next one `continues` is counted, and not read.
    """

    name: str
    summary: str
    recognises: Recogniser
    run_name: RunNamer
    read: RecordReader
    pieces: Pieces | None = None
    continues: Continuation | None = None
