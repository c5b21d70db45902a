"""One agent run with everything that is measured of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from lrat_rank.eval.agent_runs.measures import evidence_recall, final_answer, successful_calls
from lrat_rank.llm.stated import stated_answer
from lrat_rank.trajectories.model import Trajectory


@dataclass(frozen=True, slots=True)
class ScoredRun:
    """One run, measured.

    Attributes:
        question_id: Of its question; the trajectory's own id where the log names no question.
        trajectory_id: Of the run.
        question: As the log has it.
        status: As logged.
        answer: What the agent said last as its answer; empty where it gave none or broke off.
        confidence: How sure it says it is, in [0, 1]; None where it does not say.
        correct: Whether the answer is right; None where nobody could tell.
        why: What decided that, or why nobody could tell.
        evidence_recall: Share of the evidence it saw, in [0, 1]; None where none is known.
        steps: Successful calls.
        searches: Successful searches.
        browses: Successful calls that opened documents.
    """

    question_id: str
    trajectory_id: str
    question: str
    status: str | None
    answer: str
    confidence: float | None
    correct: bool | None
    why: str
    evidence_recall: float | None
    steps: int
    searches: int
    browses: int

    @property
    def answered(self) -> bool:
        """Whether the run ended with an answer."""
        return bool(self.answer)


MEASURES: dict[str, Callable[[ScoredRun], float | None]] = {
    "success": lambda run: None if run.correct is None else float(run.correct),
    "evidence_recall": lambda run: run.evidence_recall,
    "steps": lambda run: float(run.steps),
    "searches": lambda run: float(run.searches),
    "browses": lambda run: float(run.browses),
    "answered": lambda run: float(run.answered),
}
"""What is estimated, and the value of a run; None leaves the run out of this one."""


def measured(trajectory: Trajectory, evidence: Mapping[str, Collection[str]]) -> ScoredRun:
    """A run measured, and not judged yet."""
    question_id = trajectory.question_id or trajectory.trajectory_id
    calls, answer = successful_calls(trajectory), final_answer(trajectory)
    return ScoredRun(
        question_id=question_id,
        trajectory_id=trajectory.trajectory_id,
        question=trajectory.question,
        status=trajectory.status,
        answer=answer,
        confidence=stated_answer(answer).confidence,
        correct=None,
        why="",
        evidence_recall=evidence_recall(trajectory, evidence.get(question_id, ())),
        steps=calls.steps,
        searches=calls.searches,
        browses=calls.browses,
    )
