"""The log formats we read, and reading trajectories whatever format they are in.

To add a format, write its adapter (a `TrajectoryFormat`) in a file of its own and add it here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from lrat_rank.errors import InputError
from lrat_rank.registry import Registry
from lrat_rank.trajectories.adapter import ReadSetting, TrajectoryFormat
from lrat_rank.trajectories.browsecomp import BROWSECOMP
from lrat_rank.trajectories.model import Trajectory
from lrat_rank.trajectories.report import ReadReport, Skipped
from lrat_rank.trajectories.sources import EXTENSIONS, LogFile, Record, iter_records, log_files

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
    setting: ReadSetting | None = None,
    strict: bool = False,
) -> Iterator[Trajectory]:
    """Read the trajectories of files and folders, one at a time, in name order.

    A path is a file or a folder that holds such files at any depth; see `sources` for the kinds of
    file. Formats may be mixed, in a folder and in a file.

    The trajectory id of a file's only run is the file's name without its extension, with the
    folders below the folder given (`sub/10`). A run among several is `<name>-<query_id>`, or
    `<name>-<number>` where it has no query id: the line, or the place among the runs gathered from
    the file's pieces. A run written by `write_trajectory` carries its own id. An id that comes
    again gets `#2`, `#3`, ….

    Args:
        paths: Files and folders, read in the order given; a file given twice is read once.
        format_name: A registered format, or `auto` to look at each record.
        setting: Tools, corpus and the report, which is filled while the trajectories are drawn and
            complete when the last one was.
        strict: Raise at the first record that would be skipped.

    Raises:
        InputError: A path does not exist or the format is unknown (at once); nothing could be
            read at all, or something was wrong and `strict` is set (while drawing).
    """
    chosen = None if format_name == AUTO else _chosen(format_name)
    setting = setting if setting is not None else ReadSetting()
    return _read(log_files(paths), paths, chosen=chosen, setting=setting, strict=strict)


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
    setting: ReadSetting,
    strict: bool,
) -> Iterator[Trajectory]:
    ids = _UniqueIds()
    found = 0
    report = setting.report
    for file in _each_once(files):
        report.files += 1
        for outcome in read_records(iter_records(file), chosen, setting):
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


def _each_once(files: Iterable[LogFile]) -> Iterator[LogFile]:
    opened: set[Path] = set()
    for file in files:
        real = file.path.resolve()
        if real not in opened:
            opened.add(real)
            yield file


def read_records(
    records: Iterable[Record | Skipped], chosen: TrajectoryFormat | None, setting: ReadSetting
) -> Iterator[Trajectory | Skipped]:
    """The trajectories of one file's records, ids not yet unique; runs in pieces come last."""
    pieces: dict[str, list[Record]] = {}
    for record in records:
        if isinstance(record, Skipped):
            yield record
            continue
        adapter = sniff(record.value) if chosen is None else chosen
        if adapter is None:
            yield Skipped(record.where, "not a trajectory in a known format")
        elif not adapter.recognises(record.value):
            yield Skipped(record.where, f"not a trajectory in the format {adapter.name}")
        elif adapter.pieces is not None and adapter.pieces.is_piece(record.value):
            pieces.setdefault(adapter.name, []).append(record)
        else:
            name = _name(record, adapter)
            yield adapter.read(
                record.value, trajectory_id=name, source=record.where, setting=setting
            )
    for name, loose in pieces.items():
        yield from _gathered(FORMATS.get(name), loose, setting)


def _gathered(
    adapter: TrajectoryFormat, pieces: Sequence[Record], setting: ReadSetting
) -> Iterator[Trajectory | Skipped]:
    """The runs that one file's pieces make up."""
    assert adapter.pieces is not None
    file = pieces[0].file
    runs = list(adapter.pieces.gather([piece.value for piece in pieces]))
    if not runs:
        yield Skipped(str(file.path), f"pieces of the format {adapter.name} that make up no run")
    for number, run in enumerate(runs, start=1):
        record = Record(file, number if len(runs) > 1 else None, run)
        yield adapter.read(
            run, trajectory_id=_name(record, adapter), source=record.where, setting=setting
        )


def _name(record: Record, adapter: TrajectoryFormat) -> str:
    if record.number is None:
        return record.file.name
    return f"{record.file.name}-{adapter.run_name(record.value) or record.number}"


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
        got=told or ("no such run" if files else f"no {', '.join(EXTENSIONS)} file"),
        where=", ".join(map(str, paths)) or None,
        do=f"Formats read: {', '.join(FORMATS.names())}.",
    )
