"""A run file looked into: what it holds, and what looks wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np

from lrat_rank.collections import read_qrels, read_run
from lrat_rank.collections.runs import AUTO
from lrat_rank.eval.coverage import JUDGED_DEPTH, Coverage, coverage

_SHOWN = 5


class RunReport(msgspec.Struct, frozen=True):
    """What a run file holds, and what looks wrong with it.

    Attributes:
        depth: Documents a query: least, median, most.
        tied_scores: Queries where documents share a score in 32 bits, trec_eval's precision.
        ranks_disagree: Queries where a better rank has a lower score.
        ranks_not_from_one: Queries whose best rank is not 1.
        unreadable_ranks: Lines whose rank is no integer.
        coverage: What run and qrels share; None without qrels.
    """

    run: str
    tag: str
    queries: int
    documents: int
    depth: tuple[int, float, int]
    queries_without_documents: list[str]
    tied_scores: list[str]
    ranks_disagree: list[str]
    ranks_not_from_one: list[str]
    unreadable_ranks: int
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
    ranks = read.rank_column
    return RunReport(
        run=str(run),
        tag=read.tag,
        queries=len(scores),
        documents=sum(depths),
        depth=(min(depths), float(np.median(depths)), max(depths)),
        queries_without_documents=[one for one, documents in scores.items() if not documents],
        tied_scores=[one for one, documents in scores.items() if _has_ties(documents)],
        ranks_disagree=list(ranks.disagreeing) if ranks else [],
        ranks_not_from_one=list(ranks.not_from_one) if ranks else [],
        unreadable_ranks=ranks.unreadable if ranks else 0,
        coverage=None if qrels is None else coverage(read, read_qrels(qrels), name=str(run)),
    )


def _has_ties(documents: Mapping[str, float]) -> bool:
    with np.errstate(over="ignore"):
        single = np.fromiter(documents.values(), dtype=np.float64).astype(np.float32)
    return len(np.unique(single)) < len(single)


def findings(report: RunReport) -> list[str]:
    """What looks wrong with a run, a sentence a finding; none where nothing does."""
    told: list[tuple[str, Sequence[str]]] = [
        ("No document in", report.queries_without_documents),
        (
            "Equal scores, where the larger doc_id is put first as in trec_eval, in",
            report.tied_scores,
        ),
        (
            "A better rank with a lower score, though the scores make the order (are they "
            "distances?), in",
            report.ranks_disagree,
        ),
        ("Ranks that do not start at 1 (they are not used) in", report.ranks_not_from_one),
    ]
    lines = [_sentence(what, ids) for what, ids in told if ids]
    if report.unreadable_ranks:
        lines.append(f"Lines whose rank is no integer: {report.unreadable_ranks}.")
    return lines + ([] if report.coverage is None else list(_against_qrels(report.coverage)))


def _against_qrels(found: Coverage) -> Iterator[str]:
    told: list[tuple[str, Sequence[str]]] = [
        ("Missing from the run, and counted 0,", found.missing_query_ids),
        ("Without qrels, and left out,", found.extra_query_ids),
        ("Equal scores on documents of different grades in", found.tied_query_ids),
    ]
    yield from (_sentence(what, ids) for what, ids in told if ids)
    if found.alike_query_ids:
        pairs = [f"{ours!r} and {theirs!r}" for ours, theirs in found.alike_query_ids]
        yield f"Ids of run and qrels that may mean the same query: {_some(pairs)}."
    if found.unmatched_doc_id is not None:
        ours, theirs = found.unmatched_doc_id
        nearest = f"; the nearest judged one is {theirs!r}" if theirs else ""
        yield f"No document of the run is judged for its query, {ours!r} for one{nearest}."
    elif found.judged_at_10 < 1:
        yield f"Judged among the first {JUDGED_DEPTH} documents: {found.judged_at_10:.0%}."


def _sentence(what: str, ids: Sequence[str]) -> str:
    queries = "1 query" if len(ids) == 1 else f"{len(ids)} queries"
    return f"{what} {queries}: {_some(ids)}."


def _some(ids: Sequence[str]) -> str:
    return ", ".join(ids[:_SHOWN]) + (", …" if len(ids) > _SHOWN else "")
