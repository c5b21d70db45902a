"""What one run did, counted: calls, documents seen, evidence found."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from lrat_rank.trajectories.model import Answer, Browse, OtherCall, Search, Trajectory

BROKEN_OFF = frozenset(
    {
        "aborted",
        "canceled",
        "cancelled",
        "context_exceeded",
        "error",
        "failed",
        "failure",
        "incomplete",
        "out_of_time",
        "out_of_tokens",
        "refused",
        "timed_out",
        "timeout",
        "unfinished",
    }
)
"""Statuses of a run that broke off: whatever text it left is no answer."""


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls of one run that succeeded; a visit of several documents is one call.

    Attributes:
        searches: Searches.
        browses: Calls that opened documents.
        steps: Searches, browses and calls of other tools together.
    """

    searches: int
    browses: int
    steps: int


def successful_calls(trajectory: Trajectory) -> Calls:
    """Count the calls that succeeded. What another tool returned is not read: it counts.

    Source: LRAT (arXiv 2604.04949), Table 2: the average number of steps; its evaluation sums the
    calls that succeeded over the tools.

    >>> turns = (Search("q"), Browse("d", also=("e",)), Browse("x", failed=True))
    >>> successful_calls(Trajectory("t", "", turns))
    Calls(searches=1, browses=1, steps=2)
    """
    searches = sum(isinstance(turn, Search) and not turn.failed for turn in trajectory.turns)
    browses = sum(isinstance(turn, Browse) and not turn.failed for turn in trajectory.turns)
    others = sum(isinstance(turn, OtherCall) for turn in trajectory.turns)
    return Calls(searches, browses, searches + browses + others)


def documents_seen(trajectory: Trajectory) -> set[str]:
    """Ids of the documents that a search showed or the agent opened.

    >>> from lrat_rank.trajectories.model import Impression
    >>> turns = (Search("q", (Impression("a", 1),)), Browse("b"), Browse("x", failed=True))
    >>> sorted(documents_seen(Trajectory("t", "", turns)))
    ['a', 'b']
    """
    seen: set[str] = set()
    for turn in trajectory.turns:
        if isinstance(turn, Search) and not turn.failed:
            seen.update(shown.doc_id for shown in turn.impressions)
        elif isinstance(turn, Browse) and not turn.failed:
            seen.update((turn.doc_id, *turn.also))
    return seen


def evidence_recall(trajectory: Trajectory, evidence: Collection[str]) -> float | None:
    """Share of a question's evidence documents that the run was shown or opened, in [0, 1].

    None where the question has no evidence: there is nothing to recall.

    Source: LRAT (arXiv 2604.04949), Table 2, and BrowseComp-Plus (arXiv 2508.06600): the mean over
    questions of this share.

    >>> evidence_recall(Trajectory("t", "", (Browse("a"),)), ["a", "b"])
    0.5
    """
    needed = set(evidence)
    if not needed:
        return None
    return len(needed & documents_seen(trajectory)) / len(needed)


def final_answer(trajectory: Trajectory) -> str:
    """What the agent said last as its answer; empty where it gave none or broke off.

    An agent that is told to answer when its calls are used up does answer, whatever the status. The
    evaluation of BrowseComp-Plus is stricter there: it lets only the status `completed` succeed.

    Where a log has no answer among its steps and says that its run was right, the `answer` it keeps
    beside them is what the agent said, or the reference that it met. Of other runs that field tells
    nothing: many logs hold the reference there.

    >>> final_answer(Trajectory("t", "", (Answer("Kelm."),), status="completed"))
    'Kelm.'
    >>> final_answer(Trajectory("t", "", (Answer("Out of time"),), status="timeout"))
    ''
    """
    status = (trajectory.status or "").strip().lower().replace(" ", "_").replace("-", "_")
    if status in BROKEN_OFF:
        return ""
    texts = [turn.text for turn in trajectory.turns if isinstance(turn, Answer)]
    if not texts and trajectory.correct:
        texts = [trajectory.answer or ""]
    return texts[-1].strip() if texts else ""
