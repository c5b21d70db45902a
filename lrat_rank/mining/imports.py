"""Training rows of the LRAT-Train data set, as labelled lists."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from lrat_rank.errors import InputError
from lrat_rank.files import iter_lines, read_text
from lrat_rank.mining.grades import GradeTable
from lrat_rank.mining.labels import (
    Candidate,
    Context,
    Evidence,
    LabelledList,
    Provenance,
    State,
)
from lrat_rank.mining.parquet import is_parquet, read_rows
from lrat_rank.trajectories.model import Trajectory

POLICY = "lrat-train"
"""What an imported list names as its policy."""

DocIds = list[str | int] | str | int
Given = str | msgspec.Raw | dict[str, Any]


class TrainRow(msgspec.Struct, frozen=True):
    """A row as published; texts (`pos`, `neg`) are not read, ids say the same.

    `pos_scores` stands in the rows of the exports to FlagEmbedding: the positives' gains.
    """

    query: str
    pos_id: DocIds
    neg_id: DocIds = msgspec.field(default_factory=list)
    reasoning_len: int | None = None
    satisfied: bool = True
    reweight_rate: float = 1.0
    trajectory: str | int | None = None
    pos_scores: list[float] | None = None


_decoder = msgspec.json.Decoder(TrainRow)
_array = msgspec.json.Decoder(list[msgspec.Raw])


def read_train_rows(path: Path | str, *, grade_levels: int = 32) -> list[LabelledList]:
    """Read training rows, with texts or with ids only.

    They come as JSON Lines or one JSON array (`.gz` too), or as Parquet by the file's name.

    A row becomes a list made for its positive: the row's weight is the list's, and the positive's
    gain when it satisfied. A row that did not satisfy gives a rejected document and no relevant
    one. The rows do not keep where documents were shown: the rank of an imported document is its
    place among the row's ids as text, a stand-in that says nothing about relevance (places in the
    row would: the positive comes first), so positions must not be learned from it.

    Raises:
        InputError: A row lacks a query or the ids, or a number is out of range; file and line, or
            place in the array, are named.
    """
    lists = [_list(number, row, f"{path}:{number}") for number, row in _rows(path)]
    table = grade_table(lists, grade_levels)
    return [
        replace(
            labelled,
            candidates=tuple(replace(c, grade=table.grade(c.gain)) for c in labelled.candidates),
        )
        for labelled in lists
    ]


def grade_table(lists: Iterable[LabelledList], levels: int = 32) -> GradeTable:
    """The table fitted to every gain of the lists."""
    return GradeTable.fit(
        (c.gain for labelled in lists for c in labelled.candidates), levels=levels
    )


def _rows(path: Path | str) -> Iterator[tuple[int, Given]]:
    """(line, or place in the array or table, from 1; row as it is given)."""
    if is_parquet(path):
        yield from read_rows(path)
        return
    lines = iter_lines(path, "rows")
    first = next(lines)
    if not first[1].lstrip().startswith("["):
        yield from chain([first], lines)
        return
    try:
        yield from enumerate(_array.decode(read_text(path, "rows")), start=1)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(
            "training rows",
            must="JSON Lines, or one JSON array of objects",
            got=f"a broken array ({error})",
            where=path,
        ) from error


def _list(number: int, given: Given, where: str) -> LabelledList:
    row = _decode(given, where)
    positives, negatives = _ids(row.pos_id), _ids(row.neg_id)
    gains = _gains(row, positives, where)
    negatives = [doc_id for doc_id in negatives if doc_id not in positives]
    ranks = {doc_id: rank for rank, doc_id in enumerate(sorted([*positives, *negatives]), 1)}
    evidence = Evidence(reasoning_length=row.reasoning_len or None, focal=len(positives) == 1)
    candidates = [
        Candidate(
            doc_id=doc_id,
            rank=ranks[doc_id],
            state=State.RELEVANT if row.satisfied else State.REJECTED,
            gain=gain,
            evidence=evidence,
        )
        for doc_id, gain in zip(positives, gains, strict=True)
    ]
    candidates += [
        Candidate(doc_id=d, rank=ranks[d], state=State.SKIPPED, gain=0.0) for d in negatives
    ]
    trajectory_id = f"row-{number}" if row.trajectory is None else str(row.trajectory)
    alike = Trajectory(
        trajectory_id, question=row.query if row.trajectory is None else "", turns=()
    )
    return LabelledList(
        query_id=f"row-{number}",
        query=row.query,
        context=Context(turn=0, recorded=False),
        trajectory_id=trajectory_id,
        group=alike.group,
        candidates=tuple(candidates),
        weight=row.reweight_rate,
        meta=Provenance(policy=POLICY),
    )


def _gains(row: TrainRow, positives: Sequence[str], where: str) -> list[float]:
    """The gains of the positives, once the row's numbers hold."""
    scores = row.pos_scores
    if not positives:
        raise InputError("pos_id", must="at least one document id", got="none", where=where)
    if row.reasoning_len is not None and row.reasoning_len < 0:
        raise InputError("reasoning_len", must="at least 0", got=row.reasoning_len, where=where)
    if scores is not None and len(scores) != len(positives):
        raise InputError(
            "pos_scores",
            must=f"one a positive, {len(positives)}",
            got=len(scores),
            where=where,
        )
    gains = [row.reweight_rate] * len(positives) if scores is None else scores
    for name, numbers in (("reweight_rate", [row.reweight_rate]), ("pos_scores", gains)):
        wrong = next((n for n in numbers if not 0 <= n < math.inf), None)
        if wrong is not None:
            raise InputError(name, must="a finite number ≥ 0", got=wrong, where=where)
    return gains if row.satisfied else [0.0] * len(positives)


def _decode(given: Given, where: str) -> TrainRow:
    try:
        if isinstance(given, dict):
            return msgspec.convert(given, TrainRow)
        return _decoder.decode(given)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise InputError(
            "training row",
            must="an object with query, pos_id and neg_id",
            got=str(error),
            where=where,
            do="Texts alone name no documents: the row needs their ids.",
        ) from error


def _ids(value: DocIds) -> list[str]:
    many = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(str(doc_id) for doc_id in many))
