"""Do the figures of a replay go with whether the agent's answer was right?

A replay counts where used documents stand; what a search tool is for is right answers. Where the
log knows which runs were right, a measure whose values are alike in right and wrong runs is no sign
of them. That they differ shows that they go together, not that a better order makes more answers
right: harder questions have both worse lists and more wrong answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from lrat_rank.errors import InputError
from lrat_rank.eval.replay.estimates import FloatArray, percentile_intervals, ratio_draws
from lrat_rank.eval.replay.result import Replay
from lrat_rank.eval.statistics.intervals import Interval
from lrat_rank.registry import nearest


@dataclass(frozen=True, slots=True)
class Agreement:
    """One measure of one system in right and wrong runs.

    Attributes:
        system: The system.
        measure: The measure; a run's value is the mean over its lists.
        correct: Mean over the right runs.
        incorrect: Mean over the wrong runs.
        difference: `correct` − `incorrect`.
        interval: 95 % bootstrap interval of the difference, over questions.
        auc: Probability that a right run has a higher value than a wrong one, ties counting one
            half; 0.5 when they do not go together.
        correlation: Point-biserial correlation; NaN when every run has the same value.
    """

    system: str
    measure: str
    correct: float
    incorrect: float
    difference: float
    interval: Interval
    auc: float
    correlation: float


@dataclass(frozen=True, slots=True)
class OutcomeReport:
    """Agreement of every system and measure with the outcome.

    Attributes:
        correct_runs: Right runs with a replayed list.
        incorrect_runs: Wrong ones.
        unknown_runs: Runs with a replayed list of which the log does not know it.
        agreements: By system and measure; empty where `refusal` says why.
        refusal: Why nothing can be compared; empty otherwise.
    """

    correct_runs: int
    incorrect_runs: int
    unknown_runs: int
    agreements: tuple[Agreement, ...]
    refusal: str = ""


def outcome_report(replay: Replay, correct: Mapping[str, bool | None]) -> OutcomeReport:
    """Compare each system's values in right runs with those in wrong ones.

    Args:
        replay: Of labels mined from the runs.
        correct: trajectory_id → whether its answer was right, None where that is not known.

    Raises:
        InputError: Not one trajectory of the labels is among them.
    """
    runs = sorted({one.trajectory_id for one in replay.lists})
    _check_shared(runs, correct)
    outcome = [correct.get(run) for run in runs]
    right, wrong = outcome.count(True), outcome.count(False)
    agreements: tuple[Agreement, ...] = ()
    refusal = ""
    if min(right, wrong) < 2:
        refusal = f"two or more runs of each kind are needed; {right} are right, {wrong} wrong"
    else:
        known = {run: one for run, one in zip(runs, outcome, strict=True) if one is not None}
        agreements = _agreements(replay, known)
    return OutcomeReport(right, wrong, outcome.count(None), agreements, refusal)


def _check_shared(runs: list[str], correct: Mapping[str, bool | None]) -> None:
    if any(run in correct for run in runs):
        return
    like = nearest(runs[0], list(correct))
    raise InputError(
        "trajectories",
        must="those the labels were mined from",
        got=f"{len(correct)} of other ids; the labels hold {runs[0]!r}"
        + (f", the nearest is {like!r}" if like else ""),
        do="Give the files and folders in the way that was mined.",
    )


def _agreements(replay: Replay, correct: Mapping[str, bool]) -> tuple[Agreement, ...]:
    runs = sorted(correct)
    row = {run: number for number, run in enumerate(runs)}
    belongs = np.zeros((len(runs), len(replay.lists)))
    question = np.zeros(len(runs), dtype=np.int64)
    for place, (one, its_question) in enumerate(
        zip(replay.lists, replay.units.question_of, strict=True)
    ):
        if one.trajectory_id in row:
            belongs[row[one.trajectory_id], place] = 1
            question[row[one.trajectory_id]] = its_question
    belongs /= belongs.sum(axis=1, keepdims=True)
    right = np.array([correct[run] for run in runs])
    found = []
    for system in replay.systems:
        for measure in replay.measures:
            values = belongs @ system.values[measure.name]
            found.append(_agreement((system.name, measure.name), values, right, question, replay))
    return tuple(found)


def _agreement(
    name: tuple[str, str],
    values: FloatArray,
    right: NDArray[np.bool_],
    question: NDArray[np.int64],
    replay: Replay,
) -> Agreement:
    correct, incorrect = float(values[right].mean()), float(values[~right].mean())
    kinds = np.column_stack([right, ~right]).astype(np.float64)
    numerators = np.zeros((len(replay.units.questions), 2))
    denominators = np.zeros_like(numerators)
    np.add.at(numerators, question, kinds * values[:, None])
    np.add.at(denominators, question, kinds)
    draws = ratio_draws(numerators, denominators, seed=replay.seed)
    [interval] = percentile_intervals(draws[:, :1] - draws[:, 1:])
    above = scipy.stats.mannwhitneyu(values[right], values[~right]).statistic
    varied = bool(np.ptp(values) > 0)
    return Agreement(
        system=name[0],
        measure=name[1],
        correct=correct,
        incorrect=incorrect,
        difference=correct - incorrect,
        interval=interval,
        auc=float(above / (right.sum() * (~right).sum())),
        correlation=float(scipy.stats.pointbiserialr(right, values).statistic)
        if varied
        else np.nan,
    )
