"""MS MARCO's three columns: `query_id doc_id rank`, between tabs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lrat_rank.collections.columns import BYTE_ORDER_MARK, Blocks, blocks_of, regular_columns
from lrat_rank.collections.fields import careful_lines
from lrat_rank.collections.runs.grouping import Lines, run_of_lines
from lrat_rank.collections.runs.model import Run
from lrat_rank.collections.runs.trec import refuse_second
from lrat_rank.errors import InputError

COLUMNS = ("query_id", "doc_id", "rank")


def read_ms_marco(data: bytes, path: Path) -> Run:
    """A run from three columns; the score is 1 / rank, which orders as the ranks do.

    Raises:
        InputError: A line has another shape, a rank is not an integer ≥ 1, or a document comes
            twice for one query; file and line are named.
    """
    plain = data.removeprefix(BYTE_ORDER_MARK)
    found = regular_columns(
        plain, COLUMNS, key="query_id", text="doc_id", numbers={"rank": "int64"}
    )
    if found is not None and (found.numbers["rank"] >= 1).all():
        run = _run(path, found.blocks, found.texts, found.numbers["rank"])
        if run is not None:
            return run
    run = _run(path, *_careful(data, path))
    assert run is not None, "the careful reader names what cannot be grouped"
    return run


def _run(path: Path, queries: Blocks, doc_ids: list[str], ranks: NDArray[np.int64]) -> Run | None:
    return run_of_lines(tag_of(path), Lines(queries, doc_ids, 1.0 / ranks, ranks.astype(float)))


def _careful(data: bytes, path: Path) -> tuple[Blocks, list[str], NDArray[np.int64]]:
    query_ids: list[str] = []
    doc_ids: list[str] = []
    ranks: list[int] = []
    seen: dict[tuple[str, str], int] = {}
    for number, line in careful_lines(data, path, "run"):
        fields = line.split()
        if len(fields) != len(COLUMNS):
            raise InputError(
                "MS MARCO run line",
                must="query_id doc_id rank",
                got=f"{len(fields)} columns",
                where=f"{path}:{number}",
            )
        query_id, doc_id, rank = fields
        refuse_second(seen, query_id, doc_id, number=number, path=path)
        query_ids.append(query_id)
        doc_ids.append(doc_id)
        ranks.append(_rank(rank, f"{path}:{number}"))
    return blocks_of(query_ids), doc_ids, np.array(ranks)


def _rank(text: str, where: str) -> int:
    rank = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
    if rank < 1:
        raise InputError("rank", must="an integer of 1 or more", got=repr(text), where=where)
    return rank


def tag_of(path: Path) -> str:
    """A tag for a file that holds none: its name without endings, in one word.

    >>> tag_of(Path("runs/my run.json.gz"))
    'my_run'
    """
    return "_".join(Path(path.name.removesuffix(".gz")).stem.split())


def ms_marco_lines(run: Run) -> Iterator[str]:
    """Three columns between tabs; ranks start at 1, scores are not kept.

    Raises:
        InputError: An id is empty or holds white space, which the columns cannot carry.
    """
    for query_id, ranking in run.rankings.items():
        for rank, hit in enumerate(ranking, start=1):
            line = f"{query_id}\t{hit.doc_id}\t{rank}"
            if len(line.split()) != len(COLUMNS):
                raise InputError(
                    "ids in an MS MARCO run",
                    must="without white space",
                    got=f"{query_id!r} {hit.doc_id!r}",
                )
            yield line


def counts_from_one(lines: list[list[str]]) -> bool:
    """Whether three columns are a run: each query's third field counts 1, 2, …, some beyond 1.

    Grades hardly ever do, and no other sign tells an MS MARCO run from BEIR qrels without a header.

    >>> counts_from_one([["q", "a", "1"], ["q", "b", "2"]]), counts_from_one([["q", "a", "1"]])
    (True, False)
    """
    latest: dict[str, int] = {}
    for fields in lines:
        if len(fields) != len(COLUMNS) or fields[2] != str(latest.get(fields[0], 0) + 1):
            return False
        latest[fields[0]] = int(fields[2])
    return max(latest.values(), default=0) > 1
