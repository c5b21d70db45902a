"""Listwise rows for the cross-encoder losses of sentence-transformers."""

from __future__ import annotations

from pathlib import Path

import msgspec

from lrat_rank.files import write_jsonl
from lrat_rank.mining.exports.base import ExportSource, ExportSummary


class Row(msgspec.Struct, frozen=True):
    """One list. Every column but `labels` is model input there, so the list weight stays out."""

    query: str
    docs: list[str]
    labels: list[float]


class SentenceTransformersExporter:
    """One row for each list: (query, documents) and their gains.

    `CrossEncoderTrainer` takes them as they are, with `LambdaLoss`, `ListNetLoss`, `RankNetLoss`
    and their like. Masked documents and documents without a text are left out, and so are lists
    that then have nothing to order.
    """

    needs_texts = True

    def export(self, source: ExportSource, out: Path) -> ExportSummary:
        """Write the rows as JSON Lines.

        Raises:
            InputError: No list has anything to order.
        """
        summary = ExportSummary(files=[out])
        rows = []
        for labelled in source.lists:
            judged = [c for c in labelled.candidates if c.judged]
            told = [c for c in judged if c.doc_id in source.texts]
            summary.leave_out("masked document", len(labelled.candidates) - len(judged))
            summary.leave_out("document without a text", len(judged) - len(told))
            if len({c.gain for c in told}) < 2:
                summary.leave_out("list with nothing to order")
                continue
            rows.append(
                Row(
                    query=labelled.query,
                    docs=[source.texts[c.doc_id] for c in told],
                    labels=[c.gain for c in told],
                )
            )
        summary.settle(len(rows))
        write_jsonl(out, rows)
        return summary
