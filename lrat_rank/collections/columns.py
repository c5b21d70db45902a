"""Lines of columns read at once, where they are so regular that two readers cannot disagree."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_HEAD = 1 << 16
_HIGHEST_BLANK = ord(" ")


V = TypeVar("V")

Blocks = list[tuple[str, int]]
"""Neighbouring lines of one key: the key, and the number of the line behind the last."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of a file, one entry a line.

    Attributes:
        blocks: The key column: its neighbouring equal entries as one.
        texts: The column that was asked for as text.
        numbers: Columns of int64 or float64, by name.
        last: The last field of the last line.
    """

    blocks: Blocks
    texts: list[str]
    numbers: dict[str, NDArray[Any]]
    last: str


def blocks_of(keys: Sequence[str]) -> Blocks:
    """Neighbouring equal keys as one block.

    >>> blocks_of(["q", "q", "p", "q"])
    [('q', 2), ('p', 3), ('q', 4)]
    """
    ends = [line for line in range(1, len(keys)) if keys[line] != keys[line - 1]]
    return [(keys[end - 1], end) for end in [*ends, len(keys)]] if keys else []


def lines_by_key(blocks: Blocks) -> dict[str, list[slice]]:
    """The lines of every key, in the order keys first come.

    >>> lines_by_key([("q", 2), ("p", 3), ("q", 4)])
    {'q': [slice(0, 2, None), slice(3, 4, None)], 'p': [slice(2, 3, None)]}
    """
    found: dict[str, list[slice]] = {}
    first = 0
    for key, behind in blocks:
        found.setdefault(key, []).append(slice(first, behind))
        first = behind
    return found


def values_by_key(
    lines_of: Mapping[str, Sequence[slice]], names: Sequence[str], values: Sequence[V]
) -> dict[str, dict[str, V]]:
    """Key → name → value; of a name that a key has twice the later value.

    >>> values_by_key({"q": [slice(0, 1), slice(2, 3)], "p": [slice(1, 2)]}, "aab", [1, 2, 3])
    {'q': {'a': 1, 'b': 3}, 'p': {'a': 2}}
    """
    found: dict[str, dict[str, V]] = {}
    for key, parts in lines_of.items():
        found[key] = dict(zip(names[parts[0]], values[parts[0]], strict=True))
        for part in parts[1:]:
            found[key].update(zip(names[part], values[part], strict=True))
    return found


def regular_columns(
    data: bytes, names: Sequence[str], *, key: str, text: str, numbers: Mapping[str, str]
) -> Columns | None:
    r"""Columns of a file whose every line has one blank (or tab) between fields, and no other.

    Such lines are split alike by any reader, so they are given to pyarrow, several times as fast
    as a loop. None means that the lines are not so regular or that a field is not of its type: read
    them one by one, for the same result or for the error with its line.

    Args:
        data: The file, unpacked, without a byte order mark.
        names: Of all columns, in order.
        key: The column that becomes blocks.
        text: The column that is kept as text.
        numbers: The columns that are numbers, each "int64" or "float64".

    >>> data = b"q1 d1 1.5\nq1 d2 1\n"
    >>> found = regular_columns(data, "qds", key="q", text="d", numbers={"s": "float64"})
    >>> found.blocks, found.texts, found.numbers["s"].tolist()
    ([('q1', 2)], ['d1', 'd2'], [1.5, 1.0])
    >>> regular_columns(b"q1  d1 1.5\n", "qds", key="q", text="d", numbers={}) is None
    True
    """
    import pyarrow
    from pyarrow import compute, csv

    data = (data.replace(b"\r\n", b"\n") if b"\r" in data else data).strip(b" \t\n")
    separator = _separator(data)
    if separator is None:
        return None
    coded = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
    types = {key: coded, text: pyarrow.string(), **numbers}
    try:
        table = csv.read_csv(
            pyarrow.BufferReader(data),
            # Threads save a tenth of a second in a million lines, and a process that ends at once
            # may then end with them still starting.
            read_options=csv.ReadOptions(column_names=list(names), use_threads=False),
            parse_options=csv.ParseOptions(
                delimiter=separator, quote_char=False, double_quote=False
            ),
            convert_options=csv.ConvertOptions(
                column_types=types, include_columns=list(types), null_values=[]
            ),
        )
    except pyarrow.ArrowInvalid:
        return None
    keys = table[key].combine_chunks()
    distinct = keys.dictionary.to_pylist()
    runs = compute.run_end_encode(keys.indices)
    return Columns(
        blocks=[
            (distinct[number], end)
            for number, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True)
        ],
        texts=table[text].to_pylist(),
        numbers={name: np.from_dlpack(table[name].combine_chunks()) for name in numbers},
        last=data[data.rfind(separator.encode()) + 1 :].decode(),
    )


def _separator(data: bytes) -> str | None:
    """The one byte between all fields, or None where a field is empty or holds another blank."""
    if not data or data.startswith(BYTE_ORDER_MARK):
        return None
    separator = b"\t" if b"\t" in data[:_HEAD].partition(b"\n")[0] else b" "
    blank = np.frombuffer(data, dtype=np.uint8) <= _HIGHEST_BLANK
    if (blank[1:] & blank[:-1]).any():
        return None
    if np.count_nonzero(blank) > data.count(separator) + data.count(b"\n"):
        return None
    return separator.decode() if data.isascii() or _plain(data) else None


def _plain(data: bytes) -> bool:
    """Whether text beyond ASCII is UTF-8 without further kinds of white space."""
    try:
        return not re.search(r"[^\S \t\n]", data.decode())
    except UnicodeDecodeError:
        return False
