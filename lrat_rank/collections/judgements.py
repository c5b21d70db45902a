"""Files with a number for each query and document: what qrels and gains files have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from lrat_rank.collections.columns import (
    BYTE_ORDER_MARK,
    lines_by_key,
    regular_columns,
    values_by_key,
)
from lrat_rank.collections.fields import careful_lines, plain_number
from lrat_rank.errors import InputError
from lrat_rank.files import read_bytes, write_lines

HEADERS = ("query-id", "query_id", "qid")
"""First words of a TSV header line."""

_HEADER_BYTES = frozenset(name.encode() for name in HEADERS)
_COLUMNS = {3: ("query_id", "doc_id", "value"), 4: ("query_id", "iteration", "doc_id", "value")}
_DTYPES = {int: "int64", float: "float64"}

N = TypeVar("N", int, float)


@dataclass(frozen=True, slots=True)
class JudgementFile(Generic[N]):
    """One kind of such files: three columns, or TREC's four, after a header or none.

    Attributes:
        what: What the file is called in errors.
        value: What its numbers are called.
        columns: What its lines look like.
        number: The type of its numbers.
        lowest: The least of them that may stand there.
        highest: The highest.
        must: What a number must be, in words.
        instead_of_a_run: What to do where a run stands in its place.
    """

    what: str
    value: str
    columns: str
    number: type[N]
    lowest: N
    highest: N
    must: str
    instead_of_a_run: str | None = None

    def read(self, path: Path | str) -> dict[str, dict[str, N]]:
        """query_id → doc_id → number.

        Raises:
            InputError: A line has another shape, a number is none or out of range, or a pair comes
                twice with different numbers; file and line are named.
        """
        path = Path(path)
        data = read_bytes(path, self.what)
        return self.regular(data) or self.careful(data, path)

    def regular(self, data: bytes) -> dict[str, dict[str, N]] | None:
        """What regular lines hold; None where they are not, or need an error that names one."""
        data = data.removeprefix(BYTE_ORDER_MARK)
        first, _, rest = data.partition(b"\n")
        fields = first.split()
        if fields and fields[0].lower() in _HEADER_BYTES:
            data = rest
        names = _COLUMNS.get(len(fields))
        if names is None:
            return None
        types = {"value": _DTYPES[self.number]}
        found = regular_columns(data, names, key="query_id", text="doc_id", numbers=types)
        if found is None:
            return None
        column = found.numbers["value"]
        if not ((column >= self.lowest) & (column <= self.highest)).all():
            return None
        numbers: list[N] = column.tolist()
        judged = values_by_key(lines_by_key(found.blocks), found.texts, numbers)
        return judged if sum(map(len, judged.values())) == len(numbers) else None

    def careful(self, data: bytes, path: Path) -> dict[str, dict[str, N]]:
        """Line by line: for irregular white space, and for errors that name their line."""
        judged: dict[str, dict[str, N]] = {}
        header_may_come = True
        for number, line in careful_lines(data, path, self.what):
            where = f"{path}:{number}"
            fields = split_columns(line)
            is_header = header_may_come and fields[0].lower() in HEADERS
            header_may_come = False
            if is_header:
                continue
            if len(fields) not in _COLUMNS:
                raise self._wrong_shape(len(fields), where)
            query_id, doc_id = fields[0], fields[-2]
            value = self.checked(fields[-1], where)
            earlier = judged.setdefault(query_id, {}).setdefault(doc_id, value)
            if earlier != value:
                raise InputError(
                    self.what,
                    must=f"one {self.value} for each query and document",
                    got=f"{earlier!r} and {value!r} for {query_id} {doc_id}",
                    where=where,
                )
        if not judged:
            must = f"one {self.value} or more"
            raise InputError(self.what, must=must, got="a header alone", where=path)
        return judged

    def checked(self, text: str, where: str) -> N:
        """The number that a field holds.

        Raises:
            InputError: It holds none, or one out of range.
        """
        value: N | None
        try:
            value = plain_number(text, self.number)
        except ValueError:
            value = None
        if value is None or not self.lowest <= value <= self.highest:
            raise InputError(self.value, must=self.must, got=repr(text), where=where)
        return value

    def _wrong_shape(self, columns: int, where: str) -> InputError:
        is_run = columns == 6
        return InputError(
            f"{self.what} line",
            must=self.columns,
            got=f"{columns} columns{', which is a run' if is_run else ''}",
            where=where,
            do=self.instead_of_a_run if is_run else None,
        )


def split_columns(line: str) -> list[str]:
    r"""The columns: between tabs where there are three or four, else between blanks.

    >>> split_columns("a question\td1\t1"), split_columns("301 0\td1  1")
    (['a question', 'd1', '1'], ['301', '0', 'd1', '1'])
    """
    columns = [column.strip() for column in line.split("\t")]
    return columns if len(columns) in _COLUMNS and all(columns) else line.split()


def write_judgements(
    path: Path | str,
    judgements: Mapping[str, Mapping[str, N]],
    line: Callable[[str, str, N], str],
) -> None:
    """Write one line a judgement, whole or not at all.

    Args:
        path: The file; a `.gz` name packs it.
        judgements: query_id → doc_id → value.
        line: (query_id, doc_id, value) → the line.
    """
    write_lines(
        path,
        (
            line(query_id, doc_id, value)
            for query_id, judged in judgements.items()
            for doc_id, value in judged.items()
        ),
    )
