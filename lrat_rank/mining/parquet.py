"""Labelled lists as Parquet: for stores and tools that want columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.files import atomic_file, existing_file

_ROWS_A_BATCH = 1024


def is_parquet(path: Path | str) -> bool:
    """Whether the name says Parquet."""
    return Path(path).suffix == ".parquet"


def read_rows(path: Path | str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (row number from 1, record), a batch at a time.

    Raises:
        InputError: The file is missing or not Parquet.
    """
    records = (record for batch in read_batches(path) for record in batch.to_pylist())
    yield from enumerate(records, start=1)


def read_batches(path: Path | str) -> Iterator[Any]:
    """Yield the rows as `pyarrow.RecordBatch`es of some thousand.

    Raises:
        InputError: The file is missing or not Parquet.
    """
    import pyarrow
    from pyarrow import parquet

    path = existing_file(path, "labels")
    try:
        with parquet.ParquetFile(path) as source:
            yield from source.iter_batches(batch_size=_ROWS_A_BATCH)
    except pyarrow.ArrowException as error:
        raise InputError(
            "labels", must="a Parquet file", got=f"something else ({error})", where=path
        ) from error


def write_rows(path: Path | str, records: Iterable[msgspec.Struct]) -> None:
    """Write records of one type, whole or not at all, some thousand in memory at a time."""
    from pyarrow import parquet

    schema, batches = record_batches(records)
    with atomic_file(path) as temporary, parquet.ParquetWriter(temporary, schema) as out:
        for batch in batches:
            out.write_batch(batch)


def record_batches(records: Iterable[msgspec.Struct]) -> tuple[Any, Iterator[Any]]:
    """Records of one type as a `pyarrow.Schema` and `pyarrow.RecordBatch`es of some thousand rows.

    Every field is spelled out, with the type that the struct declares: a column is there for all
    rows, and its type does not depend on what the rows happen to hold.
    """
    import pyarrow

    remaining = iter(records)
    first = next(remaining, None)
    schema = pyarrow.schema([] if first is None else _fields(_inspected(type(first))))
    remaining = remaining if first is None else chain([first], remaining)

    def batches() -> Iterator[Any]:
        while rows := [_spelled_out(record) for record in islice(remaining, _ROWS_A_BATCH)]:
            yield pyarrow.RecordBatch.from_pylist(rows, schema=schema)

    return schema, batches()


def _spelled_out(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        return {name: _spelled_out(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple | list):
        return [_spelled_out(item) for item in value]
    return value


def _inspected(kind: type[msgspec.Struct]) -> msgspec.inspect.StructType:
    found = msgspec.inspect.type_info(kind)
    assert isinstance(found, msgspec.inspect.StructType)
    return found


def _fields(struct: msgspec.inspect.StructType) -> list[Any]:
    import pyarrow

    return [pyarrow.field(field.name, _column_type(field.type)) for field in struct.fields]


def _column_type(kind: msgspec.inspect.Type) -> Any:
    """The Arrow type of a declared type; any column may hold nulls."""
    import pyarrow

    match kind:
        case msgspec.inspect.StructType():
            return pyarrow.struct(_fields(kind))
        case msgspec.inspect.ListType() | msgspec.inspect.VarTupleType():
            return pyarrow.list_(_column_type(kind.item_type))
        case msgspec.inspect.UnionType(types=types):
            (present,) = (t for t in types if not isinstance(t, msgspec.inspect.NoneType))
            return _column_type(present)
        case msgspec.inspect.IntType():
            return pyarrow.int64()
        case msgspec.inspect.FloatType():
            return pyarrow.float64()
        case msgspec.inspect.BoolType():
            return pyarrow.bool_()
        case msgspec.inspect.StrType() | msgspec.inspect.EnumType():
            return pyarrow.string()
    raise TypeError(f"a column cannot hold {kind}")
