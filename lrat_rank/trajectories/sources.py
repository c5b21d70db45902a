"""From paths to decoded records: JSON, JSON Lines and plain text, each also `.gz`, and folders.

A `.json` file is one record, or a list of them, or JSON Lines under a wrong name; a `.jsonl` or
`.ndjson` file has a record a line; a `.txt` or `.log` file is one record, its whole text.

What cannot be decoded comes out as a `Skipped` in its place, so that the rest is still read.

The files of a search log (see `journal`) are read as one, for sessions go on from file to file.
"""

from __future__ import annotations

import gzip
import os
import stat
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import IO, cast

from lrat_rank.errors import InputError
from lrat_rank.trajectories.journal import TORN
from lrat_rank.trajectories.journal_files import is_journal
from lrat_rank.trajectories.payloads import decode_json
from lrat_rank.trajectories.report import Skipped

_KINDS = (".json", ".jsonl", ".ndjson", ".txt", ".log")
_LINES = (".jsonl", ".ndjson")
EXTENSIONS = (*_KINDS, *(f"{kind}.gz" for kind in _KINDS))


@dataclass(frozen=True, slots=True)
class LogFile:
    """A file of a log.

    Attributes:
        path: Where it is.
        name: What its trajectories are called by: no folder of input, no extension.
        size: In bytes, when it was found.
        changed: When it was last changed then, in nanoseconds.
        more: The further files of the same search log; size and change are those of all.
    """

    path: Path
    name: str
    size: int = 0
    changed: int = 0
    more: tuple[Path, ...] = ()

    def each(self) -> Iterator[LogFile]:
        """The file, and those that are read as one with it."""
        yield replace(self, more=())
        for path in self.more:
            yield LogFile(path, self.name)


@dataclass(frozen=True, slots=True)
class Part:
    """What is read in one go: a file, or a range of the bytes of a JSON Lines file.

    Attributes:
        file: The file.
        start: First byte, which begins a line.
        stop: First byte that belongs to the next part; None for the end of the file.
        first_line: Number of the line at `start`.
    """

    file: LogFile
    start: int = 0
    stop: int | None = None
    first_line: int = 1


@dataclass(frozen=True, slots=True)
class Record:
    """One decoded value. `number` is its line, or its place in a list; None when it is the file."""

    file: LogFile
    number: int | None
    value: object

    @property
    def where(self) -> str:
        """File, and line or place."""
        return place(self.file, self.number)


def place(file: LogFile, number: int | None) -> str:
    """How messages name a file, or a line of it."""
    path = _printable(str(file.path))
    return path if number is None else f"{path}:{number}"


def _printable(name: str) -> str:
    """A file name that can be written as UTF-8; bytes that are none become question marks."""
    return name.encode("utf-8", "replace").decode()


def log_files(paths: Sequence[Path | str]) -> list[LogFile]:
    """The files behind the paths, in the order given, a folder's in name order, each once.

    Name order is that of the relative paths as text: `1.json`, `10.json`, `11.json`, `4.json`.
    A folder's files with other extensions, hidden files and hidden folders are left out.

    Raises:
        InputError: A path does not exist.
    """
    files: dict[tuple[int, int], LogFile] = {}
    for path in map(Path, paths):
        if not path.exists():
            raise InputError(
                "trajectories", must="an existing file or folder", got="nothing there", where=path
            )
        found = sorted(_inside(path)) if path.is_dir() else [(path.name, str(path))]
        for name, place in found:
            try:
                state = os.stat(place)
            except OSError:  # a link to nothing
                continue
            if not stat.S_ISREG(state.st_mode):
                continue
            name = _printable(_stem(name))
            file = LogFile(Path(place), name, state.st_size, state.st_mtime_ns)
            files.setdefault((state.st_dev, state.st_ino), file)
    return _joined(list(files.values()))


def _joined(files: list[LogFile]) -> list[LogFile]:
    """The files, those of search logs as one, where the first of them stood."""
    log = [file for file in files if is_journal(file.path.name)]
    if len(log) < 2:
        return files
    first = replace(
        log[0],
        size=sum(file.size for file in log),
        changed=max(file.changed for file in log),
        more=tuple(file.path for file in log[1:]),
    )
    taken = {file.path for file in log}
    return [first if f is log[0] else f for f in files if f is log[0] or f.path not in taken]


def _inside(folder: Path) -> Iterator[tuple[str, str]]:
    """(path in the folder, path) of the logs in a folder, at any depth."""
    walked: set[str] = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        if real in walked:  # a link back up
            folders.clear()
            continue
        walked.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        within = os.path.relpath(place, folder).replace(os.sep, "/")
        for name in filter(_is_log, names):
            yield (name if within == "." else f"{within}/{name}"), os.path.join(place, name)


