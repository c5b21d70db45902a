"""Two sets of agent runs on the same questions: differences, intervals, p-values."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lrat_rank.errors import InputError
from lrat_rank.eval.agent_runs.nested_bootstrap import nested_difference_interval
from lrat_rank.eval.agent_runs.scored_run import MEASURES
from lrat_rank.eval.agent_runs.scores import AgentScores
from lrat_rank.eval.statistics.intervals import Interval
from lrat_rank.eval.statistics.significance import randomization_test

_SAME = 1e-12


@dataclass(frozen=True, slots=True)
class AgentDifference:
    """One measure of two sets of runs, over the questions that both have.

    Attributes:
        measure: Its name.
        baseline: Mean of the baseline on these questions.
        other: Mean of the other runs on them.
        difference: Mean over questions of other minus baseline.
        interval: Its 95 % interval, see `nested_difference_interval`.
        questions: Questions that both have.
        wins: Questions on which the other runs' mean is higher: for steps that is no gain.
        ties: Questions with the same mean.
        losses: Questions on which it is lower.
        p: Of the two-sided randomisation test on the questions' means; None where it refused.
        refusal: Why it refused; empty when it did not.
    """

    measure: str
    baseline: float
    other: float
    difference: float
    interval: Interval
    questions: int
    wins: int
    ties: int
    losses: int
    p: float | None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class AgentComparison:
    """Runs against a baseline.

    Attributes:
        baseline: Name of the baseline.
        other: Name of the other runs.
        differences: By measure, of those that both have.
        only_baseline: Questions that only the baseline has; they are left out.
        only_other: Questions that only the other runs have.
    """

    baseline: str
    other: str
    differences: dict[str, AgentDifference]
    only_baseline: tuple[str, ...]
    only_other: tuple[str, ...]

    def __getitem__(self, measure: str) -> AgentDifference:
        """The difference on a measure; KeyError where one of the two does not have it."""
        return self.differences[measure]

    def to_dict(self) -> dict[str, Any]:
        """The comparison as JSON's types, unrounded."""
        return asdict(self)


def compare_agent_runs(
    baseline: AgentScores, other: AgentScores, *, seed: int = 0
) -> AgentComparison:
    """Compare two sets of runs, paired by question.

    The unit is the question: the test swaps the means of a question's runs, so more seeds make a
    question's mean steadier, and never stand in for more questions.

    Raises:
        InputError: They share no question.
    """
    differences = {}
    for measure in MEASURES:
        before, after = baseline.values(measure), other.values(measure)
        shared = [question_id for question_id in before if question_id in after]
        if shared:
            pairs = [(before[question_id], after[question_id]) for question_id in shared]
            differences[measure] = _difference(measure, pairs, seed=seed)
    ours = {run.question_id for run in baseline.runs}
    theirs = {run.question_id for run in other.runs}
    if not differences:
        raise InputError(
            f"questions of {other.name or 'the runs'}",
            must=f"among those of the baseline ({', '.join(map(repr, sorted(ours)[:3]))})",
            got=", ".join(map(repr, sorted(theirs)[:3])),
        )
    return AgentComparison(
        baseline=baseline.name,
        other=other.name,
        differences=differences,
        only_baseline=tuple(sorted(ours - theirs)),
        only_other=tuple(sorted(theirs - ours)),
    )


def _difference(
    measure: str, pairs: list[tuple[NDArray[np.float64], NDArray[np.float64]]], *, seed: int
) -> AgentDifference:
    before = np.array([ours.mean() for ours, _ in pairs])
    after = np.array([theirs.mean() for _, theirs in pairs])
    gaps = np.where(np.abs(after - before) <= _SAME, 0.0, after - before)
    p, refusal = None, ""
    try:
        p = randomization_test(gaps, seed=seed)
    except InputError as error:
        refusal = str(error)
    return AgentDifference(
        measure=measure,
        baseline=float(before.mean()),
        other=float(after.mean()),
        difference=float(gaps.mean()),
        interval=nested_difference_interval(
            [ours for ours, _ in pairs], [theirs for _, theirs in pairs], seed=seed
        ),
        questions=len(pairs),
        wins=int((gaps > 0).sum()),
        ties=int((gaps == 0).sum()),
        losses=int((gaps < 0).sum()),
        p=p,
        refusal=refusal,
    )
