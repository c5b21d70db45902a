"""TREC qrels with graded labels, and the gains behind the grades beside them."""

from __future__ import annotations

from pathlib import Path

from lrat_rank.collections.qrels import Qrels, write_qrels
from lrat_rank.errors import InputError
from lrat_rank.mining.exports.base import ExportSource, ExportSummary
from lrat_rank.mining.grades import write_table
from lrat_rank.mining.labels import LabelledList


class QrelsExporter:
    """One query for each list; its judged documents with their grades.

    Masked documents are left out, which makes them unjudged. So are lists without a relevant
    document: no ranking of them can be better than another.
    """

    needs_texts = False

    def export(self, source: ExportSource, out: Path) -> ExportSummary:
        """Write qrels, and `<out>.gains.json` beside them.

        Raises:
            InputError: An id holds white space, which the columns cannot carry; or there is no
                relevant document.
        """
        summary = ExportSummary()
        qrels: Qrels = {}
        for labelled in source.lists:
            _check_ids(labelled)
            judged = {c.doc_id: source.table.grade(c.gain) for c in labelled.candidates if c.judged}
            if not any(judged.values()):
                summary.leave_out("list without a relevant document")
                continue
            qrels[labelled.query_id] = judged
            summary.leave_out("masked document", len(labelled.candidates) - len(judged))
        summary.settle(sum(map(len, qrels.values())))
        write_qrels(out, qrels)
        summary.files = [out, write_table(out, source.table)]
        return summary


def _check_ids(labelled: LabelledList) -> None:
    for name in (labelled.query_id, *(c.doc_id for c in labelled.candidates)):
        if not name or name.split() != [name]:
            raise InputError("ids in qrels", must="without white space", got=repr(name))
