"""Runs against a baseline: difference, wins and losses, paired tests, effect, power.

The family of a correction is all runs compared with the baseline on one measure, by one test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from lrat_rank.errors import InputError
from lrat_rank.eval.statistics.corrections import benjamini_hochberg, holm
from lrat_rank.eval.statistics.differences import ROUNDING
from lrat_rank.eval.statistics.effects import cohens_d, effect_interval, hedges_g, rank_biserial
from lrat_rank.eval.statistics.equivalence import equivalence_interval, equivalence_test
from lrat_rank.eval.statistics.intervals import Interval, bootstrap_intervals
from lrat_rank.eval.statistics.options import StatisticsOptions
from lrat_rank.eval.statistics.power import detectable_difference, queries_needed
from lrat_rank.eval.statistics.results import EffectSize, Equivalence, Power, TestResult
from lrat_rank.eval.statistics.significance import (
    paired_t_test,
    randomization_tests,
    wilcoxon_test,
)

Found = TypeVar("Found")
_NO_INTERVAL = Interval(np.nan, np.nan)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One run against the baseline on one measure, over all judged queries.

    Attributes:
        run: Name of the run.
        baseline: Name of the baseline.
        measure: Name of the measure.
        difference: Mean of run minus baseline over queries.
        interval: 95 % bootstrap interval of that difference.
        wins: Queries on which the run is better.
        ties: Queries on which both are the same (within 1e-12).
        losses: Queries on which the baseline is better.
        t_test: The paired t-test.
        randomization: The randomisation test.
        wilcoxon: Wilcoxon's signed-rank test.
        equivalence: Whether the difference is within the margin; None where none was given.
        effect: The difference without a unit.
        power: What these queries could have found.
    """

    run: str
    baseline: str
    measure: str
    difference: float
    interval: Interval
    wins: int
    ties: int
    losses: int
    t_test: TestResult
    randomization: TestResult
    wilcoxon: TestResult
    equivalence: Equivalence | None
    effect: EffectSize
    power: Power

    @property
    def identical(self) -> bool:
        """Whether the two have the same value on every query."""
        return self.wins == self.losses == 0


def compare_to_baseline(
    baseline: str,
    values: Mapping[str, NDArray[np.float64]],
    *,
    measure: str,
    seed: int = 0,
    options: StatisticsOptions | None = None,
) -> list[Comparison]:
    """Every other run against the baseline on one measure.

    Args:
        baseline: Name of the baseline, a key of `values`.
        values: Run name → (queries,) values, the same queries in the same order.
        measure: Name of the measure.
        seed: Of the randomisation test and the bootstrap. A p-value before correction does not
            depend on which other runs are compared.
        options: Kind of intervals, and the margin of equivalence.

    Raises:
        InputError: The baseline is not among the runs.

    >>> better = {"old": np.array([0.1, 0.2, 0.3]), "new": np.array([0.2, 0.4, 0.6])}
    >>> [new] = compare_to_baseline("old", better, measure="AP")
    >>> new.wins, round(new.difference, 6), new.randomization.p
    (3, 0.2, 0.25)
    """
    by_run = {name: {measure: column} for name, column in values.items()}
    return compare_on_measures(baseline, by_run, seed=seed, options=options)


def compare_on_measures(
    baseline: str,
    values: Mapping[str, Mapping[str, NDArray[np.float64]]],
    *,
    seed: int = 0,
    options: StatisticsOptions | None = None,
) -> list[Comparison]:
    """Every other run against the baseline, measure by measure; resamples are drawn once for all.

    Args:
        baseline: Name of the baseline, a key of `values`.
        values: Run name → measure → (queries,) values, the same measures and queries for all.
        seed: Of the randomisation test and the bootstrap.
        options: Kind of intervals, and the margin of equivalence.

    Raises:
        InputError: The baseline is not among the runs.
    """
    if baseline not in values:
        raise InputError("baseline", must=f"one of {', '.join(values)}", got=repr(baseline))
    options = options or StatisticsOptions()
    others = [name for name in values if name != baseline]
    pairs = [(measure, name) for measure in values[baseline] for name in others]
    if not pairs:
        return []
    columns = [values[name][measure] - values[baseline][measure] for measure, name in pairs]
    differences = np.column_stack(columns)
    differences[np.abs(differences) <= ROUNDING] = 0.0
    intervals = bootstrap_intervals(differences, seed=seed, method=options.interval)
    compared = [
        _compare(name, baseline, measure, column, interval, randomized, options)
        for (measure, name), column, interval, randomized in zip(
            pairs, differences.T, intervals, _randomized(differences, seed), strict=True
        )
    ]
    families = range(0, len(compared), len(others))
    return [one for start in families for one in _corrected(compared[start : start + len(others)])]


