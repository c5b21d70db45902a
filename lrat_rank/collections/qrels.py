"""Relevance judgements: integer grades by query and document."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lrat_rank.collections.judgements import JudgementFile, write_judgements
from lrat_rank.errors import InputError

HIGHEST_GRADE = 10_000
"""trec_eval counts documents by grade: its memory grows with the highest one."""

Qrels = dict[str, dict[str, int]]
"""query_id → doc_id → grade. A document that is absent is unjudged, which is not grade 0."""

QRELS_FILE = JudgementFile(
    what="qrels",
    value="grade",
    columns="query_id iteration doc_id grade (TREC) or query_id doc_id grade (BEIR)",
    number=int,
    lowest=-HIGHEST_GRADE,
    highest=HIGHEST_GRADE,
    must=f"an integer of at most {HIGHEST_GRADE:,}",
    instead_of_a_run="Give the qrels first, then the runs.",
)


def read_qrels(path: Path | str) -> Qrels:
    """Read TREC qrels (`query_id iteration doc_id grade`) or BEIR TSV (`query_id doc_id grade`).

    Negative grades (TREC's marks for spam and the like) are kept as they are.

    Raises:
        InputError: A line has another shape, a grade is not an integer, or a pair comes twice with
            different grades; file and line are named.
    """
    return QRELS_FILE.read(path)


def write_qrels(path: Path | str, qrels: Mapping[str, Mapping[str, int]]) -> None:
    """Write qrels in TREC's four columns.

    Raises:
        InputError: An id is empty or holds white space, which four columns cannot carry.
    """
    write_judgements(path, qrels, _qrels_line)


def _qrels_line(query_id: str, doc_id: str, grade: int) -> str:
    line = f"{query_id} 0 {doc_id} {grade}"
    if len(line.split()) != 4:
        raise InputError(
            "ids in TREC qrels", must="without white space", got=f"{query_id!r} {doc_id!r}"
        )
    return line
