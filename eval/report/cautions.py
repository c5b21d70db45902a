"""What a verdict must be read with: queries that a run misses, and ties that doc_ids decide."""

from __future__ import annotations

from collections.abc import Sequence

from lrat_rank.eval.evaluation import Evaluation, RunScores
from lrat_rank.eval.report.wording import counted, listed, shortened
from lrat_rank.eval.statistics.comparison import Comparison
from lrat_rank.eval.statistics.differences import ROUNDING


def cautions(evaluation: Evaluation, names: Sequence[str]) -> list[str]:
    """Sentences on runs that nothing is compared with; none where there is nothing to say."""
    runs = [one for one in evaluation.runs if one.name in names]
    missing = [f"{_missing(evaluation, one)}." for one in runs if one.coverage.missing_query_ids]
    return [*missing, *_decided_by_doc_ids(runs)]


def cautions_beside(evaluation: Evaluation, comparison: Comparison) -> list[str]:
    """Sentences that belong to the verdict of one comparison; none where it needs no caution."""
    scores = {one.name: one for one in evaluation.runs}
    run, baseline = scores[comparison.run], scores[comparison.baseline]
    lines = []
    for one, other, outcome, total in (
        (run, baseline, "worse", comparison.losses),
        (baseline, run, "better", comparison.wins),
    ):
        if one.coverage.missing_query_ids:
            hit = _beaten_where_missing(evaluation, one, other, comparison.measure)
            among = f": {hit:,} of the {total:,} {outcome} queries are among them" if hit else ""
            lines.append(f"{_missing(evaluation, one)}{among}.")
    return [*lines, *_decided_by_doc_ids([baseline, run])]


def _missing(evaluation: Evaluation, scores: RunScores) -> str:
    missing, queries = len(scores.coverage.missing_query_ids), len(evaluation.query_ids)
    return f"{shortened(scores.name)} misses {missing:,} of the {queries:,} queries, which count 0"


def _beaten_where_missing(
    evaluation: Evaluation, scores: RunScores, other: RunScores, measure: str
) -> int:
    missing = set(scores.coverage.missing_query_ids)
    return sum(
        query_id in missing and theirs - ours > ROUNDING
        for query_id, ours, theirs in zip(
            evaluation.query_ids, scores.values[measure], other.values[measure], strict=True
        )
    )


def _decided_by_doc_ids(runs: Sequence[RunScores]) -> list[str]:
    tied = [
        f"{counted(len(one.coverage.tied_query_ids), 'query', 'queries')} of {shortened(one.name)}"
        for one in runs
        if one.coverage.tied_query_ids
    ]
    if not tied:
        return []
    return [f"On {listed(tied)}, doc_ids decide between documents with equal scores."]
