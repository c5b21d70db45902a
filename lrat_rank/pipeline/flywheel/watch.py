"""The watch: does the system deployed last serve agents worse than the one before it?"""

from __future__ import annotations

from lrat_rank.eval.agent_runs import AgentScores, compare_agent_runs
from lrat_rank.pipeline.flywheel.record import Watch

MEASURES = ("success", "evidence_recall")
"""What is watched; each at its share of the level."""


def watch(
    deployed: AgentScores, before: AgentScores, *, names: tuple[str, str], alpha: float
) -> Watch:
    """Compare two systems on the same questions, of which neither has learned.

    Args:
        deployed: Scores with the system deployed last.
        before: Scores with the system it replaced.
        names: What the two are called, in this order.
        alpha: Level of the two-sided tests together; each has its share (Bonferroni).
    """
    compared = compare_agent_runs(before, deployed)
    seen = {name: compared[name] for name in MEASURES}
    worse = [
        name.replace("_", " ")
        for name, one in seen.items()
        if one.difference < 0 and one.p is not None and one.p < alpha / len(MEASURES)
    ]
    new, old = names
    if worse:
        reason = f"{new} does worse than {old} in {' and '.join(worse)}, so {old} serves again"
    else:
        reason = f"{new} does no worse than {old}, as far as the questions can tell"
    return Watch(
        measures={name: {"difference": one.difference, "p": one.p} for name, one in seen.items()},
        rolled_back=bool(worse),
        reason=reason,
    )


def least_questions(alpha: float) -> int:
    """Questions below which the watch can never act: all must differ, and to the same side.

    >>> least_questions(0.05)
    7
    """
    count = 1
    while 2.0 ** (1 - count) >= alpha / len(MEASURES):
        count += 1
    return count
