"""One round: run the agents, watch what was deployed, and let a challenger through or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lrat_rank.eval.agent_runs import AgentScores
from lrat_rank.eval.simulation import Question
from lrat_rank.pipeline.flywheel.agents import Agents
from lrat_rank.pipeline.flywheel.batches import Batch
from lrat_rank.pipeline.flywheel.challenge import Challenger
from lrat_rank.pipeline.flywheel.options import FlywheelOptions
from lrat_rank.pipeline.flywheel.record import RoundRecord
from lrat_rank.pipeline.flywheel.systems import FIRST_STAGE, ranker_folder, round_name
from lrat_rank.pipeline.flywheel.watch import watch
from lrat_rank.progress import say

RUNS, WATCHED, TEST = "runs", "watched-runs", "test-runs"


@dataclass(frozen=True)
class Turn:
    """One round of a flywheel.

    Attributes:
        number: From 1; 0 is the first stage alone, which is measured only.
        folder: The flywheel's.
        index: Folder of the index.
        test: The questions that only measure.
        agents: Who works the questions.
        options: How the flywheel turns.
    """

    number: int
    folder: Path
    index: Path
    test: Sequence[Question]
    agents: Agents
    options: FlywheelOptions

    @property
    def home(self) -> Path:
        """The round's folder."""
        return self.folder / round_name(self.number)

    def start(self) -> RoundRecord:
        """Measure the first stage alone."""
        test = self._measured(FIRST_STAGE)
        return RoundRecord(
            round=0, questions=0, ran_with=FIRST_STAGE, deployed=FIRST_STAGE, before=None, test=test
        )

    def run(self, batch: Batch, last: RoundRecord) -> RoundRecord:
        """Do what is left to do of the round.

        Args:
            batch: The round's questions.
            last: The round before.
        """
        champion, its_runs, watched = last.deployed, RUNS, None
        scores = self._work(champion, batch.questions, RUNS)
        if last.before is not None:
            earlier = self._work(last.before, batch.questions, WATCHED)
            names, alpha = (last.deployed, last.before), self.options.watch_alpha
            watched = watch(scores, earlier, names=names, alpha=alpha)
            if watched.rolled_back:
                champion, its_runs = last.before, WATCHED
        challenger = Challenger(round_name(self.number), self.folder, self.index, self.options)
        challenge = challenger.challenge(batch, self._logs(), champion, self.home / its_runs)
        deployed = challenger.name if challenge.passed else champion
        return RoundRecord(
            round=self.number,
            questions=len(batch.questions),
            ran_with=last.deployed,
            batch=_figures(scores),
            watch=watched,
            challenge=challenge,
            deployed=deployed,
            before=champion if challenge.passed else None,
            test=self._measured(deployed),
        )

    def _work(self, system: str, questions: Sequence[Question], name: str) -> AgentScores:
        say(f"{self.home.name}: {len(questions)} questions with {system}")
        ranker = ranker_folder(self.folder, system)
        return self.agents.work(questions, ranker, self.home / name)

    def _measured(self, system: str) -> dict[str, object]:
        """Scores of a system on the test questions; its runs lie in the folder of its round."""
        say(f"{self.home.name}: {len(self.test)} test questions with {system}")
        ranker, folder = ranker_folder(self.folder, system), self.folder / system / TEST
        return _figures(self.agents.work(self.test, ranker, folder))

    def _logs(self) -> list[Path]:
        """All runs on training batches up to now."""
        homes = [self.folder / round_name(number) for number in range(1, self.number + 1)]
        logs = [home / name for home in homes for name in (RUNS, WATCHED)]
        return [log for log in logs if log.exists()]


def _figures(scores: AgentScores) -> dict[str, object]:
    """The scores without their name, which is the path of the runs."""
    return {key: value for key, value in scores.to_dict().items() if key != "name"}
