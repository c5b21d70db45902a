"""Mining in memory: trajectories in, labelled lists out, with a grade table and a loss report.

`lrat_rank.pipeline.mine` does the same to files of any size, with the same parts.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from lrat_rank.mining.drafting import Drafter
from lrat_rank.mining.fit import Fit
from lrat_rank.mining.grades import GradeTable
from lrat_rank.mining.labels import LabelledList
from lrat_rank.mining.options import (
    Correctness,
    IntensitySource,
    Mark,
    MiningOptions,
    MissingReasoning,
    Normalise,
)
from lrat_rank.mining.report import Drop, LossReport
from lrat_rank.mining.weighing import sketch
from lrat_rank.trajectories.model import Trajectory

__all__ = [
    "Correctness",
    "IntensitySource",
    "Mark",
    "MinedLabels",
    "MiningOptions",
    "MissingReasoning",
    "Normalise",
    "mine",
]


@dataclass(frozen=True)
class MinedLabels:
    """What mining gives: the lists, the table behind their grades, and what was lost."""

    lists: list[LabelledList]
    grade_table: GradeTable
    report: LossReport


def mine(
    trajectories: Iterable[Trajectory],
    options: MiningOptions | None = None,
    *,
    corpus_ids: Container[str] | None = None,
) -> MinedLabels:
    """Mine labelled lists from trajectories; β, μ and the grades are fitted over all of them.

    Args:
        trajectories: In the order in which their lists shall stand.
        options: How to mine.
        corpus_ids: Documents outside it become no candidates; None when the corpus is not known.

    Raises:
        JudgeError: The judge is out of reach.
    """
    options = options or MiningOptions()
    report = LossReport()
    drafter = Drafter(options, corpus_ids)
    drafts: list[LabelledList] = []
    seen: set[str] = set()
    for trajectory in trajectories:
        if trajectory.trajectory_id in seen:
            report.read(trajectory)
            report.drop_trajectory(trajectory, Drop.TWICE)
            continue
        seen.add(trajectory.trajectory_id)
        drafts += drafter.drafts(trajectory, report)
    fit = Fit.of([sketch(draft, options.examination) for draft in drafts], options)
    lists = [fit.labelled(draft) for draft in drafts]
    for made in lists:
        report.made(sketch(made).states, orders=made.orders_something)
    return MinedLabels(lists, fit.table, report)
