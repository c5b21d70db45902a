"""Gains: real-valued relevance by query and document, and the files they come in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lrat_rank.collections.judgements import JudgementFile, write_judgements
from lrat_rank.errors import InputError

HIGHEST_GAIN = 1e100
"""So that sums of gains, and the squares of such sums in tests, stay finite."""

Gains = dict[str, dict[str, float]]
"""query_id → doc_id → gain ≥ 0. A document that is absent is unjudged, which is not gain 0."""

GAINS_FILE = JudgementFile(
    what="gains",
    value="gain",
    columns="query_id doc_id gain",
    number=float,
    lowest=0.0,
    highest=HIGHEST_GAIN,
    must=f"a number from 0 to {HIGHEST_GAIN:g}",
)


def read_gains(path: Path | str) -> Gains:
    """Read `query_id doc_id gain`, or TREC's four columns `query_id iteration doc_id gain`.

    Columns are parted by white space, or by tabs where ids hold blanks. A header line may come
    first, `.gz` is unpacked. Qrels without negative grades are a gains file.

    Raises:
        InputError: A line has another shape, a gain is no number from 0 to `HIGHEST_GAIN`, or a
            pair comes twice with different gains; file and line are named.
    """
    return GAINS_FILE.read(path)


def write_gains(path: Path | str, gains: Mapping[str, Mapping[str, float]]) -> None:
    """Write `query_id doc_id gain`, one a line, parted by tabs; gains keep every digit.

    Raises:
        InputError: An id is empty or holds white space, which the columns cannot carry; or a gain
            is no number from 0 to `HIGHEST_GAIN`.
    """
    write_judgements(path, gains, _gains_line)


def _gains_line(query_id: str, doc_id: str, gain: float) -> str:
    line = f"{query_id}\t{doc_id}\t{float(gain)!r}"
    if len(line.split()) != 3:
        raise InputError(
            "ids in a gains file", must="without white space", got=f"{query_id!r} {doc_id!r}"
        )
    GAINS_FILE.checked(repr(float(gain)), f"{query_id} {doc_id}")
    return line
