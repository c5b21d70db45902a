"""Lines that name their place when they are wrong; files that are written whole or not at all."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from lrat_rank.errors import InputError


def existing_file(path: Path | str, what: str = "file") -> Path:
    """The path, when a file is there.

    Raises:
        InputError: Nothing is there, or a folder is.
    """
    path = Path(path)
    if path.is_dir():
        raise InputError(what, must="a file", got="a folder", where=path)
    if not path.exists():
        raise InputError(what, must="an existing file", got="nothing there", where=path)
    return path


def iter_lines(path: Path | str, what: str = "file") -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, line) without newlines or blank lines; `.gz` is unpacked.

    Raises:
        InputError: The file is missing, a folder, empty, not UTF-8 text, or a broken gzip.
    """
    path = existing_file(path, what)
    return text_lines(byte_lines(path, what), path, what)


def text_lines(
    lines: Iterable[bytes], path: Path | str, what: str = "file"
) -> Iterator[tuple[int, str]]:
    """`iter_lines` over the lines of a file that are there already; errors name `path`."""
    seen = False
    for number, line in enumerate(lines, start=1):
        # Decoded line by line: a text file object decodes ahead, and would name a line too early.
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise InputError(
                what, must="UTF-8 text", got="bytes that are not", where=f"{path}:{number}"
            ) from error
        if text.strip():
            seen = True
            yield number, text
    if not seen:
        raise InputError(what, must="text with at least one line", got="an empty file", where=path)


def byte_lines(path: Path, what: str) -> Iterator[bytes]:
    """Yield the lines of an existing file as they are; `.gz` is unpacked.

    Raises:
        InputError: The file is a broken gzip, or cannot be read.
    """
    with _opened(path, what) as lines:
        yield from lines


def read_bytes(path: Path | str, what: str = "file") -> bytes:
    """All bytes of a file, `.gz` unpacked; errors as in `byte_lines`."""
    with _opened(existing_file(path, what), what) as file:
        return file.read()


@contextmanager
def _opened(path: Path, what: str) -> Iterator[BinaryIO | gzip.GzipFile]:
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            yield file
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(
            what, must="a whole gzip file", got=f"a broken one ({error})", where=path
        ) from error
    except OSError as error:
        raise InputError(
            what, must="a file that can be read", got=error.strerror, where=path
        ) from error


def read_text(path: Path | str, what: str = "file") -> str:
    """The whole text of a file, `.gz` unpacked; errors as in `iter_lines`."""
    return "\n".join(line for _, line in iter_lines(path, what))


