"""Judgements from labelled lists: what qrels of any shape hold, and which ids they can."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

from lrat_rank.collections.qrels import Qrels
from lrat_rank.errors import InputError
from lrat_rank.mining.exports.base import ExportSource, ExportSummary


def judgements(
    source: ExportSource, summary: ExportSummary, known: Container[str] | None = None
) -> Qrels:
    """One query for each list: its judged documents with their grades.

    Masked documents are left out, which makes them unjudged. So are lists without a relevant
    document: no ranking of them can be better than another. With `known`, documents outside it
    are left out too.
    """
    qrels: Qrels = {}
    for labelled in source.lists:
        judged = [c for c in labelled.candidates if c.judged]
        kept = [c for c in judged if known is None or c.doc_id in known]
        grades = {c.doc_id: source.table.grade(c.gain) for c in kept}
        summary.leave_out("masked document", len(labelled.candidates) - len(judged))
        summary.leave_out("document without a text", len(judged) - len(kept))
        if not any(grades.values()):
            summary.leave_out("list without a relevant document")
            continue
        qrels[labelled.query_id] = grades
    return qrels


def check_ids(names: Iterable[str], forbidden: str, *, must: str, do: str) -> None:
    """Refuse ids that a file's columns cannot carry.

    Args:
        names: The ids.
        forbidden: A regular expression; no id may hold a match, or be empty.
        must: What ids must be, in words.
        do: What mends it.

    Raises:
        InputError: An id is so; the first one is named, and how many there are.
    """
    pattern = re.compile(forbidden)
    bad = [name for name in dict.fromkeys(names) if not name or pattern.search(name)]
    if bad:
        others = f" and {len(bad) - 1} more" if len(bad) > 1 else ""
        raise InputError("ids", must=must, got=f"{bad[0]!r}{others}", do=do)
