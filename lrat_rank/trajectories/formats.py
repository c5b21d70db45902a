"""The log formats we read, and reading trajectories whatever format they are in.

To add a format, write its adapter (a `TrajectoryFormat`) in a file of its own and add it here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from lrat_rank.errors import InputError
from lrat_rank.registry import Registry
from lrat_rank.trajectories.adapter import TrajectoryFormat
from lrat_rank.trajectories.browsecomp import BROWSECOMP
from lrat_rank.trajectories.model import Trajectory
from lrat_rank.trajectories.report import ReadReport, Skipped
from lrat_rank.trajectories.sources import LogFile, Record, iter_records, log_files

AUTO = "auto"
_REASONS_SHOWN = 3

FORMATS: Registry[TrajectoryFormat] = Registry("trajectory format")
FORMATS.add(BROWSECOMP.name, BROWSECOMP)


def sniff(record: object) -> TrajectoryFormat | None:
    """The first registered format that recognises a decoded record, or None."""
    return next((known for _, known in FORMATS.items() if known.recognises(record)), None)


def read_trajectories(
    paths: Sequence[Path | str],
    *,
    format_name: str = AUTO,
    report: ReadReport | None = None,
    strict: bool = False,
) -> Iterator[Trajectory]:
    """Read the trajectories of files and folders, one at a time, in name order.

    A path is a file with one run or a list of runs (`.json`), JSON Lines with one run a line
    (`.jsonl`), either of them gzipped (`.gz`), or a folder that holds such files at any depth.

    The trajectory id of a file's only run is the file's name without its extension, with the
    folders below the folder given (`sub/10`). A run among several is `<name>-<query_id>`, or
    `<name>-<line>` where it has no query id. A run written by `write_trajectory` carries its own
    id. An id that comes again gets `#2`, `#3`, ….

    Args:
        paths: Files and folders, read in the order given; a file given twice is read once.
        format_name: A registered format, or `auto` to look at each record.
        report: Filled while the trajectories are drawn; complete when the last one was.
        strict: Raise at the first record that would be skipped.

    Raises:
        InputError: A path does not exist or the format is unknown (at once); nothing could be
            read at all, or something was wrong and `strict` is set (while drawing).
    """
    chosen = None if format_name == AUTO else _chosen(format_name)
    report = report if report is not None else ReadReport()
    return _read(log_files(paths), paths, chosen=chosen, report=report, strict=strict)


def _chosen(name: str) -> TrajectoryFormat:
    if name not in FORMATS.names():
        known = ", ".join([AUTO, *FORMATS.names()])
        raise InputError("trajectory format", must=f"one of {known}", got=repr(name))
    return FORMATS.get(name)


def _read(
    files: list[LogFile],
    paths: Sequence[Path | str],
    *,
    chosen: TrajectoryFormat | None,
    report: ReadReport,
    strict: bool,
) -> Iterator[Trajectory]:
    ids = _UniqueIds()
    found = 0
    for record in _records(files, report):
        outcome = record if isinstance(record, Skipped) else _trajectory(record, chosen, report)
        if isinstance(outcome, Skipped):
            report.skipped.append(outcome)
            if strict:
                raise _refused(outcome)
            continue
        found += 1
        trajectory = replace(outcome, trajectory_id=ids.take(outcome.trajectory_id))
        report.count(trajectory)
        yield trajectory
    if not found:
        raise _nothing_read(paths, files, report)


def _records(files: list[LogFile], report: ReadReport) -> Iterator[Record | Skipped]:
    opened: set[Path] = set()
    for file in files:
        real = file.path.resolve()
        if real in opened:
            continue
        opened.add(real)
        report.files += 1
        yield from iter_records(file)


def _trajectory(
    record: Record, chosen: TrajectoryFormat | None, report: ReadReport
) -> Trajectory | Skipped:
    adapter = sniff(record.value) if chosen is None else chosen
    if adapter is None:
        return Skipped(record.where, "not a trajectory in a known format")
    if not adapter.recognises(record.value):
        return Skipped(record.where, f"not a trajectory in the format {adapter.name}")
    name = record.file.name
    if record.number is not None:
        name = f"{name}-{adapter.run_name(record.value) or record.number}"
    return adapter.read(record.value, trajectory_id=name, source=record.where, report=report)


class _UniqueIds:
    """Hands out each id once; an id that comes again gets a number."""

    def __init__(self) -> None:
        self._times: Counter[str] = Counter()

    def take(self, wanted: str) -> str:
        unique = wanted
        while self._times[unique]:
            self._times[wanted] += 1
            unique = f"{wanted}#{self._times[wanted]}"
        self._times[unique] = 1
        return unique


def _refused(skipped: Skipped) -> InputError:
    return InputError(
        "trajectory",
        must="an agent run in a known format",
        got=skipped.reason,
        where=skipped.where,
        do="Mend it, or leave out --strict to have it skipped and counted.",
    )


def _nothing_read(
    paths: Sequence[Path | str], files: list[LogFile], report: ReadReport
) -> InputError:
    reasons = [f"{skip.where}: {skip.reason}" for skip in report.skipped[:_REASONS_SHOWN]]
    more = len(report.skipped) - len(reasons)
    told = "; ".join(reasons) + (f"; and {more} more" if more > 0 else "")
    return InputError(
        "trajectories",
        must="agent runs, at least one of them readable",
        got=told or ("no such run" if files else "no .json, .jsonl or .gz file"),
        where=", ".join(map(str, paths)) or None,
        do=f"Formats read: {', '.join(FORMATS.names())}.",
    )
