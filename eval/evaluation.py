"""Runs scored against qrels: one result object for tables, files and pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lrat_rank.collections import Gains, Qrels, Run
from lrat_rank.errors import InputError
from lrat_rank.eval.coverage import Coverage, coverage
from lrat_rank.eval.measures import (
    DEFAULT_MEASURES,
    Measure,
    parse_measures,
    per_query_values,
    queries_without_gain,
)
from lrat_rank.eval.measures.on_gains import GainMeasure
from lrat_rank.eval.statistics.comparison import Comparison, compare_on_measures
from lrat_rank.eval.statistics.differences import ROUNDING
from lrat_rank.eval.statistics.intervals import Interval, bootstrap_intervals
from lrat_rank.eval.statistics.options import StatisticsOptions


@dataclass(frozen=True, slots=True)
class RunScores:
    """One run's scores.

    Attributes:
        name: What the run is called here.
        values: Measure → (queries,) values in the order of `Evaluation.query_ids`.
        means: Measure → mean over all judged queries.
        intervals: Measure → 95 % bootstrap interval of the mean.
        coverage: Missing queries, unjudged documents, ties.
    """

    name: str
    values: dict[str, NDArray[np.float64]]
    means: dict[str, float]
    intervals: dict[str, Interval]
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Runs scored on the same queries.

    Attributes:
        measures: Names, as asked for.
        query_ids: The judged queries, sorted.
        runs: In the order given.
        comparisons: Every other run against the baseline, by measure; empty without a baseline.
        baseline: Name of the baseline, if there is one.
        without_relevant: Judged queries that have no relevant document; on grades no run can score
            there.
        without_gain: Judged queries without a positive gain, where measures on gains were asked
            for; on gains no run can score there.
        seed: Of the bootstrap and the randomisation test.
        options: Correction, margin of equivalence and kind of intervals.
    """

    measures: tuple[str, ...]
    query_ids: tuple[str, ...]
    runs: tuple[RunScores, ...]
    comparisons: tuple[Comparison, ...]
    baseline: str | None
    without_relevant: tuple[str, ...]
    without_gain: tuple[str, ...]
    seed: int
    options: StatisticsOptions

    def comparison(self, run: str, measure: str) -> Comparison | None:
        """The comparison of a run on a measure; None for the baseline or without one."""
        found = (one for one in self.comparisons if (one.run, one.measure) == (run, measure))
        return next(found, None)

    def best(self, measure: str) -> list[str]:
        """Names of the runs with the highest mean: several when they are equal within 1e-12."""
        highest = max(scores.means[measure] for scores in self.runs)
        return [one.name for one in self.runs if highest - one.means[measure] <= ROUNDING]


def evaluate_runs(
    qrels: Qrels,
    runs: Sequence[Run] | Mapping[str, Run],
    measures: Sequence[str] = DEFAULT_MEASURES,
    *,
    gains: Gains | None = None,
    baseline: str | None = None,
    seed: int = 0,
    options: StatisticsOptions | None = None,
) -> Evaluation:
    """Score runs, with intervals, and test them against a baseline.

    Every mean is over all queries of the qrels: a query that a run misses counts 0 and is reported
    in its coverage.

    Args:
        qrels: Integer grades.
        runs: By name, or in a sequence and then named by their tags.
        measures: Names that `parse_measures` knows.
        gains: For measures on gains, such as gnDCG@10.
        baseline: Name of the run to compare with; None compares nothing.
        seed: Of the bootstrap and the randomisation test.
        options: Correction, margin of equivalence and kind of intervals.

    Raises:
        InputError: No run or no qrels, tags that are not unique, an unknown measure or baseline,
            or a run that shares no query with the qrels.

    >>> from lrat_rank.collections import rank_by_score
    >>> run = Run("bm25", {"q1": rank_by_score(["d1", "d2"], [2.0, 1.0])})
    >>> result = evaluate_runs({"q1": {"d2": 1}, "q2": {"d1": 1}}, [run], ["RR"])
    >>> result.runs[0].means, result.runs[0].coverage.missing_query_ids
    ({'RR': 0.25}, ('q2',))
    """
    named = dict(runs) if isinstance(runs, Mapping) else _by_tag(runs)
    if not named:
        raise InputError("runs", must="one or more", got="none")
    if not qrels:
        raise InputError("qrels", must="judgements of one query or more", got="none")
    if baseline is not None and baseline not in named:
        raise InputError("baseline", must=f"one of {', '.join(named)}", got=repr(baseline))
    options = options or StatisticsOptions()
    parsed = parse_measures(measures)
    query_ids = tuple(sorted(qrels))
    covered = {name: coverage(run, qrels, name=name) for name, run in named.items()}
    values = {
        name: _columns(per_query_values(run, qrels, parsed, gains=gains), query_ids)
        for name, run in named.items()
    }
    return Evaluation(
        measures=tuple(str(measure) for measure in parsed),
        query_ids=query_ids,
        runs=_scored(values, covered, seed=seed, options=options),
        comparisons=(
            ()
            if baseline is None
            else tuple(compare_on_measures(baseline, values, seed=seed, options=options))
        ),
        baseline=baseline,
        without_relevant=tuple(
            query_id for query_id in query_ids if max(qrels[query_id].values(), default=0) < 1
        ),
        without_gain=_without_gain(query_ids, parsed, gains or {}),
        seed=seed,
        options=options,
    )


def _without_gain(
    query_ids: Sequence[str], measures: Sequence[Measure], gains: Gains
) -> tuple[str, ...]:
    if not any(isinstance(measure, GainMeasure) for measure in measures):
        return ()
    without = set(queries_without_gain(gains))
    return tuple(query_id for query_id in query_ids if query_id in without)


def _by_tag(runs: Sequence[Run]) -> dict[str, Run]:
    named: dict[str, Run] = {}
    for run in runs:
        if run.tag in named:
            raise InputError(
                "tags of the runs",
                must="unique",
                got=f"{run.tag!r} twice",
                do="Give the runs as a mapping of names to runs.",
            )
        named[run.tag] = run
    return named


def _columns(
    by_query: Mapping[str, Mapping[str, float]], query_ids: Sequence[str]
) -> dict[str, NDArray[np.float64]]:
    return {
        measure: np.array([found[query_id] for query_id in query_ids])
        for measure, found in by_query.items()
    }


def _scored(
    values: Mapping[str, dict[str, NDArray[np.float64]]],
    covered: Mapping[str, Coverage],
    *,
    seed: int,
    options: StatisticsOptions,
) -> tuple[RunScores, ...]:
    columns = [column for of_run in values.values() for column in of_run.values()]
    intervals = iter(
        bootstrap_intervals(np.column_stack(columns), seed=seed, method=options.interval)
    )
    return tuple(
        RunScores(
            name=name,
            values=of_run,
            means={measure: float(column.mean()) for measure, column in of_run.items()},
            intervals={measure: next(intervals) for measure in of_run},
            coverage=covered[name],
        )
        for name, of_run in values.items()
    )
