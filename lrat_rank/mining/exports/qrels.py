"""TREC qrels with graded labels, and the gains behind the grades beside them."""

from __future__ import annotations

from pathlib import Path

from lrat_rank.collections.qrels import write_qrels
from lrat_rank.mining.exports.base import ExportSource, ExportSummary
from lrat_rank.mining.exports.judgements import check_columns, judgements
from lrat_rank.mining.grades import write_table


def write(source: ExportSource, out: Path) -> ExportSummary:
    """Write qrels, and `<out>.gains.json` beside them.

    Raises:
        InputError: An id holds white space, which the columns cannot carry; or there is no
            relevant document.
    """
    check_columns(source, "TREC qrels")
    summary = ExportSummary()
    qrels = judgements(source, summary)
    summary.rows = sum(map(len, qrels.values()))
    summary.settle()
    write_qrels(out, qrels)
    summary.files = [out, write_table(out, source.table)]
    return summary
