"""Agent runs scored: success rate, evidence recall and steps, with intervals."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lrat_rank.errors import InputError
from lrat_rank.eval.agent_runs.calibration import ConfidenceCalibration, confidence_calibration
from lrat_rank.eval.agent_runs.judging import References, judge_answers
from lrat_rank.eval.agent_runs.matching import AnswerJudge
from lrat_rank.eval.agent_runs.nested_bootstrap import nested_interval
from lrat_rank.eval.agent_runs.scored_run import MEASURES, ScoredRun, measured
from lrat_rank.eval.statistics.intervals import Interval
from lrat_rank.registry import nearest
from lrat_rank.trajectories.model import Trajectory

LOGGED = "log"
"""Judge of runs whose log says itself whether the answer was right."""

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over questions of the mean over a question's runs.

    Attributes:
        mean: The mean.
        interval: Its 95 % interval, see `nested_interval`.
        questions: Questions averaged over.
        runs: Runs behind them.
    """

    mean: float
    interval: Interval
    questions: int
    runs: int


_ZERO_WITHOUT_A_RUN = ("success", "evidence_recall", "answered")


@dataclass(frozen=True, slots=True)
class AgentScores:
    """What a set of agent runs came to.

    Attributes:
        name: What the set is called.
        runs: Every run, measured, by question and then by trajectory id.
        judged_by: What decided right and wrong: a match, `llm:MODEL`, `log`, or empty.
        missing_questions: Known questions that no run works on.
        missing_count: Whether those count as failures (0) in success, recall and share answered.
        extra_questions: Questions of runs left out because they were not asked for.
        with_evidence: Questions with evidence.
        estimates: By name, see `MEASURES`; without what could not be measured.
        calibration: Of stated confidence; None where none was stated or nothing was judged.
    """

    name: str
    runs: tuple[ScoredRun, ...]
    judged_by: str
    missing_questions: tuple[str, ...]
    missing_count: bool
    extra_questions: tuple[str, ...]
    with_evidence: frozenset[str]
    estimates: dict[str, Estimate]
    calibration: ConfidenceCalibration | None

    @property
    def success(self) -> Estimate | None:
        """Share of runs with a right answer; None where nobody said what is right."""
        return self.estimates.get("success")

    @property
    def evidence_recall(self) -> Estimate | None:
        """Share of the evidence seen; None without evidence."""
        return self.estimates.get("evidence_recall")

    @property
    def steps(self) -> Estimate:
        """Successful calls."""
        return self.estimates["steps"]

    @property
    def searches(self) -> Estimate:
        """Successful searches."""
        return self.estimates["searches"]

    @property
    def browses(self) -> Estimate:
        """Successful calls that opened documents."""
        return self.estimates["browses"]

    @property
    def answered(self) -> Estimate:
        """Share of runs that ended with an answer."""
        return self.estimates["answered"]

    @property
    def browses_per_search(self) -> float | None:
        """Mean browses over mean searches (B/S of the LRAT paper); None without a search."""
        return self.browses.mean / self.searches.mean if self.searches.mean else None

    @property
    def statuses(self) -> Counter[str]:
        """Runs by the status their logs give; empty where a log gives none."""
        return Counter(run.status or "" for run in self.runs)

    @property
    def unjudged(self) -> tuple[ScoredRun, ...]:
        """Runs of which nobody could tell whether they are right."""
        return tuple(run for run in self.runs if run.correct is None)

    def values(self, measure: str) -> dict[str, NDArray[np.float64]]:
        """A measure's values by question, (runs,) each; a missing question that counts is 0."""
        value = MEASURES[measure]
        found: dict[str, list[float]] = defaultdict(list)
        for run in self.runs:
            one = value(run)
            if one is not None:
                found[run.question_id].append(one)
        if self.missing_count and found and measure in _ZERO_WITHOUT_A_RUN:
            for question_id in self.missing_questions:
                if measure != "evidence_recall" or question_id in self.with_evidence:
                    found[question_id].append(0.0)
        return {question_id: np.array(found[question_id]) for question_id in sorted(found)}

    def to_dict(self) -> dict[str, Any]:
        """The scores as JSON's types, unrounded; an interval that there is none of holds NaN."""
        return {
            "name": self.name,
            "runs": len(self.runs),
            "questions": len({run.question_id for run in self.runs}),
            "judged_by": self.judged_by or None,
            "unjudged_runs": len(self.unjudged) if self.judged_by else None,
            **{name: asdict(one) for name, one in self.estimates.items()},
            "browses_per_search": self.browses_per_search,
            "statuses": dict(self.statuses),
            "missing_questions": list(self.missing_questions),
            "extra_questions": list(self.extra_questions),
            "calibration": None if self.calibration is None else asdict(self.calibration),
        }


