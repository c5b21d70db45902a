"""From paths to decoded records: JSON, JSON Lines and plain text, each also `.gz`, and folders.

A `.json` file is one record, or a list of them; a `.jsonl` file has a record a line; a `.txt` or
`.log` file is one record, its whole text.

What cannot be decoded comes out as a `Skipped` in its place, so that the rest is still read.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from lrat_rank.errors import InputError
from lrat_rank.trajectories.payloads import decode_json
from lrat_rank.trajectories.report import Skipped

_KINDS = (".json", ".jsonl", ".txt", ".log")
EXTENSIONS = (*_KINDS, *(f"{kind}.gz" for kind in _KINDS))


@dataclass(frozen=True, slots=True)
class LogFile:
    """A file, and the name its trajectories are called by: no folder of input, no extension."""

    path: Path
    name: str


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
    return str(file.path) if number is None else f"{file.path}:{number}"


def log_files(paths: Sequence[Path | str]) -> list[LogFile]:
    """The files behind the paths, in the order given, a folder's in name order.

    Name order is that of the relative paths as text: `1.json`, `10.json`, `11.json`, `4.json`.
    A folder's files with other extensions, hidden files and hidden folders are left out.

    Raises:
        InputError: A path does not exist.
    """
    files: list[LogFile] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = {file.relative_to(path).as_posix(): file for file in path.rglob("*")}
            names = sorted(name for name in inside if _is_log(name) and inside[name].is_file())
            files.extend(LogFile(inside[name], _stem(name)) for name in names)
        elif path.exists():
            files.append(LogFile(path, _stem(path.name)))
        else:
            raise InputError(
                "trajectories", must="an existing file or folder", got="nothing there", where=path
            )
    return files


def _is_log(relative: str) -> bool:
    hidden = any(part.startswith(".") for part in relative.split("/"))
    return not hidden and relative.lower().endswith(EXTENSIONS)


def _stem(name: str) -> str:
    for extension in sorted(EXTENSIONS, key=len, reverse=True):
        if name.lower().endswith(extension):
            return name[: -len(extension)]
    return name


def iter_records(file: LogFile) -> Iterator[Record | Skipped]:
    """The records of one file; what cannot be decoded comes as `Skipped`."""
    name = file.path.name.lower()
    if not name.endswith(EXTENSIONS):
        yield Skipped(str(file.path), f"name does not end in {', '.join(EXTENSIONS)}")
        return
    found = False
    try:
        with _open(file.path) as stream:
            for record in _reader(name)(file, stream):
                found = True
                yield record
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        yield Skipped(str(file.path), f"broken gzip ({error})")
    except OSError as error:
        yield Skipped(str(file.path), f"cannot be read ({error.strerror or error})")
    else:
        if not found:
            yield Skipped(str(file.path), "empty file")


def _reader(name: str) -> Callable[[LogFile, IO[bytes]], Iterator[Record | Skipped]]:
    kind = name.removesuffix(".gz")
    if kind.endswith(".jsonl"):
        return _lines
    return _whole if kind.endswith(".json") else _text


def _text(file: LogFile, stream: IO[bytes]) -> Iterator[Record | Skipped]:
    data = stream.read()
    if not data.strip():
        return
    try:
        yield Record(file, None, data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        yield Skipped(place(file, None), "not UTF-8 text")


def _open(path: Path) -> IO[bytes]:
    return (
        cast(IO[bytes], gzip.open(path, "rb")) if path.suffix.lower() == ".gz" else path.open("rb")
    )


def _lines(file: LogFile, stream: IO[bytes]) -> Iterator[Record | Skipped]:
    for number, line in enumerate(stream, start=1):
        if line.strip():
            yield _decoded(file, number, line)


def _whole(file: LogFile, stream: IO[bytes]) -> Iterator[Record | Skipped]:
    data = stream.read()
    if not data.strip():
        return
    record = _decoded(file, None, data)
    if isinstance(record, Record) and isinstance(record.value, list):
        for number, value in enumerate(record.value, start=1):
            yield Record(file, number, value)
    else:
        yield record


def _decoded(file: LogFile, number: int | None, data: bytes) -> Record | Skipped:
    try:
        return Record(file, number, decode_json(data))
    except UnicodeDecodeError:
        return Skipped(place(file, number), "not UTF-8 text")
    except ValueError as error:
        return Skipped(place(file, number), f"broken JSON ({error})")
