"""A ranker on trial over logged lists: replay, gates, candidates, agreement with the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lrat_rank.errors import InputError
from lrat_rank.eval.replay import (
    LOGGED,
    CandidateReplay,
    Gate,
    GateDecision,
    OutcomeReport,
    Replay,
    outcome_report,
    replay,
    replay_candidates,
)
from lrat_rank.eval.replay.candidates import DEFAULT_CANDIDATE_MEASURES
from lrat_rank.eval.replay.gate import CHAMPION
from lrat_rank.eval.replay.measures import DEFAULT_REPLAY_MEASURES, parse_replay_measures
from lrat_rank.eval.replay.notes import count
from lrat_rank.eval.replay.records import (
    candidates_record,
    gate_record,
    outcome_record,
    replay_record,
)
from lrat_rank.eval.replay.tables import candidate_lines, outcome_lines, replay_lines
from lrat_rank.mining.examination import read_examination
from lrat_rank.mining.labels import LabelledList, read_labels
from lrat_rank.models.first_stage import Index
from lrat_rank.models.loading import load_ranker
from lrat_rank.pipeline.logs import LogOptions
from lrat_rank.progress import say
from lrat_rank.trajectories import read_trajectories
from lrat_rank.trajectories.adapter import ReadSetting

_NOT_KNOWN = (
    "Whether the rankers were trained on these questions is not known: their folders do not say. "
    "A ranker replayed on questions it was trained on looks better than it is. Replay a held-out "
    "part (lrat-rank split), or give the training labels with --trained-on."
)


@dataclass(frozen=True, kw_only=True)
class ReplayOptions:
    """What to replay beside the logged lists, and how.

    Attributes:
        measures: Of logged lists; the gates' measures are added.
        gates: What the ranker must show; all of them.
        trained_on: Label files whose questions are left out, because a ranker learned from them.
        examination: Table of how likely each rank is looked at.
        candidates: Whether to rerank the first stage's candidates too.
        stage: The first stage; hybrid, or bm25 where the index has no encoder, when None.
        depth: Candidates a query.
        trajectories: Logs that say whether answers were right.
        logs: How they are read.
        seed: Of bootstraps and tests.
    """

    measures: tuple[str, ...] = ()
    gates: tuple[Gate, ...] = ()
    trained_on: tuple[Path, ...] = ()
    examination: Path | None = None
    candidates: bool = False
    stage: str | None = None
    depth: int = 100
    trajectories: tuple[Path, ...] = ()
    logs: LogOptions = field(default_factory=LogOptions)
    seed: int = 0


@dataclass(frozen=True)
class ReplayResult:
    """What a replay came to.

    Attributes:
        replay: The logged lists.
        champion: What the champion is called there, where there is one.
        decisions: The gates, each with what became of it.
        candidates: The first stage's candidates, where asked for.
        outcome: Agreement with right answers, where logs were given.
        notes: On training questions.
    """

    replay: Replay
    champion: str | None
    decisions: tuple[tuple[Gate, GateDecision], ...]
    candidates: CandidateReplay | None
    outcome: OutcomeReport | None
    notes: tuple[str, ...]

    @property
    def failed(self) -> list[GateDecision]:
        """The gates that were not passed."""
        return [decision for _, decision in self.decisions if not decision.passed]

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "replay": replay_record(self.replay, self.champion),
            "gates": [gate_record(gate, decision) for gate, decision in self.decisions],
            "candidates": candidates_record(self.candidates) if self.candidates else None,
            "outcome": outcome_record(self.outcome) if self.outcome else None,
            "notes": list(self.notes),
        }

    def lines(self) -> list[str]:
        """For people."""
        told = replay_lines(self.replay, self.champion)
        told += self.notes
        if self.candidates is not None:
            told += ["", *candidate_lines(self.candidates)]
        if self.outcome is not None:
            told += ["", *outcome_lines(self.outcome)]
        if self.decisions:
            told += ["", *(f"Gate {decision.reason}" for _, decision in self.decisions)]
        return told


def replay_file(
    labels: Path,
    index: Path,
    ranker: Path,
    *,
    champion: Path | None = None,
    options: ReplayOptions | None = None,
) -> ReplayResult:
    """Replay a label file with a ranker, and with the champion it is to replace.

    Args:
        labels: Labelled lists of held-out questions.
        index: The index folder the rankers take features and texts from.
        ranker: The folder of the ranker on trial.
        champion: The folder of the ranker in use.
        options: What else to do.

    Raises:
        InputError: A file or folder does not hold, nothing is left to replay, or a gate speaks of a
            champion and there is none.
    """
    options = options or ReplayOptions()
    _check_champion(options.gates, champion)
    asked = [*(options.measures or DEFAULT_REPLAY_MEASURES), *(g.measure for g in options.gates)]
    parse_replay_measures(asked)  # says at once when a measure is unknown
    names = _names(ranker, champion)
    lists, notes = _held_out(labels, options.trained_on)
    table = read_examination(options.examination) if options.examination else None
    opened = Index.load(index)
    stage = options.stage or ("hybrid" if opened.has_dense else "bm25")
    opened.retrieve({}, stage, 1)  # says at once when the index lacks the stage
    rankers = {name: load_ranker(folder, opened) for name, folder in names.items()}
    say(f"Replaying {count(len(lists), 'list')}")
    replayed = replay(
        lists, rankers, measures=asked, known=opened, examination=table, seed=options.seed
    )
    challenger, *others = names
    chosen = others[0] if others else None
    decisions = tuple(
        (gate, gate.decide(replayed, challenger=challenger, champion=chosen))
        for gate in options.gates
    )
    candidates = None
    if options.candidates:
        say(f"Reranking {options.depth} candidates a query")
        candidates = replay_candidates(
            lists,
            rankers,
            opened,
            stage=stage,
            depth=options.depth,
            measures=options.measures or DEFAULT_CANDIDATE_MEASURES,
            seed=options.seed,
        )
    return ReplayResult(
        replay=replayed,
        champion=chosen,
        decisions=decisions,
        candidates=candidates,
        outcome=_outcome(replayed, options) if options.trajectories else None,
        notes=tuple(notes),
    )


def _check_champion(gates: Sequence[Gate], champion: Path | None) -> None:
    needs = next((gate for gate in gates if gate.against == CHAMPION), None)
    if needs is not None and champion is None:
        raise InputError("--champion", must="given for this gate", got="none", where=str(needs))


def _names(ranker: Path, champion: Path | None) -> dict[str, Path]:
    """What the two are called: by their folders' names where these tell them apart."""
    folders = [ranker] if champion is None else [ranker, champion]
    if len({folder.resolve() for folder in folders}) < len(folders):
        raise InputError("--champion", must="another ranker than --ranker", got=str(champion))
    short = [folder.resolve().name for folder in folders]
    clear = len(set(short)) == len(short) and LOGGED not in short
    return dict(zip(short if clear else [str(f.resolve()) for f in folders], folders, strict=True))


def _held_out(labels: Path, trained_on: Sequence[Path]) -> tuple[list[LabelledList], list[str]]:
    """The lists of questions that no training file asks, and what to say of it."""
    lists = read_labels(labels)
    if not trained_on:
        return lists, [_NOT_KNOWN]
    trained = {one.group for path in trained_on for one in read_labels(path)}
    left = [one for one in lists if one.group not in trained]
    if not left:
        raise InputError(
            "labels",
            must="about other questions than the training labels",
            got="none that those do not ask",
            where=labels,
            do="Split the labels before training: lrat-rank split LABELS --out PARTS",
        )
    if len(left) == len(lists):
        return lists, ["No question of the training labels is among these."]
    dropped = count(len(lists) - len(left), "list")
    return left, [f"{dropped} of questions in the training labels left out."]


def _outcome(replayed: Replay, options: ReplayOptions) -> OutcomeReport:
    logs = options.logs
    read = read_trajectories(
        options.trajectories,
        format_name=logs.format_name,
        setting=ReadSetting(tools=logs.tools),
        strict=logs.strict,
    )
    return outcome_report(replayed, {one.trajectory_id: one.correct for one in read})
