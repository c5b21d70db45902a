"""The challenger of a round: mined for, trained, and held against the champion by replay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lrat_rank.eval.replay import LOGGED, Gate, GateDecision, replay
from lrat_rank.eval.replay.records import replay_record
from lrat_rank.files import write_json
from lrat_rank.mining.labels import LabelledList, State, read_labels, write_labels
from lrat_rank.models.first_stage import Index
from lrat_rank.models.loading import load_ranker
from lrat_rank.pipeline.flywheel.batches import Batch
from lrat_rank.pipeline.flywheel.options import FlywheelOptions
from lrat_rank.pipeline.flywheel.record import Challenge
from lrat_rank.pipeline.flywheel.systems import RANKER, ranker_folder
from lrat_rank.pipeline.flywheel.trainers import TRAINERS
from lrat_rank.pipeline.mine import mine_files
from lrat_rank.pipeline.mining_plan import JobOptions
from lrat_rank.progress import say
from lrat_rank.trajectories.questions import folded

LABELS, TRAINING, GATE, REPLAY = "labels.jsonl", "training.jsonl", "gate.jsonl", "replay.json"


@dataclass(frozen=True)
class Challenger:
    """A round's challenger.

    Attributes:
        name: The round's.
        folder: The flywheel's.
        index: Folder of the index.
        options: How the flywheel turns.
    """

    name: str
    folder: Path
    index: Path
    options: FlywheelOptions

    @property
    def home(self) -> Path:
        """The round's folder."""
        return self.folder / self.name

    def challenge(
        self, batch: Batch, logs: Sequence[Path], champion: str, champions_log: Path
    ) -> Challenge:
        """Train on all lists but the gate questions', and replay those with the champion.

        Args:
            batch: The round's questions.
            logs: Folders of all runs up to now.
            champion: The system that serves.
            champions_log: The runs of the round that were made with it. Only their lists are
                replayed: in those of another system its order would stand for the champion's.
        """
        asked = {folded(question.text) for question in batch.gate}
        training = [
            one
            for one in self._mined(logs, LABELS)
            if folded(one.context.question) not in asked and one.orders_something
        ]
        held = [
            one
            for one in self._mined([champions_log], GATE)
            if folded(one.context.question) in asked and _holds_used(one)
        ]
        counts = {"training_lists": len(training), "gate_lists": len(held)}
        if not training or not held:
            what = "to learn from" if not training else "with a used document to replay"
            return Challenge(**counts, passed=False, reason=f"there is no list {what}")
        self._train(training)
        decision = self._decide(held, champion)
        return Challenge(
            **counts,
            passed=decision.passed,
            reason=decision.reason,
            difference=decision.difference,
            p=decision.p,
        )

    def _mined(self, logs: Sequence[Path], name: str) -> list[LabelledList]:
        """The labelled lists of these runs, on one scale of intensity."""
        labels = self.home / name
        if not labels.exists():
            # One process: the logs are small, and a script that calls this may not be importable.
            mine_files(logs, labels, job=JobOptions(workers=1))
        return read_labels(labels)

    def _train(self, training: list[LabelledList]) -> None:
        if not (self.home / RANKER).exists():
            say(f"{self.name}: training on {len(training)} lists")
            write_labels(self.home / TRAINING, training)
            TRAINERS.get(self.options.ranker)(
                self.home / TRAINING, self.index, self.home / RANKER, self.options.seed
            )

    def _decide(self, held: list[LabelledList], champion: str) -> GateDecision:
        index = Index.load(self.index)
        folders = {name: ranker_folder(self.folder, name) for name in (self.name, champion)}
        rankers = {name: load_ranker(folder, index) for name, folder in folders.items() if folder}
        gate = Gate.parse(self.options.gate)
        replayed = replay(held, rankers, measures=(gate.measure,), seed=self.options.seed)
        write_json(self.home / REPLAY, replay_record(replayed))
        against = champion if champion in rankers else LOGGED
        return gate.decide(replayed, challenger=self.name, champion=against)


def _holds_used(labelled: LabelledList) -> bool:
    return any(candidate.state is State.RELEVANT for candidate in labelled.candidates)
