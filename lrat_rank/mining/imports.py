"""Training rows of the LRAT-Train data set, as labelled lists."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec.structs import replace

from lrat_rank.errors import InputError
from lrat_rank.files import iter_lines
from lrat_rank.mining.grades import GradeTable
from lrat_rank.mining.labels import (
    Candidate,
    Context,
    Evidence,
    LabelledList,
    Provenance,
    State,
)
from lrat_rank.trajectories.model import Trajectory

POLICY = "lrat-train"
"""What an imported list names as its policy."""

DocIds = list[str | int] | str | int


class TrainRow(msgspec.Struct, frozen=True):
    """A row as published; texts (`pos`, `neg`) are not read, ids say the same."""

    query: str
    pos_id: DocIds
    neg_id: DocIds = msgspec.field(default_factory=list)
    reasoning_len: int | None = None
    satisfied: bool = True
    reweight_rate: float = 1.0
    trajectory: str | int | None = None


_decoder = msgspec.json.Decoder(TrainRow)


def read_train_rows(path: Path | str, *, grade_levels: int = 32) -> list[LabelledList]:
    """Read LRAT-Train rows (JSON Lines, `.gz` too), with texts or with ids only.

    A row becomes a list made for its positive: the row's weight is the list's, and the positive's
    gain when it satisfied. The rows do not keep where documents were shown; ranks follow the
    document ids, which say nothing about relevance.

    Raises:
        InputError: A row lacks a query or the ids, or a number is out of range; file and line are
            named.
    """
    lists = [_list(number, line, f"{path}:{number}") for number, line in iter_lines(path, "rows")]
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


def _list(number: int, line: str, where: str) -> LabelledList:
    row = _decode(line, where)
    positives, negatives = _ids(row.pos_id), _ids(row.neg_id)
    if not positives:
        raise InputError("pos_id", must="at least one document id", got="none", where=where)
    if not math.isfinite(row.reweight_rate) or row.reweight_rate < 0:
        raise InputError(
            "reweight_rate", must="a finite number ≥ 0", got=row.reweight_rate, where=where
        )
    if row.reasoning_len is not None and row.reasoning_len < 0:
        raise InputError("reasoning_len", must="at least 0", got=row.reasoning_len, where=where)
    state = State.RELEVANT if row.satisfied else State.REJECTED
    evidence = Evidence(reasoning_length=row.reasoning_len or None, focal=True)
    negatives = [doc_id for doc_id in negatives if doc_id not in positives]
    ranks = {doc_id: rank for rank, doc_id in enumerate(sorted([*positives, *negatives]), 1)}
    gain = row.reweight_rate if row.satisfied else 0.0
    candidates = [
        Candidate(doc_id=d, rank=ranks[d], state=state, gain=gain, evidence=evidence)
        for d in positives
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
        context=Context(turn=0),
        trajectory_id=trajectory_id,
        group=alike.group,
        candidates=tuple(candidates),
        weight=row.reweight_rate,
        meta=Provenance(policy=POLICY),
    )


def _decode(line: str, where: str) -> TrainRow:
    try:
        return _decoder.decode(line)
    except msgspec.DecodeError as error:
        raise InputError(
            "training row",
            must="an object with query, pos_id and neg_id",
            got=str(error),
            where=where,
        ) from error


def _ids(value: DocIds) -> list[str]:
    many = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(str(doc_id) for doc_id in many))