def _randomized(differences: NDArray[np.float64], seed: int) -> list[TestResult]:
    p_values, refusal = _attempt(lambda: randomization_tests(differences, seed=seed).tolist())
    if p_values is None:
        return [TestResult(None, refusal=refusal)] * differences.shape[1]
    return [TestResult(p) for p in p_values]


def _compare(
    name: str,
    baseline: str,
    measure: str,
    differences: NDArray[np.float64],
    interval: Interval,
    randomization: TestResult,
    options: StatisticsOptions,
) -> Comparison:
    return Comparison(
        run=name,
        baseline=baseline,
        measure=measure,
        difference=float(differences.mean()),
        interval=interval,
        wins=int((differences > 0).sum()),
        ties=int((differences == 0).sum()),
        losses=int((differences < 0).sum()),
        t_test=_tested(lambda: paired_t_test(differences)),
        randomization=randomization,
        wilcoxon=_tested(lambda: wilcoxon_test(differences)),
        equivalence=_equivalence(differences, options.equivalence_margin),
        effect=_effect(differences),
        power=_power(differences),
    )


def _equivalence(differences: NDArray[np.float64], margin: float | None) -> Equivalence | None:
    if margin is None:
        return None
    interval, _ = _attempt(lambda: equivalence_interval(differences))
    test = _tested(lambda: equivalence_test(differences, margin=margin))
    return Equivalence(margin, interval or _NO_INTERVAL, test)


def _effect(differences: NDArray[np.float64]) -> EffectSize:
    d, why_no_d = _attempt(lambda: cohens_d(differences))
    g, why_no_g = _attempt(lambda: hedges_g(differences))
    interval, why_no_interval = _attempt(lambda: effect_interval(differences))
    ranks, why_no_ranks = _attempt(lambda: rank_biserial(differences))
    refusal = why_no_d or why_no_g or why_no_interval or why_no_ranks
    return EffectSize(d, g, interval or _NO_INTERVAL, ranks, refusal)


def _power(differences: NDArray[np.float64]) -> Power:
    least, why_no_least = _attempt(lambda: detectable_difference(differences))
    needed, why_no_needed = _attempt(lambda: queries_needed(differences))
    return Power(least, needed, why_no_least or why_no_needed)


def _tested(test: Callable[[], float]) -> TestResult:
    p, refusal = _attempt(test)
    return TestResult(p, refusal=refusal)


def _attempt(statistic: Callable[[], Found]) -> tuple[Found | None, str]:
    """What a statistic says, or why it says nothing."""
    try:
        return statistic(), ""
    except InputError as error:
        return None, str(error)


def _corrected(family: Sequence[Comparison]) -> list[Comparison]:
    """The comparisons of one measure, each test corrected over those that gave a p-value."""
    t_tests = _corrected_tests([one.t_test for one in family])
    randomizations = _corrected_tests([one.randomization for one in family])
    wilcoxons = _corrected_tests([one.wilcoxon for one in family])
    tested = [one.equivalence.test for one in family if one.equivalence is not None]
    equivalences: Sequence[TestResult | None] = _corrected_tests(tested) or [None] * len(family)
    return [
        replace(
            one,
            t_test=t_test,
            randomization=randomization,
            wilcoxon=wilcoxon,
            equivalence=_with_test(one.equivalence, test),
        )
        for one, t_test, randomization, wilcoxon, test in zip(
            family, t_tests, randomizations, wilcoxons, equivalences, strict=True
        )
    ]


def _with_test(equivalence: Equivalence | None, test: TestResult | None) -> Equivalence | None:
    return equivalence if equivalence is None or test is None else replace(equivalence, test=test)


def _corrected_tests(results: Sequence[TestResult]) -> list[TestResult]:
    p_values = [result.p for result in results if result.p is not None]
    rows = zip(holm(p_values), benjamini_hochberg(p_values), strict=True)
    corrected = []
    for result in results:
        if result.p is None:
            corrected.append(result)
        else:
            p_holm, p_bh = next(rows)
            corrected.append(replace(result, p_holm=p_holm, p_bh=p_bh))
    return corrected