def iter_jsonl(path: Path | str, what: str = "file") -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number, object) for a JSON Lines file.

    Raises:
        InputError: A line is not a JSON object; the file and line are named.
    """
    for number, line in iter_lines(path, what):
        where = f"{path}:{number}"
        try:
            record = msgspec.json.decode(line)
        except (msgspec.DecodeError, RecursionError) as error:
            raise InputError(
                f"{what} line", must="a JSON object", got=f"broken JSON ({error})", where=where
            ) from error
        if not isinstance(record, dict):
            kind = type(record).__name__
            raise InputError(f"{what} line", must="a JSON object", got=f"a {kind}", where=where)
        yield number, record


@contextmanager
def atomic_file(path: Path | str) -> Iterator[Path]:
    """Give a temporary path beside `path`; rename it into place when the block succeeds.

    A killed or failed block leaves what stood at `path` untouched.
    """
    path = Path(path)
    _refuse_folder(path)
    with writable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _refuse_folder(path: Path) -> None:
    if path.is_dir():
        raise InputError("output", must="a file path", got="an existing folder", where=path)


@contextmanager
def writable(path: Path) -> Iterator[None]:
    """Say plainly that a file or folder cannot be made at `path`.

    Raises:
        InputError: The block could not make it.
    """
    try:
        yield
    except OSError as error:
        raise InputError(
            "output",
            must="in a folder that can be written to",
            got=f"{path.parent}: {error.strerror}",
            where=path,
        ) from error


@contextmanager
def atomic_folder(path: Path | str, *, marker: str) -> Iterator[Path]:
    """Give a temporary folder; move it to `path` when the block succeeds.

    An existing folder is replaced only when it is empty or its `marker` says that this package
    wrote it: a mistyped output option must not delete somebody's work. The old folder is moved
    aside before the new one takes its place, and removed last.

    Raises:
        InputError: `path` is a file, or a folder that is not ours to replace.
    """
    path = Path(path).resolve()
    ours = path.is_dir() and (_wrote(path / marker) or not any(path.iterdir()))
    if path.exists() and not ours:
        raise InputError(
            "output folder",
            must=f"new, empty, or one whose {marker} was written by lrat-rank",
            got="something else",
            where=path,
            do="Choose another --out, or remove it yourself.",
        )
    with writable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    temporary.chmod(0o755)
    try:
        yield temporary
        old = temporary.with_name(f"{temporary.name}.old")
        if path.exists():
            path.rename(old)
        temporary.rename(path)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


_RANKERS = ["lightgbm", "xgboost", "catboost", "cross-encoder", "cascade", "stack", "dense"]
_OTHERS = ["index", "demo", "analysis", "split", "export", "importance"]
WRITES = frozenset(_RANKERS + [f"lrat-rank-{name}" for name in _OTHERS])
"""What the marker of a folder that this package wrote says under `format` or `kind`."""


def _wrote(marker: Path) -> bool:
    try:
        record = msgspec.json.decode(marker.read_bytes())
    except (OSError, msgspec.DecodeError):
        return False
    return isinstance(record, dict) and bool({record.get("format"), record.get("kind")} & WRITES)


def refuse_inputs(out: Path | str, *inputs: Path | str | None, option: str = "--out") -> None:
    """Keep an output from replacing what it is made from; `option` names it in the error.

    Raises:
        InputError: An input is the output, or lies inside it.
    """
    target = Path(out).resolve()
    for given in inputs:
        source = None if given is None else Path(given).resolve()
        if source is not None and source.is_relative_to(target):
            raise InputError(
                option,
                must="apart from the inputs",
                got=str(out),
                where=f"input {given}",
                do=f"Choose another {option}.",
            )


def check_outputs(outputs: Mapping[str, Path | None], *inputs: Path | None) -> None:
    """Tell at once, before anything is computed, that a file to write is in the wrong place.

    Args:
        outputs: Option → file to write; None where it was not given.
        inputs: What the outputs are made from.

    Raises:
        InputError: Two outputs are one file, or one is an input, a folder, or where nothing can be
            written.
    """
    taken: dict[Path, str] = {}
    for option, path in outputs.items():
        if path is None:
            continue
        refuse_inputs(path, *inputs, option=option)
        other = taken.setdefault(path.resolve(), option)
        if other != option:
            raise InputError(option, must=f"another file than {other}", got=str(path))
        _refuse_folder(path)
        with writable(path):
            # Tried, not asked: permissions alone do not tell what a file system lets be written.
            there = next(folder for folder in path.absolute().parents if folder.exists())
            tempfile.TemporaryFile(dir=there).close()


def write_lines(path: Path | str, lines: Iterable[str]) -> None:
    """Write lines, whole or not at all; a `.gz` name packs them."""
    path = Path(path)
    with atomic_file(path) as temporary:
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(temporary, "wt", encoding="utf-8", newline="\n") as out:
            out.writelines(f"{line}\n" for line in lines)


def write_jsonl(path: Path | str, records: Iterable[Any]) -> None:
    """Write records (dicts, dataclasses or msgspec structs) as JSON Lines, whole or not at all."""
    write_lines(path, (msgspec.json.encode(record).decode() for record in records))


def write_json(path: Path | str, record: Any) -> None:
    """Write one record as indented JSON, whole or not at all; floats keep every digit."""
    text = msgspec.json.format(msgspec.json.encode(record), indent=2).decode()
    write_lines(path, [text])


def read_json(path: Path | str, what: str = "file") -> dict[str, Any]:
    """One JSON object from a file.

    Raises:
        InputError: The file is missing or holds anything else.
    """
    try:
        record = msgspec.json.decode(read_text(path, what))
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(
            what, must="a JSON object", got=f"broken JSON ({error})", where=path
        ) from error
    if not isinstance(record, dict):
        raise InputError(what, must="a JSON object", got=f"a {type(record).__name__}", where=path)
    return record


def fingerprint(folder: Path) -> str:
    """A hash of a folder: names and sizes of its files, and what its JSON files say.

    Indexes and rankers are told apart by it without reading arrays of gigabytes: their manifests
    and records hold what they were made from.
    """
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder).as_posix()} {path.stat().st_size}\n".encode())
        if path.suffix == ".json":
            digest.update(path.read_bytes())
    return digest.hexdigest()
