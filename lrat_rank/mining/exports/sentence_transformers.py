"""Rows for the trainers of sentence-transformers: columns in the order the losses take them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from lrat_rank.files import write_jsonl
from lrat_rank.mining.exports.base import ExportSource, ExportSummary
from lrat_rank.mining.exports.examples import told_candidates, trainer_examples


class ListRow(msgspec.Struct, frozen=True):
    """One list. Every column but `labels` is model input there, so the list weight stays out."""

    query: str
    docs: list[str]
    labels: list[float]


class Triplet(msgspec.Struct, frozen=True):
    """A query, a relevant document and one that is not."""

    anchor: str
    positive: str
    negative: str


def write_lists(source: ExportSource, out: Path) -> ExportSummary:
    """Write one row for each list: query, documents and their gains.

    `CrossEncoderTrainer` takes them as they are, with `LambdaLoss`, `ListNetLoss`, `RankNetLoss`
    and their like. Masked documents and documents without a text are left out, and so are lists
    that then have nothing to order.

    Raises:
        InputError: No list has anything to order.
    """
    summary = ExportSummary(files=[out])
    write_jsonl(out, summary.counted(_lists(source, summary)))
    return summary


def write_triplets(source: ExportSource, out: Path) -> ExportSummary:
    """Write a row for each relevant document and each negative of its list, the hardest first.

    `SentenceTransformerTrainer` takes them with `MultipleNegativesRankingLoss` or `TripletLoss`.

    Raises:
        InputError: No list has both.
    """
    summary = ExportSummary(files=[out])
    rows = (
        Triplet(example.labelled.query, source.text(positive.doc_id), source.text(negative.doc_id))
        for example in trainer_examples(source, summary)
        for positive in example.positives
        for negative in example.negatives
    )
    write_jsonl(out, summary.counted(rows))
    return summary


def _lists(source: ExportSource, summary: ExportSummary) -> Iterator[ListRow]:
    for labelled in source.lists:
        told = told_candidates(labelled, source, summary)
        if len({c.gain for c in told}) < 2:
            summary.leave_out("list with nothing to order")
            continue
        yield ListRow(
            query=labelled.query,
            docs=[source.text(c.doc_id) for c in told],
            labels=[c.gain for c in told],
        )
