"""Files of agent runs into scores, and into a comparison with a baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lrat_rank.collections import read_qrels, read_topics
from lrat_rank.eval.agent_runs import (
    AgentComparison,
    AgentScores,
    AnswerJudge,
    compare_agent_runs,
    read_answers,
    score_agent_runs,
)
from lrat_rank.pipeline.logs import LogOptions
from lrat_rank.progress import track
from lrat_rank.trajectories.adapter import ReadSetting
from lrat_rank.trajectories.reading import read_trajectories
from lrat_rank.trajectories.report import ReadReport


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoringOptions:
    """What agent runs are scored with.

    Attributes:
        answers: File of right answers; None takes what the logs say.
        qrels: Evidence of the questions: documents of grade 1 or more.
        queries: The questions that had to be worked; those without a run count as failures.
        judge: Decides whether an answer is right; None compares normalised texts.
        logs: How to read the runs.
        seed: Of intervals and the randomisation test.
    """

    answers: Path | None = None
    qrels: Path | None = None
    queries: Path | None = None
    judge: AnswerJudge | None = None
    logs: LogOptions = field(default_factory=LogOptions)
    seed: int = 0


@dataclass(frozen=True, slots=True)
class AgentScoring:
    """Scored runs; `baseline` and `comparison` are None where there is no baseline.

    Attributes:
        scores: Of the runs.
        baseline: Of the baseline.
        comparison: The runs against it.
        unread: What could not be read among all the files, in words.
    """

    scores: AgentScores
    baseline: AgentScores | None
    comparison: AgentComparison | None
    unread: tuple[str, ...]


def score_files(
    runs: Sequence[Path],
    options: ScoringOptions | None = None,
    *,
    baseline: Sequence[Path] = (),
) -> AgentScoring:
    """Score files and folders of agent runs, as one set.

    Args:
        runs: In any format that `mine` reads.
        options: Answers, evidence, judge.
        baseline: Runs to compare with, scored the same way.

    Raises:
        InputError: A file does not hold, or question ids do not match.
    """
    options = options or ScoringOptions()
    reading = ReadReport()
    scores = _scored(runs, options, reading)
    before = _scored(baseline, options, reading) if baseline else None
    compared = None if before is None else compare_agent_runs(before, scores, seed=options.seed)
    unread = tuple(
        f"{count} skipped: {reason}" for reason, count in reading.skipped_by_reason.most_common()
    )
    return AgentScoring(scores, before, compared, unread)


def _scored(paths: Sequence[Path], options: ScoringOptions, reading: ReadReport) -> AgentScores:
    logs = options.logs
    corpus = logs.documents()
    setting = ReadSetting(reading, logs.tools, corpus.matcher() if corpus else None)
    trajectories = read_trajectories(
        paths, format_name=logs.format_name, setting=setting, strict=logs.strict
    )
    return score_agent_runs(
        track(trajectories, "Reading runs"),
        evidence=None if options.qrels is None else read_evidence(options.qrels),
        answers=None if options.answers is None else read_answers(options.answers),
        judge=options.judge,
        questions=None if options.queries is None else read_topics(options.queries),
        name=", ".join(map(str, paths)),
        seed=options.seed,
    )


def read_evidence(qrels: Path) -> dict[str, list[str]]:
    """Question id → its documents of grade 1 or more."""
    return {
        question_id: [doc_id for doc_id, grade in judged.items() if grade >= 1]
        for question_id, judged in read_qrels(qrels).items()
    }
