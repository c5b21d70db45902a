"""What a reader must know beside the numbers of an evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lrat_rank.eval.coverage import JUDGED_DEPTH
from lrat_rank.eval.evaluation import Evaluation, RunScores
from lrat_rank.eval.statistics.comparison import Comparison

ALPHA = 0.05
BETTER, WORSE = "▲", "▼"
_SHOWN_IDS = 5


def significance_mark(comparison: Comparison | None) -> str:
    """▲ or ▼ where a run differs from the baseline, p < .05 by the corrected randomisation test."""
    p = comparison.randomization.p_holm if comparison else None
    if comparison is None or p is None or p >= ALPHA:
        return ""
    return BETTER if comparison.difference > 0 else WORSE


def notes(evaluation: Evaluation) -> list[str]:
    """What a reader must know beside the numbers, one sentence or two a line."""
    queries = len(evaluation.query_ids)
    lines = [f"Means over {_count(queries, 'judged query')}."]
    if evaluation.baseline is not None:
        lines.append(
            f"{BETTER} better, {WORSE} worse than {evaluation.baseline}: p < .05 by the two-sided "
            "randomisation test. p-values are after Holm's correction over all runs compared on "
            "one measure."
        )
    if evaluation.without_relevant:
        lines.append(
            f"{_count(len(evaluation.without_relevant), 'judged query')} without a relevant "
            f"document, where every run scores 0: {_ids(evaluation.without_relevant)}."
        )
    lines += [line for scores in evaluation.runs for line in _run_notes(scores, queries)]
    lines += _test_notes(evaluation)
    return lines


def _run_notes(scores: RunScores, queries: int) -> Iterator[str]:
    found = scores.coverage
    if found.missing_query_ids:
        missing = len(found.missing_query_ids)
        line = f"{scores.name}: {missing} of {_count(queries, 'judged query')} missing, "
        yield line + f"counted 0: {_ids(found.missing_query_ids)}."
        if 2 * missing > queries:
            yield (
                f"Warning: {scores.name} answers less than half the queries; "
                "its means and tests say more about that than about its ranking."
            )
    if found.extra_query_ids:
        extra = _count(len(found.extra_query_ids), "query")
        yield f"{scores.name}: {extra} without qrels, left out: {_ids(found.extra_query_ids)}."
    if found.judged_at_10 == 0:
        yield (
            f"Warning: {scores.name} has no judged document in any first {JUDGED_DEPTH}; "
            "are its doc_ids spelled as in the qrels?"
        )
    if found.tied_query_ids:
        tied = _count(len(found.tied_query_ids), "query")
        yield (
            f"{scores.name}: equal scores on documents of different grades in {tied}; trec_eval "
            "puts the larger doc_id first, ir_measures' RR@k and Judged the smaller."
        )


def _test_notes(evaluation: Evaluation) -> Iterator[str]:
    for one in evaluation.comparisons:
        place = f"{one.run} against {one.baseline} on {one.measure}"
        if one.identical:
            yield f"{place}: the same value on every query, so p = 1."
        refusals = {result.refusal for result in (one.t_test, one.randomization)} - {""}
        yield from (f"{place}: no p-value; {refusal}" for refusal in sorted(refusals))


def _count(number: int, noun: str) -> str:
    plural = noun.replace("query", "queries")
    return f"{number} {noun if number == 1 else plural}"


def _ids(query_ids: Sequence[str]) -> str:
    shown = ", ".join(query_ids[:_SHOWN_IDS])
    return f"{shown}, …" if len(query_ids) > _SHOWN_IDS else shown
