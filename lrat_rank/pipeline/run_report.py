"""A run file looked into: what it holds, and what looks wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np

from lrat_rank.collections import read_qrels, read_run
from lrat_rank.collections.runs import AUTO, RankColumn
from lrat_rank.eval.coverage import JUDGED_DEPTH, Coverage, coverage
from lrat_rank.eval.report.coverage_notes import coverage_notes, in_queries, rank_notes


class RunReport(msgspec.Struct, frozen=True):
    """What a run file holds, and what looks wrong with it.

    Attributes:
        depth: Documents a query: least, median, most.
        tied_scores: Queries where documents share a score in 32 bits, trec_eval's precision.
        rank_column: What the ranks of the file said; None where it has none.
        judged_queries: How many the qrels judge; None without qrels.
        coverage: What run and qrels share; None without qrels.
    """

    run: str
    tag: str
    queries: int
    documents: int
    depth: tuple[int, float, int]
    queries_without_documents: list[str]
    tied_scores: list[str]
    rank_column: RankColumn | None
    judged_queries: int | None
    coverage: Coverage | None


def inspect_file(
    run: Path, *, qrels: Path | None = None, format: str = AUTO, part: str | None = None
) -> RunReport:
    """What a run file holds, and what looks wrong with it.

    Args:
        run: The file.
        qrels: Judgements to hold it against.
        format: Of `run`, as in `read_run`.
        part: `subset/split` of MTEB's predictions.

    Raises:
        InputError: A file cannot be used: a line is wrong, or run and qrels share no query.
    """
    read = read_run(run, format, part=part)
    scores = read.scores()
    depths = [len(documents) for documents in scores.values()]
    judged = None if qrels is None else read_qrels(qrels)
    return RunReport(
        run=str(run),
        tag=read.tag,
        queries=len(scores),
        documents=sum(depths),
        depth=(min(depths), float(np.median(depths)), max(depths)),
        queries_without_documents=[one for one, documents in scores.items() if not documents],
        tied_scores=[one for one, documents in scores.items() if _has_ties(documents)],
        rank_column=read.rank_column,
        judged_queries=None if judged is None else len(judged),
        coverage=None if judged is None else coverage(read, judged, name=str(run)),
    )


def _has_ties(documents: Mapping[str, float]) -> bool:
    with np.errstate(over="ignore"):
        single = np.fromiter(documents.values(), dtype=np.float64).astype(np.float32)
    return len(np.unique(single)) < len(single)


def findings(report: RunReport) -> list[str]:
    """What looks wrong with a run, a sentence or two a finding; none where nothing does."""
    name, found = report.tag, report.coverage
    lines = []
    if report.queries_without_documents:
        lines.append(f"{name}: no document {in_queries(report.queries_without_documents)}.")
    if report.tied_scores:
        lines.append(
            f"{name}: equal scores {in_queries(report.tied_scores)}. The larger doc_id comes first "
            "there, as in trec_eval."
        )
    if found is None:
        ranks = report.rank_column
        return lines if ranks is None else [*lines, *rank_notes(name, ranks)]
    lines += coverage_notes(name, found, report.judged_queries or 0)
    if 0 < found.judged_at_10 < 1:
        lines.append(
            f"{name}: {found.judged_at_10:.0%} of the first {JUDGED_DEPTH} documents are judged; "
            "the others count as not relevant."
        )
    return lines
