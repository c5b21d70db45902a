"""Training rows for FlagEmbedding, in the schema of the LRAT-Train data set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from lrat_rank.files import write_jsonl
from lrat_rank.mining.exports.base import ExportSource, ExportSummary
from lrat_rank.mining.labels import Candidate, LabelledList, State


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


class FlagEmbeddingExporter:
    """One row for each relevant document, or for the browse that a list was made for.

    Negatives are the rejected documents and then the skipped ones, each in the list's order.
    Documents without a text are left out and counted.
    """

    needs_texts = True

    def export(self, source: ExportSource, out: Path) -> ExportSummary:
        """Write the rows as JSON Lines.

        Raises:
            InputError: No positive has a text.
        """
        summary = ExportSummary(files=[out])
        rows = [
            row
            for labelled in source.lists
            for positive in _positives(labelled)
            for row in _row(labelled, positive, source, summary)
        ]
        summary.settle(len(rows))
        write_jsonl(out, rows)
        return summary


def _positives(labelled: LabelledList) -> list[Candidate]:
    focal = [c for c in labelled.candidates if c.evidence.focal]
    return focal or [c for c in labelled.candidates if c.state is State.RELEVANT]


def _row(
    labelled: LabelledList, positive: Candidate, source: ExportSource, summary: ExportSummary
) -> Iterator[Row]:
    if positive.doc_id not in source.texts:
        summary.leave_out("row whose positive has no text")
        return
    negatives = [
        c
        for state in (State.REJECTED, State.SKIPPED)
        for c in labelled.candidates
        if c.state is state and c is not positive
    ]
    told = [c.doc_id for c in negatives if c.doc_id in source.texts]
    summary.leave_out("negative without a text", len(negatives) - len(told))
    yield Row(
        query=labelled.query,
        pos=[source.texts[positive.doc_id]],
        neg=[source.texts[doc_id] for doc_id in told],
        pos_id=[positive.doc_id],
        neg_id=told,
        reasoning_len=positive.evidence.reasoning_length or 0,
        satisfied=positive.state is State.RELEVANT,
        reweight_rate=labelled.weight if positive.evidence.focal else positive.gain,
        trajectory=labelled.trajectory_id,
    )
