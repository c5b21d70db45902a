"""Runs scored against qrels: one result object for tables, files and pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lrat_rank.collections import Qrels, Run
from lrat_rank.errors import InputError
from lrat_rank.eval.coverage import Coverage, coverage
from lrat_rank.eval.measures import DEFAULT_MEASURES, parse_measures, per_query_values
from lrat_rank.eval.statistics.comparison import Comparison, compare_to_baseline
from lrat_rank.eval.statistics.intervals import Interval, bootstrap_intervals


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
        without_relevant: Judged queries that have no relevant document; no run can score on them.
        seed: Of the bootstrap and the randomisation test.
    """

    measures: tuple[str, ...]
    query_ids: tuple[str, ...]
    runs: tuple[RunScores, ...]
    comparisons: tuple[Comparison, ...]
    baseline: str | None
    without_relevant: tuple[str, ...]
    seed: int

    def comparison(self, run: str, measure: str) -> Comparison | None:
        """The comparison of a run on a measure; None for the baseline or without one."""
        found = (one for one in self.comparisons if (one.run, one.measure) == (run, measure))
        return next(found, None)

    def best(self, measure: str) -> list[str]:
        """Names of the runs with the highest mean: several when they are equal."""
        highest = max(scores.means[measure] for scores in self.runs)
        return [scores.name for scores in self.runs if scores.means[measure] == highest]


def evaluate_runs(
    qrels: Qrels,
    runs: Sequence[Run] | Mapping[str, Run],
    measures: Sequence[str] = DEFAULT_MEASURES,
    *,
    baseline: str | None = None,
    seed: int = 0,
) -> Evaluation:
    """Score runs, with intervals, and test them against a baseline.

    Every mean is over all queries of the qrels: a query that a run misses counts 0 and is reported
    in its coverage.

    Args:
        qrels: Integer grades.
        runs: By name, or in a sequence and then named by their tags.
        measures: Names that `parse_measures` knows.
        baseline: Name of the run to compare with; None compares nothing.
        seed: Of the bootstrap and the randomisation test.

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
    parsed = parse_measures(measures)
    names = tuple(str(measure) for measure in parsed)
    query_ids = tuple(sorted(qrels))
    scored = tuple(
        _score(name, run, qrels, measures=parsed, seed=seed) for name, run in named.items()
    )
    comparisons: list[Comparison] = []
    if baseline is not None:
        for measure in names:
            by_run = {scores.name: scores.values[measure] for scores in scored}
            comparisons += compare_to_baseline(baseline, by_run, measure=measure, seed=seed)
    return Evaluation(
        measures=names,
        query_ids=query_ids,
        runs=scored,
        comparisons=tuple(comparisons),
        baseline=baseline,
        without_relevant=tuple(
            query_id for query_id in query_ids if max(qrels[query_id].values(), default=0) < 1
        ),
        seed=seed,
    )


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


def _score(
    name: str, run: Run, qrels: Qrels, *, measures: Sequence[object], seed: int
) -> RunScores:
    covered = coverage(run, qrels, name=name)
    by_query = per_query_values(run, qrels, measures)
    query_ids = sorted(qrels)
    values = {
        measure: np.array([found[query_id] for query_id in query_ids])
        for measure, found in by_query.items()
    }
    intervals = bootstrap_intervals(np.column_stack(list(values.values())), seed=seed)
    return RunScores(
        name=name,
        values=values,
        means={measure: float(column.mean()) for measure, column in values.items()},
        intervals=dict(zip(values, intervals, strict=True)),
        coverage=covered,
    )