def _is_log(name: str) -> bool:
    return not name.startswith(".") and name.lower().endswith(EXTENSIONS)


def _stem(name: str) -> str:
    lower = name.lower()
    end = next((len(e) for e in _BY_LENGTH if lower.endswith(e)), 0)
    return name[: len(name) - end]


_BY_LENGTH = sorted(EXTENSIONS, key=len, reverse=True)


def is_lines(file: LogFile) -> bool:
    """Whether a file is JSON Lines that can be cut."""
    return file.path.name.lower().endswith(_LINES)


def iter_parts(file: LogFile, size: int) -> Iterator[Part]:
    """Cut a large JSON Lines file at line ends into parts of about `size` bytes; others are one.

    Where the cuts fall depends on the file and `size` alone. A file that cannot be read is one
    part: reading it says why.
    """
    if not is_lines(file) or file.more:
        yield Part(file)
        return
    try:
        with file.path.open("rb") as stream:
            yield from _cut(file, stream, size)
    except OSError:
        yield Part(file)


def _cut(file: LogFile, stream: IO[bytes], size: int) -> Iterator[Part]:
    start, line = 0, 1
    while True:
        block = stream.read(size)
        rest = stream.readline() if len(block) == size else b""
        stop = start + len(block) + len(rest)
        if not rest and (len(block) < size or not stream.peek(1)):  # type: ignore[attr-defined]
            if block or not start:
                yield Part(file, start, None, line)
            return
        yield Part(file, start, stop, line)
        start, line = stop, line + block.count(b"\n") + rest.count(b"\n")


def iter_records(part: Part) -> Iterator[Record | Skipped]:
    """The records of one part; what cannot be decoded comes as `Skipped`."""
    for file in part.file.each():
        yield from _records(replace(part, file=file))


def _records(part: Part) -> Iterator[Record | Skipped]:
    file = part.file
    name = file.path.name.lower()
    if not name.endswith(EXTENSIONS):
        yield Skipped(str(file.path), f"name does not end in {', '.join(EXTENSIONS)}")
        return
    found = False
    try:
        with _open(file.path) as stream:
            for record in _reader(name)(part, stream):
                found = True
                yield record
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        yield Skipped(str(file.path), f"broken gzip ({error})")
    except OSError as error:
        yield Skipped(str(file.path), f"cannot be read ({error.strerror or error})")
    else:
        if not found and not part.start and not is_journal(file.path.name):
            yield Skipped(str(file.path), "empty file")


def _reader(name: str) -> Callable[[Part, IO[bytes]], Iterator[Record | Skipped]]:
    kind = name.removesuffix(".gz")
    if kind.endswith(_LINES):
        return _lines
    return _whole if kind.endswith(".json") else _text


def _text(part: Part, stream: IO[bytes]) -> Iterator[Record | Skipped]:
    data = stream.read()
    if not data.strip():
        return
    try:
        yield Record(part.file, None, data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        yield Skipped(place(part.file, None), "not UTF-8 text")


def _open(path: Path) -> IO[bytes]:
    return (
        cast(IO[bytes], gzip.open(path, "rb")) if path.suffix.lower() == ".gz" else path.open("rb")
    )


def _lines(part: Part, stream: IO[bytes]) -> Iterator[Record | Skipped]:
    stream.seek(part.start)
    at = part.start
    for number, line in enumerate(stream, start=part.first_line):
        at += len(line)
        if line.strip():
            found = _decoded(part.file, number, line)
            # A server that was killed can leave half a line, the last one of its file.
            torn = isinstance(found, Skipped) and not line.endswith(b"\n")
            torn = torn and is_journal(part.file.path.name)
            yield Record(part.file, number, TORN) if torn else found
        if part.stop is not None and at >= part.stop:
            return


def _whole(part: Part, stream: IO[bytes]) -> Iterator[Record | Skipped]:
    file = part.file
    data = stream.read()
    if not data.strip():
        return
    record = _decoded(file, None, data)
    if isinstance(record, Skipped) and _holds_lines(data):
        yield from _lines(part, BytesIO(data))
    elif isinstance(record, Record) and isinstance(record.value, list):
        for number, value in enumerate(record.value, start=1):
            yield Record(file, number, value)
    else:
        yield record


def _holds_lines(data: bytes) -> bool:
    """Whether data that are no JSON begin with an object on a line of its own."""
    first, found, _ = data.lstrip().partition(b"\n")
    if not found:
        return False
    try:
        return isinstance(decode_json(first), dict)
    except ValueError:
        return False


def _decoded(file: LogFile, number: int | None, data: bytes) -> Record | Skipped:
    try:
        return Record(file, number, decode_json(data))
    except UnicodeDecodeError:
        return Skipped(place(file, number), "not UTF-8 text")
    except ValueError as error:
        return Skipped(place(file, number), f"broken JSON ({error})")
