"""Reading trajectories from files and folders, whatever format they are in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from lrat_rank.errors import InputError, LratRankError
from lrat_rank.trajectories.adapter import ReadSetting, TrajectoryFormat
from lrat_rank.trajectories.formats import AUTO, FORMATS, format_named, sniff
from lrat_rank.trajectories.messages.request_logs import CONTINUED
from lrat_rank.trajectories.model import Trajectory
from lrat_rank.trajectories.report import ReadReport, Skipped
from lrat_rank.trajectories.sources import (
    EXTENSIONS,
    LogFile,
    Part,
    Record,
    iter_records,
    log_files,
    place,
)

_Recognised = tuple[Record, TrajectoryFormat]

READER_FAILED = "a fault in the reader of"
_REASONS_SHOWN = 3
_LOOKED_AT = 50


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
    chosen = format_named(format_name)
    setting = setting if setting is not None else ReadSetting()
    return _read(log_files(paths), paths, chosen=chosen, setting=setting, strict=strict)


def _read(
    files: list[LogFile],
    paths: Sequence[Path | str],
    *,
    chosen: TrajectoryFormat | None,
    setting: ReadSetting,
    strict: bool,
) -> Iterator[Trajectory]:
    ids = UniqueIds()
    for file in files:
        for trajectory in read_part(Part(file), chosen, setting, strict=strict):
            unique = ids.take(trajectory.trajectory_id)
            if unique != trajectory.trajectory_id:
                trajectory = replace(trajectory, trajectory_id=unique)
            yield trajectory
    if not setting.report.trajectories:
        raise nothing_read(paths, setting.report)


def read_part(
    part: Part, chosen: TrajectoryFormat | None, setting: ReadSetting, *, strict: bool = False
) -> Iterator[Trajectory]:
    """The trajectories of one part, counted in the report; their ids may come more than once.

    Raises:
        InputError: Something cannot be read and `strict` is set.
    """
    report = setting.report
    report.files += 0 if part.start else 1 + len(part.file.more)
    for outcome in _outcomes(iter_records(part), chosen, setting):
        if isinstance(outcome, Skipped):
            report.skip(outcome)
            if strict:
                raise _refused(outcome)
        else:
            report.count(outcome)
            yield outcome


def _outcomes(
    records: Iterable[Record | Skipped], chosen: TrajectoryFormat | None, setting: ReadSetting
) -> Iterator[Trajectory | Skipped]:
    """The trajectories of one part's records; runs in pieces come last."""
    pieces: dict[str, list[Record]] = {}
    for found in _last_of_each(_recognised(records, chosen), setting.report):
        if isinstance(found, Skipped):
            yield found
            continue
        record, adapter = found
        if _is_piece(record, adapter):
            pieces.setdefault(adapter.name, []).append(record)
        else:
            yield _run(record, adapter, setting)
    for name, loose in pieces.items():
        yield from _gathered(FORMATS.get(name), loose, setting)


def _recognised(
    records: Iterable[Record | Skipped], chosen: TrajectoryFormat | None
) -> Iterator[_Recognised | Skipped]:
    for record in records:
        if isinstance(record, Skipped):
            yield record
        else:
            adapter = _adapter(record, chosen)
            yield adapter if isinstance(adapter, Skipped) else (record, adapter)


def _last_of_each(
    found: Iterable[_Recognised | Skipped], report: ReadReport
) -> Iterator[_Recognised | Skipped]:
    """What was found, without records whose run the record after them continues."""
    held: _Recognised | Skipped | None = None
    for item in found:
        if held is not None:
            if _is_continued(held, item):
                report.unplaced[CONTINUED] += 1
            else:
                yield held
        held = item
    if held is not None:
        yield held


def _is_continued(held: _Recognised | Skipped, item: _Recognised | Skipped) -> bool:
    if isinstance(held, Skipped) or isinstance(item, Skipped):
        return False
    (earlier, adapter), (later, reader) = held, item
    if adapter is not reader or adapter.continues is None:
        return False
    return adapter.continues(earlier.value, later.value)


def _adapter(record: Record, chosen: TrajectoryFormat | None) -> TrajectoryFormat | Skipped:
    if chosen is None:
        found = sniff(record.value)
        return found or Skipped(record.where, "not a trajectory in a known format")
    if chosen.recognises(record.value):
        return chosen
    return Skipped(record.where, f"not a trajectory in the format {chosen.name}")


def _is_piece(record: Record, adapter: TrajectoryFormat) -> bool:
    return adapter.pieces is not None and adapter.pieces.is_piece(record.value)


def comes_in_pieces(file: LogFile, chosen: TrajectoryFormat | None) -> bool:
    """Whether a file seems to hold pieces, by its first records, and must be read as one part."""
    for record in islice(iter_records(Part(file)), _LOOKED_AT):
        if isinstance(record, Record):
            adapter = _adapter(record, chosen)
            if not isinstance(adapter, Skipped):
                return _is_piece(record, adapter)
    return False


def _gathered(
    adapter: TrajectoryFormat, pieces: Sequence[Record], setting: ReadSetting
) -> Iterator[Trajectory | Skipped]:
    """The runs that one file's pieces make up."""
    assert adapter.pieces is not None
    file = pieces[0].file
    where = place(file, None)
    try:
        runs = list(adapter.pieces.gather([piece.value for piece in pieces]))
    except Exception as error:
        yield _failed(adapter, where, error)
        return
    if not runs:
        yield Skipped(where, f"pieces of the format {adapter.name} that make up no run")
    for number, run in enumerate(runs, start=1):
        yield _run(Record(file, number if len(runs) > 1 else None, run), adapter, setting)


def _run(record: Record, adapter: TrajectoryFormat, setting: ReadSetting) -> Trajectory | Skipped:
    """A record read. A fault of a reader loses the record, and never the job."""
    try:
        return adapter.read(
            record.value,
            trajectory_id=_name(record, adapter),
            source=record.where,
            setting=setting,
        )
    except LratRankError:
        raise
    except Exception as error:
        return _failed(adapter, record.where, error)


def _failed(adapter: TrajectoryFormat, where: str, error: Exception) -> Skipped:
    told = " ".join(str(error).split())[:200]
    return Skipped(where, f"{READER_FAILED} {adapter.name} ({type(error).__name__}: {told})")


def _name(record: Record, adapter: TrajectoryFormat) -> str:
    if record.number is None:
        return record.file.name
    return f"{record.file.name}-{adapter.run_name(record.value) or record.number}"


class UniqueIds:
    """Hands out each id once; an id that comes again gets a number."""

    def __init__(self) -> None:
        self._times: Counter[str] = Counter()

    def take(self, wanted: str) -> str:
        """The id, or the id with the first free number."""
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


def nothing_read(paths: Sequence[Path | str], report: ReadReport) -> InputError:
    """What to say when no trajectory could be read."""
    reasons = [f"{skip.where}: {skip.reason}" for skip in report.skipped[:_REASONS_SHOWN]]
    more = report.skipped_by_reason.total() - len(reasons)
    told = "; ".join(reasons) + (f"; and {more} more" if more > 0 else "")
    return InputError(
        "trajectories",
        must="agent runs, at least one of them readable",
        got=told or ("no such run" if report.files else f"no {', '.join(EXTENSIONS)} file"),
        where=", ".join(map(str, paths)) or None,
        do=f"Formats read: {', '.join(FORMATS.names())}.",
    )
