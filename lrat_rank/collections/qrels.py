"""Relevance judgements: integer grades by query and document."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lrat_rank.collections.columns import (
    BYTE_ORDER_MARK,
    lines_by_key,
    regular_columns,
    values_by_key,
)
from lrat_rank.errors import InputError
from lrat_rank.files import read_bytes, text_lines, write_lines

HIGHEST_GRADE = 10_000
"""trec_eval counts documents by grade: its memory grows with the highest one."""

Qrels = dict[str, dict[str, int]]
"""query_id → doc_id → grade. A document that is absent is unjudged, which is not grade 0."""


HEADERS = ("query-id", "query_id", "qid")
"""First words of a TSV header line."""

_HEADER_BYTES = frozenset(name.encode() for name in HEADERS)
_COLUMNS = {3: ("query_id", "doc_id", "grade"), 4: ("query_id", "iteration", "doc_id", "grade")}


def read_qrels(path: Path | str) -> Qrels:
    """Read TREC qrels (`query_id iteration doc_id grade`) or BEIR TSV (`query_id doc_id grade`).

    Negative grades (TREC's marks for spam and the like) are kept as they are.

    Raises:
        InputError: A line has another shape, a grade is not an integer, or a pair comes twice with
            different grades; file and line are named.
    """
    path = Path(path)
    data = read_bytes(path, "qrels")
    return _regular(data) or _careful(data, path)


def _regular(data: bytes) -> Qrels | None:
    """Qrels of regular lines; None where they are not, or need an error that names its line."""
    data = data.removeprefix(BYTE_ORDER_MARK)
    first, _, rest = data.partition(b"\n")
    names = first.split()
    if names and names[0].lower() in _HEADER_BYTES:
        data = rest
    columns = _COLUMNS.get(len(names))
    if columns is None:
        return None
    found = regular_columns(
        data, columns, key="query_id", text="doc_id", numbers={"grade": "int64"}
    )
    if found is None or not _in_range(found.numbers["grade"]):
        return None
    grades = found.numbers["grade"].tolist()
    qrels = values_by_key(lines_by_key(found.blocks), found.texts, grades)
    return qrels if sum(map(len, qrels.values())) == len(grades) else None


def _in_range(grades: NDArray[np.int64]) -> bool:
    return bool((grades >= -HIGHEST_GRADE).all() and (grades <= HIGHEST_GRADE).all())


def _careful(data: bytes, path: Path) -> Qrels:
    """Line by line: for irregular white space, and for errors that name their line."""
    qrels: Qrels = {}
    for number, line in text_lines(io.BytesIO(data), path, "qrels"):
        where = f"{path}:{number}"
        fields = _fields(line)
        if not qrels and fields[0].lower() in HEADERS:
            continue
        if len(fields) == 6:
            raise InputError(
                "qrels",
                must="lines of four columns (TREC) or three (BEIR)",
                got="six columns, which is a run",
                where=where,
                do="Give the qrels first, then the runs.",
            )
        if len(fields) not in (3, 4):
            raise InputError(
                "qrels line",
                must="query_id iteration doc_id grade",
                got=f"{len(fields)} columns",
                where=where,
            )
        query_id, doc_id = fields[0], fields[-2]
        grade = _grade(fields[-1], where)
        judged = qrels.setdefault(query_id, {})
        if judged.setdefault(doc_id, grade) != grade:
            raise InputError(
                "qrels",
                must="one grade for each query and document",
                got=f"{judged[doc_id]} and {grade} for {query_id} {doc_id}",
                where=where,
            )
    if not qrels:
        raise InputError("qrels", must="one judgement or more", got="a header alone", where=path)
    return qrels


def _fields(line: str) -> list[str]:
    r"""The columns: between tabs where there are as many as qrels have, else between blanks.

    >>> _fields("a question\td1\t1"), _fields("301 0\td1  1")
    (['a question', 'd1', '1'], ['301', '0', 'd1', '1'])
    """
    columns = [column.strip() for column in line.split("\t")]
    return columns if len(columns) in (3, 4) and all(columns) else line.split()


def _grade(text: str, where: str) -> int:
    try:
        grade = int(text)
    except ValueError:
        grade = None
    if grade is None or abs(grade) > HIGHEST_GRADE:
        must = f"an integer of at most {HIGHEST_GRADE:,}"
        raise InputError("grade", must=must, got=repr(text), where=where)
    return grade


def write_qrels(path: Path | str, qrels: Mapping[str, Mapping[str, int]]) -> None:
    """Write qrels in TREC's four columns.

    Raises:
        InputError: An id is empty or holds white space, which four columns cannot carry.
    """
    write_lines(
        path,
        (
            _qrels_line(query_id, doc_id, grade)
            for query_id, judged in qrels.items()
            for doc_id, grade in judged.items()
        ),
    )


def _qrels_line(query_id: str, doc_id: str, grade: int) -> str:
    line = f"{query_id} 0 {doc_id} {grade}"
    if len(line.split()) != 4:
        raise InputError(
            "ids in TREC qrels", must="without white space", got=f"{query_id!r} {doc_id!r}"
        )
    return line
