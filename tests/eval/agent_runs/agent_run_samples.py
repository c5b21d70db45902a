"""Agent runs made by hand."""

from collections.abc import Sequence

from lrat_rank.trajectories.model import Answer, Browse, Impression, Search, Trajectory


def agent_run(
    question_id: str,
    number: int = 0,
    *,
    shown: Sequence[str] = (),
    opened: Sequence[str] = (),
    answer: str | None = None,
    correct: bool | None = None,
    status: str | None = "completed",
) -> Trajectory:
    """One search that shows, one browse for each document opened, and an answer or none."""
    impressions = tuple(Impression(doc_id, rank) for rank, doc_id in enumerate(shown, start=1))
    browses = [Browse(doc_id) for doc_id in opened]
    answers = [] if answer is None else [Answer(answer)]
    return Trajectory(
        trajectory_id=f"{question_id}-seed{number}",
        question=f"What is {question_id}?",
        turns=(Search("q", impressions), *browses, *answers),
        status=status,
        correct=correct,
        question_id=question_id,
    )
