"""Judgements from labelled lists: what qrels of any shape hold, and which ids they can."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

from lrat_rank.collections.gains import Gains
from lrat_rank.collections.qrels import Qrels
from lrat_rank.errors import InputError
from lrat_rank.mining.exports.base import ExportSource, ExportSummary


def judgements(
    source: ExportSource, summary: ExportSummary, known: Container[str] | None = None
) -> Qrels:
    """`judged_gains` as grades."""
    grade = source.table.grade
    return {
        query_id: {doc_id: grade(gain) for doc_id, gain in gains.items()}
        for query_id, gains in judged_gains(source, summary, known).items()
    }


def judged_gains(
    source: ExportSource, summary: ExportSummary, known: Container[str] | None = None
) -> Gains:
    """One query for each list: its judged documents with their gains.

    Masked documents are left out, which makes them unjudged. So are lists without a relevant
    document: no ranking of them can be better than another. With `known`, documents outside it
    are left out too.
    """
    found: Gains = {}
    for labelled in source.lists:
        judged = [c for c in labelled.candidates if c.judged]
        kept = [c for c in judged if known is None or c.doc_id in known]
        gains = {c.doc_id: c.gain for c in kept}
        summary.leave_out("masked document", len(labelled.candidates) - len(judged))
        summary.leave_out("document without a text", len(judged) - len(kept))
        if not any(gains.values()):
            summary.leave_out("list without a relevant document")
            continue
        found[labelled.query_id] = gains
    return found


def check_columns(source: ExportSource, file: str) -> None:
    """Refuse ids that columns between white space cannot carry; `file` says of what file.

    Raises:
        InputError: An id is empty or holds white space.
    """
    check_ids(
        (
            name
            for labelled in source.lists
            for name in (labelled.query_id, *(c.doc_id for c in labelled.candidates))
        ),
        r"\s",
        must=f"without white space in {file}, whose columns it parts",
        do="Export with --to beir, whose columns are parted by tabs, or rename them.",
    )


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
