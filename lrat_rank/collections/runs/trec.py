"""TREC's six columns: `query_id Q0 doc_id rank score tag`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from lrat_rank.collections.columns import BYTE_ORDER_MARK, blocks_of, regular_columns
from lrat_rank.collections.fields import careful_lines, plain_number
from lrat_rank.collections.runs.grouping import Lines, run_of_lines
from lrat_rank.collections.runs.model import Run
from lrat_rank.errors import InputError

COLUMNS = ("query_id", "q0", "doc_id", "rank", "score", "tag")
NUMBERS = {"rank": "int64", "score": "float64"}


def read_trec(data: bytes, path: Path) -> Run:
    """A run from six columns; the order comes from the scores.

    Raises:
        InputError: A line has another shape, a score is not a finite number, or a document comes
            twice for one query; file and line are named.
    """
    plain = data.removeprefix(BYTE_ORDER_MARK)
    found = regular_columns(plain, COLUMNS, key="query_id", text="doc_id", numbers=NUMBERS)
    if found is not None:
        ranks = found.numbers["rank"].astype(np.float64)
        lines = Lines(found.blocks, found.texts, found.numbers["score"], ranks)
        run = run_of_lines(found.last, lines)
        if run is not None:
            return run
    run = run_of_lines(*_careful(data, path))
    assert run is not None, "the careful reader names what cannot be grouped"
    return run


def _careful(data: bytes, path: Path) -> tuple[str, Lines]:
    """Line by line: for irregular white space, and for errors that name their line."""
    query_ids: list[str] = []
    doc_ids: list[str] = []
    scores: list[float] = []
    ranks: list[float] = []
    tag = ""
    seen: dict[tuple[str, str], int] = {}
    for number, line in careful_lines(data, path, "run"):
        where = f"{path}:{number}"
        fields = line.split()
        if len(fields) != len(COLUMNS):
            raise InputError(
                "run line",
                must="query_id Q0 doc_id rank score tag",
                got=_shape(fields),
                where=where,
                do="Give the qrels first, then the runs." if len(fields) in (3, 4) else None,
            )
        query_id, _, doc_id, rank, score, tag = fields
        refuse_second(seen, query_id, doc_id, number=number, path=path)
        query_ids.append(query_id)
        doc_ids.append(doc_id)
        scores.append(_score(score, where))
        ranks.append(_rank(rank))
    return tag, Lines(blocks_of(query_ids), doc_ids, np.array(scores), np.array(ranks))


def refuse_second(
    seen: dict[tuple[str, str], int], query_id: str, doc_id: str, *, number: int, path: Path
) -> None:
    """Remember a line's query and document.

    Raises:
        InputError: An earlier line has the same; both lines are named.
    """
    first = seen.setdefault((query_id, doc_id), number)
    if first != number:
        raise InputError(
            "run",
            must="one line for each query and document",
            got=f"{query_id} {doc_id} a second time",
            where=f"{path}:{number}, first on line {first}",
        )


def _shape(fields: list[str]) -> str:
    kind = {
        4: ", which is a qrels file",
        3: ", which is a BEIR qrels file, or an MS MARCO run whose ranks do not count from 1",
    }
    return f"{len(fields)} columns{kind.get(len(fields), '')}"


def _score(text: str, where: str) -> float:
    try:
        score = plain_number(text, float)
    except ValueError:
        score = math.nan
    if not math.isfinite(score):
        raise InputError("score", must="a finite number", got=repr(text), where=where)
    return score


def _rank(text: str) -> float:
    try:
        return float(plain_number(text, int))
    except (ValueError, OverflowError):
        return math.nan


def trec_lines(run: Run) -> Iterator[str]:
    """Six columns; scores keep every digit, ranks start at 1.

    Raises:
        InputError: An id holds white space, which six columns cannot carry.
    """
    tag = run.tag or "lrat-rank"
    for query_id, ranking in run.rankings.items():
        for rank, hit in enumerate(ranking, start=1):
            if len(f"{query_id} {hit.doc_id} {tag}".split()) != 3:
                raise InputError(
                    "ids in a TREC run",
                    must="without white space",
                    got=f"{query_id!r} {hit.doc_id!r} {tag!r}",
                )
            yield f"{query_id} Q0 {hit.doc_id} {rank} {float(hit.score)!r} {tag}"
