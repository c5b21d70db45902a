"""An evaluation in plain sentences: what was compared, what won, what is uncertain."""

from __future__ import annotations

from lrat_rank.eval.coverage import JUDGED_DEPTH
from lrat_rank.eval.evaluation import Evaluation
from lrat_rank.eval.report.cautions import cautions, cautions_beside
from lrat_rank.eval.report.marks import beyond_chance, deciding_p
from lrat_rank.eval.report.wording import counted, listed, p_text, shortened, signed
from lrat_rank.eval.statistics.comparison import Comparison

FEW_QUERIES = 25
_WELL_JUDGED = 0.8
_MOST_RUNS = 8
_NOT_TESTED = (
    "No baseline was named, so no difference was tested; overlapping intervals neither show nor "
    "rule out a difference, since all runs answer the same queries."
)


def in_words(evaluation: Evaluation, measure: str) -> list[str]:
    """Sentences for someone who reads nothing else; `measure` is the one they speak of most."""
    return [
        _what_was_compared(evaluation),
        _what_scored_highest(evaluation, measure),
        *_against_the_baseline(evaluation, measure),
        *_what_is_uncertain(evaluation),
    ]


def _what_was_compared(evaluation: Evaluation) -> str:
    runs, queries = len(evaluation.runs), len(evaluation.query_ids)
    against = (
        "" if evaluation.baseline is None else f"; {shortened(evaluation.baseline)} is the baseline"
    )
    verb = "is scored" if runs == 1 else "are scored"
    return (
        f"{counted(runs, 'run')} {verb} on {counted(queries, 'judged query', 'judged queries')} "
        f"by {counted(len(evaluation.measures), 'measure')}{against}."
    )


def _what_scored_highest(evaluation: Evaluation, measure: str) -> str:
    best = evaluation.best(measure)
    scores = next(one for one in evaluation.runs if one.name == best[0])
    low, high = scores.intervals[measure]
    interval = "" if low != low else f" (95 % interval {low:.3f} to {high:.3f})"
    mean = f"{scores.means[measure]:.3f}{interval}"
    if len(evaluation.runs) == 1:
        return f"By {measure}, {shortened(best[0])} scores {mean}."
    if len(best) > 1:
        return f"By {measure}, {listed(best)} score the same: {mean}."
    return f"By {measure}, {shortened(best[0])} scores highest: {mean}."


def _against_the_baseline(evaluation: Evaluation, measure: str) -> list[str]:
    if not evaluation.comparisons:
        said = cautions(evaluation, [one.name for one in evaluation.runs[:_MOST_RUNS]])
        return said if len(evaluation.runs) == 1 else [_NOT_TESTED, *said]
    found = [one for one in evaluation.comparisons if one.measure == measure]
    several = len(evaluation.measures) > 1
    lines = []
    for one in found[:_MOST_RUNS]:
        over_all = [_over_all_measures(evaluation, one.run)] if several else []
        beside = cautions_beside(evaluation, one)
        lines.append(" ".join([_one_difference(evaluation, one), *beside, *over_all]))
    if len(found) > _MOST_RUNS:
        lines.append(f"{len(found) - _MOST_RUNS:,} more runs stand in the tables below.")
    if several and any(deciding_p(evaluation, one) is not None for one in found):
        lines.append(
            f"p-values are not corrected over the {len(evaluation.measures)} measures: decide on "
            "one before looking."
        )
    return lines


def _over_all_measures(evaluation: Evaluation, run: str) -> str:
    shown = [
        one for one in evaluation.comparisons if one.run == run and beyond_chance(evaluation, one)
    ]
    better = [one.measure for one in shown if one.difference > 0]
    worse = [one.measure for one in shown if one.difference < 0]
    said = [
        f"{side} beyond chance on {listed(names)}"
        for side, names in (("better", better), ("worse", worse))
        if names
    ]
    if not said:
        return f"On none of the {len(evaluation.measures)} measures is it beyond chance."
    return f"Over the {len(evaluation.measures)} measures it is {' and '.join(said)}."


def _one_difference(evaluation: Evaluation, one: Comparison) -> str:
    run, baseline = shortened(one.run), shortened(one.baseline)
    if one.identical:
        return f"{run} has the same {one.measure} as {baseline} on every query."
    side = "above" if one.difference > 0 else "below"
    low, high = one.interval
    interval = (
        ""
        if low != low
        else f" (95 % interval of the difference {signed(low, 3)} to {signed(high, 3)})"
    )
    return (
        f"{run} is {abs(one.difference):.3f} {side} {baseline}{interval}; "
        f"{counted(one.wins, 'query', 'queries')} better, {one.losses:,} worse, "
        f"{one.ties:,} the same. {_verdict(evaluation, one)}"
    )


def _verdict(evaluation: Evaluation, one: Comparison) -> str:
    p = deciding_p(evaluation, one)
    if p is None:
        return "No test could be made of this."
    corrected = ", corrected" if evaluation.options.correction != "none" else ""
    said = f"p {'' if p < 0.001 else '= '}{p_text(p)}{corrected}"
    if beyond_chance(evaluation, one):
        return f"Chance alone seldom makes such a difference ({said})."
    least = one.power.detectable_difference
    could = (
        ""
        if least is None
        else f" Queries like these find a true difference of {least:.3f} four times in five."
    )
    return f"Chance alone can make such a difference ({said}), so it is not shown.{could}"


def _what_is_uncertain(evaluation: Evaluation) -> list[str]:
    lines = []
    queries = len(evaluation.query_ids)
    if queries < FEW_QUERIES:
        lines.append(
            f"{counted(queries, 'query is', 'queries are')} few: the intervals are rough, and "
            "only large differences can be told from chance."
        )
    judged = [scores.coverage.judged_at_10 for scores in evaluation.runs]
    if min(judged) < _WELL_JUDGED:
        low, high = f"{min(judged):.0%}", f"{max(judged):.0%}"
        share = low if low == high else f"{low} to {high}, by run,"
        lines.append(
            f"{share} of the first {JUDGED_DEPTH} documents have a judgement; the others count "
            "as not relevant, which is hard on runs that find what nobody judged."
        )
    return lines
