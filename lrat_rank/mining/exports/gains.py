"""A gains file: the gains of judged documents as they were mined, for measures on gains."""

from __future__ import annotations

from pathlib import Path

from lrat_rank.collections.gains import write_gains
from lrat_rank.mining.exports.base import ExportSource, ExportSummary
from lrat_rank.mining.exports.judgements import check_columns, judged_gains


def write(source: ExportSource, out: Path) -> ExportSummary:
    """Write `query_id doc_id gain`, for the documents that an export to qrels holds.

    Raises:
        InputError: An id holds white space, which the columns cannot carry; or there is no
            relevant document.
    """
    check_columns(source, "a gains file")
    summary = ExportSummary(files=[out])
    gains = judged_gains(source, summary)
    summary.rows = sum(map(len, gains.values()))
    summary.settle()
    write_gains(out, gains)
    return summary