def score_agent_runs(
    trajectories: Iterable[Trajectory],
    *,
    evidence: Mapping[str, Collection[str]] | None = None,
    answers: References | None = None,
    judge: AnswerJudge | None = None,
    questions: Collection[str] | None = None,
    name: str = "",
    seed: int = 0,
) -> AgentScores:
    """Measure agent runs as LRAT's Table 2 does, with intervals.

    Runs of one question share `question_id`; every mean is over questions of the mean over a
    question's runs, so that a question worked more often does not count more. A run without an
    answer, or whose status says that it broke off, is not successful, whatever its log says of
    the outcome (`final_answer` tells what counts as an answer). Where nobody can tell
    (no reference answer, a judge that failed) the run is left out of the success rate, and counted.

    Args:
        trajectories: The runs, at least one.
        evidence: Question id → its evidence documents. A question without any has no recall.
        answers: Question id → right answer, or several. Without, the logs' `correct` counts.
        judge: Decides whether an answer is right; None compares normalised texts.
        questions: Ids of the questions that had to be worked: those without a run count as
            failures, and runs of others are left out. None takes those that have a run.
        name: What to call the runs.
        seed: Of the bootstrap.

    Raises:
        InputError: There is no run, or the runs share no question with evidence, answers or
            questions.

    Source: LRAT (arXiv 2604.04949), Table 2: success rate, evidence recall, average steps.
    """
    found = [(measured(one, evidence or {}), one.correct) for one in trajectories]
    if not found:
        raise InputError("agent runs", must="one or more", got="none")
    ran = {run.question_id for run, _ in found}
    for what, known in (("answers", answers), ("evidence", evidence), ("questions", questions)):
        if known is not None:
            _check_shared(what, set(known), ran)
    wanted = ran if questions is None else set(questions)
    kept = sorted(
        ((run, logged) for run, logged in found if run.question_id in wanted),
        key=lambda one: (one[0].question_id, one[0].trajectory_id),
    )
    runs, judged_by = _judged(kept, answers, judge)
    known_ids = set(answers or ()) | set(evidence or ()) if questions is None else wanted
    scores = AgentScores(
        name=name,
        runs=runs,
        judged_by=judged_by,
        missing_questions=tuple(sorted(known_ids - ran)),
        missing_count=questions is not None,
        extra_questions=tuple(sorted(ran - wanted)),
        with_evidence=frozenset(key for key, doc_ids in (evidence or {}).items() if doc_ids),
        estimates={},
        calibration=_calibration(runs),
    )
    return replace(scores, estimates=_estimates(scores, seed=seed))


def _judged(
    found: list[tuple[ScoredRun, bool | None]],
    answers: References | None,
    judge: AnswerJudge | None,
) -> tuple[tuple[ScoredRun, ...], str]:
    """The runs with verdicts, and who gave them."""
    runs = [run for run, _ in found]
    if answers is not None:
        cases = [(run.question_id, run.question, run.answer) for run in runs]
        verdicts, judged_by = judge_answers(cases, answers, judge)
        judged = zip(runs, verdicts, strict=True)
        return tuple(replace(run, correct=one.correct, why=one.why) for run, one in judged), (
            judged_by
        )
    if all(logged is None for _, logged in found):
        return tuple(replace(run, why="no reference answer") for run in runs), ""
    return tuple(_as_logged(run, logged) for run, logged in found), LOGGED


def _as_logged(run: ScoredRun, logged: bool | None) -> ScoredRun:
    """What the log says of the answer, where there is one: without, no run is successful."""
    if not run.answered:
        return replace(run, correct=False, why="no answer")
    return replace(run, correct=logged, why="" if logged is not None else "the log does not say")


def _calibration(runs: Collection[ScoredRun]) -> ConfidenceCalibration | None:
    judged = [run for run in runs if run.answered and run.correct is not None]
    stated = [run for run in judged if run.confidence is not None]
    if not stated:
        return None
    return confidence_calibration(
        np.array([run.confidence for run in stated], dtype=np.float64),
        np.array([run.correct for run in stated], dtype=np.bool_),
        without_confidence=len(judged) - len(stated),
    )


def _estimates(scores: AgentScores, *, seed: int) -> dict[str, Estimate]:
    estimates = {}
    for measure in MEASURES:
        values = list(scores.values(measure).values())
        if values:
            estimates[measure] = Estimate(
                mean=float(np.mean([runs.mean() for runs in values])),
                interval=nested_interval(values, seed=seed),
                questions=len(values),
                runs=sum(map(len, values)),
            )
    return estimates


def _check_shared(what: str, known: set[str], ran: set[str]) -> None:
    """Refuse question ids of which the runs know none: they belong to something else."""
    if known & ran:
        return
    ours = sorted(ran)
    pairs = ((one, nearest(one, sorted(known))) for one in ours[:_SHOWN])
    alike = next((f" ({one!r} looks like {other!r})" for one, other in pairs if other), "")
    raise InputError(
        f"question ids of the runs ({', '.join(map(repr, ours[:_SHOWN]))})",
        must=f"among those of the {what}",
        got=f"{', '.join(map(repr, sorted(known)[:_SHOWN])) or 'none'} there{alike}",
        do=f"Give the {what} that belong to these runs, or mend the ids.",
    )
