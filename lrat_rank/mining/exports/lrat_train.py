"""Training rows in the schema of the LRAT-Train data set, which `lrat-rank import` reads."""

from __future__ import annotations

from pathlib import Path

import msgspec

from lrat_rank.files import write_jsonl
from lrat_rank.mining.exports.base import ExportSource, ExportSummary
from lrat_rank.mining.exports.examples import Example, examples
from lrat_rank.mining.labels import Candidate, State


class Row(msgspec.Struct, frozen=True):
    """One positive with its negatives, the hardest first; `trajectory` is added to the schema."""

    query: str
    pos: list[str]
    neg: list[str]
    pos_id: list[str]
    neg_id: list[str]
    reasoning_len: int
    satisfied: bool
    reweight_rate: float
    trajectory: str


def write(source: ExportSource, out: Path) -> ExportSummary:
    """Write one row for each relevant document, or for the browse that a list was made for.

    Under the policy `reference` these are the reference builder's own rows, browses in vain and
    rows without negatives among them: a trainer must leave out those with `satisfied: false`.

    Raises:
        InputError: No positive has a text.
    """
    summary = ExportSummary(files=[out])
    rows = (
        _row(example, positive, source)
        for example in examples(source, summary)
        for positive in example.positives
    )
    write_jsonl(out, summary.counted(rows))
    return summary


def _row(example: Example, positive: Candidate, source: ExportSource) -> Row:
    negatives = [c.doc_id for c in example.negatives]
    return Row(
        query=example.labelled.query,
        pos=[source.text(positive.doc_id)],
        neg=[source.text(doc_id) for doc_id in negatives],
        pos_id=[positive.doc_id],
        neg_id=negatives,
        reasoning_len=positive.evidence.reasoning_length or 0,
        satisfied=positive.state is State.RELEVANT,
        reweight_rate=example.weight(positive),
        trajectory=example.labelled.trajectory_id,
    )
