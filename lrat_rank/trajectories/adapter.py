"""What a log format is: how it is recognised, and how one record of it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from lrat_rank.trajectories.model import Trajectory
from lrat_rank.trajectories.report import ReadReport


class RecordReader(Protocol):
    """Reads one decoded record into a trajectory."""

    def __call__(
        self, record: object, /, *, trajectory_id: str, source: str, report: ReadReport
    ) -> Trajectory:
        """Read a record that the format recognises.

        What cannot be placed is counted in `report.unplaced`; one broken step never loses the
        trajectory. `trajectory_id` is used unless the record carries an id of its own.
        """
        ...


class Recogniser(Protocol):
    """Tells whether a decoded record is in the format; cheap, and raises nothing."""

    def __call__(self, record: object, /) -> bool:
        """Look at the record's shape."""
        ...


class RunNamer(Protocol):
    """What the record itself calls the run, for the ids of files that hold many."""

    def __call__(self, record: object, /) -> str | None:
        """The query id or the like, or None."""
        ...


@dataclass(frozen=True, slots=True)
class TrajectoryFormat:
    """One log format, chosen by `name` or by looking at a record."""

    name: str
    summary: str
    recognises: Recogniser
    run_name: RunNamer
    read: RecordReader
