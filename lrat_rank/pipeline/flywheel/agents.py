"""The agents of a flywheel: simulated ones, whose runs are kept and scored."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lrat_rank.eval.agent_runs import AgentScores
from lrat_rank.eval.simulation import Question
from lrat_rank.pipeline.flywheel.options import FlywheelOptions
from lrat_rank.pipeline.simulate import SimulationOptions, simulate_runs


class Agents:
    """Works questions with any system.

    Args:
        index: Folder of the index that is searched.
        options: Preset, seeds, first stage, depth and length of lists.
    """

    def __init__(self, index: Path, options: FlywheelOptions) -> None:
        self._index = index
        self._options = SimulationOptions(
            preset=options.preset,
            seeds=options.seeds,
            seed=options.seed,
            k=options.k,
            depth=options.depth,
            stage=options.stage,
        )

    def work(self, questions: Sequence[Question], ranker: Path | None, folder: Path) -> AgentScores:
        """Run every question into `folder` and score the runs; those that are there are kept.

        Args:
            questions: What to work on.
            ranker: Ranker folder behind the search tool; None for the first stage alone.
            folder: Where the runs go.
        """
        return simulate_runs(self._index, questions, folder, self._options, ranker=ranker).scores
