"""Labelled lists as Parquet, through `datasets`: for stores and tools that want columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.files import atomic_file, existing_file


def is_parquet(path: Path | str) -> bool:
    """Whether the name says Parquet."""
    return Path(path).suffix == ".parquet"


def read_rows(path: Path | str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (row number from 1, record).

    Raises:
        InputError: The file is missing or not Parquet.
    """
    import pyarrow
    from datasets import Dataset
    from pyarrow import parquet

    path = existing_file(path, "labels")
    try:
        table = parquet.read_table(path)
    except pyarrow.ArrowException as error:
        raise InputError(
            "labels", must="a Parquet file", got=f"something else ({error})", where=path
        ) from error
    yield from enumerate(Dataset(table), start=1)


def write_rows(path: Path | str, records: Iterable[msgspec.Struct]) -> None:
    """Write records with every field spelled out: a column is there for all rows or none."""
    from datasets import Dataset

    rows = [_spelled_out(record) for record in records]
    with atomic_file(path) as temporary:
        Dataset.from_list(rows).to_parquet(temporary)


def _spelled_out(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return {name: _spelled_out(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple | list):
        return [_spelled_out(item) for item in value]
    return value
