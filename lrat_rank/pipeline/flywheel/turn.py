"""One round: watch what was deployed, mine, train a challenger, let it through the gate or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lrat_rank.errors import InputError
from lrat_rank.eval.agent_runs import AgentScores, compare_agent_runs
from lrat_rank.eval.replay import LOGGED, Gate, GateDecision, replay
from lrat_rank.eval.replay.records import replay_record
from lrat_rank.eval.simulation import Question
from lrat_rank.files import write_json
from lrat_rank.mining.labels import LabelledList, read_labels, write_labels
from lrat_rank.models.first_stage import Index
from lrat_rank.models.loading import load_ranker
from lrat_rank.pipeline.flywheel.agents import Agents
from lrat_rank.pipeline.flywheel.batches import Batch
from lrat_rank.pipeline.flywheel.options import FlywheelOptions
from lrat_rank.pipeline.flywheel.record import Challenge, RoundRecord, Watch
from lrat_rank.pipeline.flywheel.systems import FIRST_STAGE, RANKER, ranker_folder, round_name
from lrat_rank.pipeline.flywheel.trainers import TRAINERS
from lrat_rank.pipeline.mine import mine_files
from lrat_rank.pipeline.mining_plan import JobOptions
from lrat_rank.progress import say

RUNS, WATCHED, TEST = "runs", "watched-runs", "test-runs"
LABELS, TRAINING, REPLAY = "labels.jsonl", "training.jsonl", "replay.json"
_WATCHED_MEASURES = ("success", "evidence_recall")


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
        champion, watch = last.deployed, None
        scores = self._work(champion, batch.questions, RUNS)
        if last.before is not None:
            earlier = self._work(last.before, batch.questions, WATCHED)
            watch = self._watch(scores, earlier, deployed=champion, before=last.before)
            champion = last.before if watch.rolled_back else champion
        challenge = self._challenge(batch, champion)
        deployed = round_name(self.number) if challenge.passed else champion
        return RoundRecord(
            round=self.number,
            questions=len(batch.questions),
            ran_with=last.deployed,
            batch=_figures(scores),
            watch=watch,
            challenge=challenge,
            deployed=deployed,
            before=champion if challenge.passed else None,
            test=self._measured(deployed),
        )

    def _work(self, system: str, questions: Sequence[Question], name: str) -> AgentScores:
        say(f"Round {self.number}: {len(questions)} questions with {system}")
        ranker = ranker_folder(self.folder, system)
        return self.agents.work(questions, ranker, self.home / name)

    def _measured(self, system: str) -> dict[str, object]:
        """Scores of a system on the test questions; its runs lie in the folder of its round."""
        say(f"Round {self.number}: {len(self.test)} test questions with {system}")
        ranker, folder = ranker_folder(self.folder, system), self.folder / system / TEST
        return _figures(self.agents.work(self.test, ranker, folder))

    def _watch(
        self, scores: AgentScores, earlier: AgentScores, *, deployed: str, before: str
    ) -> Watch:
        """The deployed system beside the one before it, on questions neither has learned from."""
        compared = compare_agent_runs(earlier, scores)
        seen = {name: compared[name] for name in _WATCHED_MEASURES}
        alpha = self.options.watch_alpha / len(seen)
        worse = [
            name.replace("_", " ")
            for name, one in seen.items()
            if one.difference < 0 and one.p is not None and one.p < alpha
        ]
        return Watch(
            measures={
                name: {"difference": one.difference, "p": one.p} for name, one in seen.items()
            },
            rolled_back=bool(worse),
            reason=f"{deployed} does worse than {before} in {' and '.join(worse)}, so {before} "
            "serves again"
            if worse
            else f"{deployed} does no worse than {before}, as far as the questions can tell",
        )

    def _challenge(self, batch: Batch, champion: str) -> Challenge:
        """Mine all rounds so far, train on all questions but the gate's, and replay those."""
        lists = self._mined()
        asked = {_folded(question.text) for question in batch.gate}
        held = [one for one in lists if _folded(one.context.question) in asked]
        training = [one for one in lists if _folded(one.context.question) not in asked]
        counts = {"training_lists": len(training), "gate_lists": len(held)}
        try:
            self._train(training)
            decision = self._gate(held, champion)
        except InputError as error:
            return Challenge(**counts, passed=False, reason=str(error))
        return Challenge(
            **counts,
            passed=decision.passed,
            reason=decision.reason,
            difference=decision.difference,
            p=decision.p,
        )

    def _mined(self) -> list[LabelledList]:
        """The labelled lists of all rounds up to this one, on one scale of intensity."""
        labels = self.home / LABELS
        if not labels.exists():
            homes = [self.folder / round_name(number) for number in range(1, self.number + 1)]
            logs = [home / name for home in homes for name in (RUNS, WATCHED)]
            # One process: the logs are small, and a script that calls this may not be importable.
            mine_files([log for log in logs if log.exists()], labels, job=JobOptions(workers=1))
        return read_labels(labels)

    def _train(self, training: list[LabelledList]) -> None:
        if not (self.home / RANKER).exists():
            say(f"Round {self.number}: training on {len(training)} lists")
            write_labels(self.home / TRAINING, training)
            TRAINERS.get(self.options.ranker)(
                self.home / TRAINING, self.index, self.home / RANKER, self.options.seed
            )

    def _gate(self, held: list[LabelledList], champion: str) -> GateDecision:
        challenger, index = round_name(self.number), Index.load(self.index)
        folders = {name: ranker_folder(self.folder, name) for name in (challenger, champion)}
        rankers = {name: load_ranker(folder, index) for name, folder in folders.items() if folder}
        gate = Gate.parse(self.options.gate)
        replayed = replay(held, rankers, measures=(gate.measure,), seed=self.options.seed)
        write_json(self.home / REPLAY, replay_record(replayed))
        against = champion if champion in rankers else LOGGED
        return gate.decide(replayed, challenger=challenger, champion=against)


def _figures(scores: AgentScores) -> dict[str, object]:
    """The scores without their name, which is the path of the runs."""
    return {key: value for key, value in scores.to_dict().items() if key != "name"}


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
