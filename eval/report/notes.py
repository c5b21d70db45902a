"""What a reader must know beside the numbers of an evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lrat_rank.eval.evaluation import Evaluation
from lrat_rank.eval.report.coverage_notes import coverage_notes
from lrat_rank.eval.report.marks import BETTER, CORRECTIONS, WORSE
from lrat_rank.eval.report.wording import counted, listed, some_ids
from lrat_rank.eval.statistics.comparison import Comparison

_SHOWN_PLACES = 3


def notes(evaluation: Evaluation) -> list[str]:
    """What a reader must know beside the numbers, one sentence or two a line."""
    queries = counted(len(evaluation.query_ids), "judged query", "judged queries")
    lines = [f"Means over {queries}."]
    if evaluation.comparisons:
        lines += _how_to_read_comparisons(evaluation)
    lines += _nothing_to_find(evaluation.without_relevant, "a relevant document", "grades")
    lines += _nothing_to_find(evaluation.without_gain, "a positive gain", "gains")
    for scores in evaluation.runs:
        lines += coverage_notes(scores.name, scores.coverage, len(evaluation.query_ids))
    return [*lines, *_identical_runs(evaluation), *_refusals(evaluation)]


def _nothing_to_find(query_ids: Sequence[str], what: str, kind: str) -> Iterator[str]:
    if query_ids:
        yield (
            f"{counted(len(query_ids), 'judged query', 'judged queries')} without {what}, "
            f"where measures on {kind} are 0 for every run: {some_ids(query_ids)}."
        )


def _how_to_read_comparisons(evaluation: Evaluation) -> Iterator[str]:
    options = evaluation.options
    yield (
        f"{BETTER} better, {WORSE} worse than {evaluation.baseline}: p < .05 by the two-sided "
        f"randomisation test. p-values are {CORRECTIONS[options.correction]}."
    )
    yield "g is Hedges' effect size: the difference in standard deviations of the differences."
    if options.equivalence_margin is not None:
        yield (
            f"p within ±{options.equivalence_margin:g} is of two one-sided t-tests: p < .05 says "
            "that the difference is smaller than that."
        )
    detectable = [_detectable(evaluation, measure) for measure in evaluation.measures]
    if any(detectable):
        yield (
            f"{counted(len(evaluation.query_ids), 'query', 'queries')} of this spread show a true "
            f"difference in four of five cases from: {', '.join(filter(None, detectable))}."
        )


def _detectable(evaluation: Evaluation, measure: str) -> str:
    """The smallest differences that a t-test finds, over the runs compared."""
    found = [
        one.power.detectable_difference
        for one in evaluation.comparisons
        if one.measure == measure and one.power.detectable_difference is not None
    ]
    if not found:
        return ""
    low, high = f"{min(found):.3f}", f"{max(found):.3f}"
    return f"{measure} {low}" if low == high else f"{measure} {low} to {high}"


def _identical_runs(evaluation: Evaluation) -> Iterator[str]:
    same: dict[str, list[str]] = {}
    for one in evaluation.comparisons:
        if _nothing_to_test(one):
            same.setdefault(one.run, []).append(one.measure)
    for run, measures in same.items():
        everywhere = len(measures) == len(evaluation.measures)
        on = "every measure" if everywhere and len(measures) > 1 else listed(measures)
        yield (
            f"{run} against {evaluation.baseline} on {on}: the same value on every query, so "
            f"p = 1{'; are they the same run?' if everywhere else '.'}"
        )


def _nothing_to_test(one: Comparison) -> bool:
    return one.identical and one.t_test.p is not None


def _refusals(evaluation: Evaluation) -> Iterator[str]:
    """Why a statistic is missing, once for all comparisons that miss it for the same reason."""
    places: dict[tuple[str, str], list[str]] = {}
    for one in evaluation.comparisons:
        for missing in () if _nothing_to_test(one) else _missing(one):
            places.setdefault(missing, []).append(f"{one.run} on {one.measure}")
    for (missing_one, refusal), where in places.items():
        yield (
            f"{listed(where, _SHOWN_PLACES)} against {evaluation.baseline}: "
            f"no {missing_one}; {refusal}"
        )


def _missing(one: Comparison) -> list[tuple[str, str]]:
    tests = [one.t_test, one.randomization, one.wilcoxon]
    tests += [one.equivalence.test] if one.equivalence is not None else []
    found = dict.fromkeys(("p-value", test.refusal) for test in tests if test.refusal)
    if not found and one.effect.refusal:
        found = {("effect size", one.effect.refusal): None}
    return list(found)
