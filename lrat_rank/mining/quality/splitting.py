"""A labelled-list file cut into parts, list by list, as it stands: nothing is written anew."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.files import iter_lines
from lrat_rank.mining.parquet import is_parquet, read_batches
from lrat_rank.mining.quality.partition import Partition

Writer = Callable[[Any], object]
_ENDINGS = (".jsonl.gz", ".json.gz", ".gz", ".parquet")


class _Grouped(msgspec.Struct, frozen=True):
    query_id: str
    group: str


@dataclass
class Part:
    """What fell into a part.

    Attributes:
        share: What was asked for.
        lists: How many lists.
        groups: Their groups.
        file: The file's name in the folder; None where the part is empty and has no file.
    """

    share: float
    lists: int = 0
    groups: set[str] = field(default_factory=set)
    file: str | None = None


def split_into(labels: Path, folder: Path, partition: Partition) -> dict[str, Part]:
    """Write a file for each part that is not empty, of the kind of the source.

    Lists stand in the order of the source. Only the group of a list is looked at, and one list
    (or, of Parquet, one batch) is in memory at a time.

    Raises:
        InputError: A list has no group, or the source cannot be read; file and line are named.
    """
    split = _split_batches if is_parquet(labels) else _split_lines
    parts = {name: Part(share) for name, share in partition.shares.items()}
    ending = next((e for e in _ENDINGS if labels.name.endswith(e)), ".jsonl")
    with ExitStack() as files:
        split(labels, _Files(folder, ending, parts, partition, files))
    return parts


class _Files:
    """Opens a part's file when the first list falls into it."""

    def __init__(
        self,
        folder: Path,
        ending: str,
        parts: dict[str, Part],
        partition: Partition,
        open_files: ExitStack,
    ) -> None:
        self._folder, self._ending, self._parts = folder, ending, parts
        self._partition, self._open_files = partition, open_files
        self._writers: dict[str, Writer] = {}

    def part_of(self, group: str) -> str:
        """The part of a list of that group; the list is counted."""
        name = self._partition.part_of(group)
        self._parts[name].lists += 1
        self._parts[name].groups.add(group)
        return name

    def writer(self, name: str, opened: Callable[[Path], AbstractContextManager[Writer]]) -> Writer:
        """What writes to the part's file."""
        if name not in self._writers:
            self._parts[name].file = f"{name}{self._ending}"
            path = self._folder / f"{name}{self._ending}"
            self._writers[name] = self._open_files.enter_context(opened(path))
        return self._writers[name]


def _split_lines(labels: Path, files: _Files) -> None:
    decoder = msgspec.json.Decoder(_Grouped)
    for number, line in iter_lines(labels, "labels"):
        try:
            group = decoder.decode(line).group
        except (msgspec.DecodeError, RecursionError) as error:
            raise _no_list(str(error), f"{labels}:{number}") from error
        files.writer(files.part_of(group), _line_writer)(f"{line}\n")


@contextmanager
def _line_writer(path: Path) -> Iterator[Writer]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8", newline="\n") as out:
        yield out.write


def _split_batches(labels: Path, files: _Files) -> None:
    import pyarrow
    from pyarrow import parquet

    for batch in read_batches(labels):
        groups: list[Any] = (
            batch.column("group").to_pylist() if "group" in batch.schema.names else [None]
        )
        if not all(isinstance(group, str) for group in groups):
            raise _no_list("a row without a group", str(labels))

        @contextmanager
        def batch_writer(path: Path, schema: Any = batch.schema) -> Iterator[Writer]:
            with parquet.ParquetWriter(path, schema) as out:
                yield out.write_batch

        names = [files.part_of(group) for group in groups]
        for name in dict.fromkeys(names):
            chosen = pyarrow.array([other == name for other in names])
            files.writer(name, batch_writer)(batch.filter(chosen))


def _no_list(got: str, where: str) -> InputError:
    return InputError(
        "labels line",
        must="a labelled list",
        got=got,
        where=where,
        do="See every fault with: lrat-rank validate LABELS",
    )
