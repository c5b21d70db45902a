"""Runs against a baseline: mean difference, wins and losses, paired tests with correction.

The family of a correction is all runs compared with the baseline on one measure, by one test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lrat_rank.errors import InputError
from lrat_rank.eval.statistics.intervals import Interval, bootstrap_intervals
from lrat_rank.eval.statistics.significance import holm, paired_t_test, randomization_test

_SAME = 1e-12


@dataclass(frozen=True, slots=True)
class TestResult:
    """The outcome of one paired test.

    Attributes:
        p: Two-sided p-value; None when the test was refused.
        p_holm: The same after Holm's correction over its family.
        refusal: Why there is no p-value; empty when there is one.
    """

    __test__ = False

    p: float | None
    p_holm: float | None = None
    refusal: str = ""


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

    @property
    def identical(self) -> bool:
        """Whether the two have the same value on every query."""
        return self.wins == self.losses == 0


def compare_to_baseline(
    baseline: str, values: Mapping[str, NDArray[np.float64]], *, measure: str, seed: int = 0
) -> list[Comparison]:
    """Every other run against the baseline on one measure.

    Args:
        baseline: Name of the baseline, a key of `values`.
        values: Run name → (queries,) values, the same queries in the same order.
        measure: Name of the measure.
        seed: Of the randomisation test and the bootstrap. A p-value before correction does not
            depend on which other runs are compared.

    Raises:
        InputError: The baseline is not among the runs.

    >>> better = {"old": np.array([0.1, 0.2, 0.3]), "new": np.array([0.2, 0.4, 0.6])}
    >>> [new] = compare_to_baseline("old", better, measure="AP")
    >>> new.wins, round(new.difference, 6), new.randomization.p
    (3, 0.2, 0.25)
    """
    if baseline not in values:
        raise InputError("baseline", must=f"one of {', '.join(values)}", got=repr(baseline))
    comparisons = [
        _compare(name, baseline, measure, differences=values[name] - values[baseline], seed=seed)
        for name in values
        if name != baseline
    ]
    t_tests = _corrected([one.t_test for one in comparisons])
    randomizations = _corrected([one.randomization for one in comparisons])
    return [
        replace(one, t_test=t_test, randomization=randomization)
        for one, t_test, randomization in zip(comparisons, t_tests, randomizations, strict=True)
    ]


def _compare(
    name: str, baseline: str, measure: str, *, differences: NDArray[np.float64], seed: int
) -> Comparison:
    differences = np.where(np.abs(differences) <= _SAME, 0.0, differences)
    [interval] = bootstrap_intervals(differences[:, None], seed=seed)
    return Comparison(
        run=name,
        baseline=baseline,
        measure=measure,
        difference=float(differences.mean()),
        interval=interval,
        wins=int((differences > 0).sum()),
        ties=int((differences == 0).sum()),
        losses=int((differences < 0).sum()),
        t_test=_result(lambda: paired_t_test(differences)),
        randomization=_result(lambda: randomization_test(differences, seed=seed)),
    )


def _result(test: Callable[[], float]) -> TestResult:
    try:
        return TestResult(test())
    except InputError as error:
        return TestResult(None, refusal=str(error))


def _corrected(results: list[TestResult]) -> list[TestResult]:
    """Holm's correction over the tests of a family that gave a p-value."""
    p_values = iter(holm([result.p for result in results if result.p is not None]))
    return [
        result if result.p is None else replace(result, p_holm=next(p_values)) for result in results
    ]
