"""Mining: trajectories in, labelled lists out, with a grade table and a loss report."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from msgspec.structs import replace

from lrat_rank.errors import InputError
from lrat_rank.mining.grades import GradeTable
from lrat_rank.mining.intensity import Intensity
from lrat_rank.mining.judges.base import Judge
from lrat_rank.mining.judges.cues import CueJudge
from lrat_rank.mining.judges.registry import JUDGES
from lrat_rank.mining.labels import LabelledList, Provenance
from lrat_rank.mining.policies.base import Policy, Setting
from lrat_rank.mining.policies.default import DefaultPolicy
from lrat_rank.mining.policies.registry import POLICIES
from lrat_rank.mining.report import Drop, LossReport
from lrat_rank.mining.tokenizers import WHITESPACE, Tokenizer, WhitespaceTokenizer, tokenizer
from lrat_rank.mining.weighing import measured_lengths
from lrat_rank.registry import nearest
from lrat_rank.trajectories.model import Trajectory

Choice = TypeVar("Choice", bound=StrEnum)


class Correctness(StrEnum):
    """What a wrong final answer means for the labels of a trajectory."""

    IGNORE = "ignore"
    """Nothing: mine it like any other."""
    FILTER = "filter"
    """Drop trajectories that are known to be wrong."""


class MissingReasoning(StrEnum):
    """What a relevant document is worth when nothing was written after it was opened."""

    UNJUDGED = "unjudged"
    """Nothing is known: it is masked."""
    MEAN = "mean"
    """The mean weight of the file, which is 1: for logs that keep no reasoning at all."""


@dataclass(frozen=True)
class MiningOptions:
    """How to mine.

    Attributes:
        policy: Which lists and states come out.
        judge: What the reasoning says about a document.
        tokenizer: How long the reasoning is.
        correctness: What a wrong answer means; policy `paper` drops wrong trajectories anyway.
        missing_reasoning: What a relevant document without reasoning is worth. It can only be
            relevant when the judge does not look at the reasoning (judge `none`).
        grade_levels: At most so many grades, grade 0 included.
    """

    policy: Policy = field(default_factory=DefaultPolicy)
    judge: Judge = field(default_factory=CueJudge)
    tokenizer: Tokenizer = field(default_factory=WhitespaceTokenizer)
    correctness: Correctness = Correctness.IGNORE
    missing_reasoning: MissingReasoning = MissingReasoning.UNJUDGED
    grade_levels: int = 32

    def __post_init__(self) -> None:
        if self.grade_levels < 2:
            raise InputError("grade levels", must="at least 2", got=self.grade_levels)

    @classmethod
    def named(
        cls,
        *,
        policy: str = "default",
        judge: str = "cues",
        tokenizer_name: str = WHITESPACE,
        correctness: str = Correctness.IGNORE.value,
        missing_reasoning: str = MissingReasoning.UNJUDGED.value,
        grade_levels: int = 32,
    ) -> MiningOptions:
        """The options by their names.

        Raises:
            InputError: A name is not known; the nearest one is suggested.
        """
        return cls(
            policy=POLICIES.get(policy)(),
            judge=JUDGES.get(judge)(),
            tokenizer=tokenizer(tokenizer_name),
            correctness=_one_of(Correctness, correctness, "correctness"),
            missing_reasoning=_one_of(MissingReasoning, missing_reasoning, "missing reasoning"),
            grade_levels=grade_levels,
        )


def _one_of(choices: type[Choice], name: str, what: str) -> Choice:
    known = [choice.value for choice in choices]
    if name not in known:
        hint = nearest(name, known)
        raise InputError(
            what,
            must=f"one of {', '.join(known)}",
            got=repr(name),
            do=f"Did you mean {hint}?" if hint else None,
        )
    return choices(name)


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
    """
    options = options or MiningOptions()
    report = LossReport()
    setting = Setting(options.judge, options.tokenizer, corpus_ids, report)
    drafts: list[LabelledList] = []
    agents: dict[str, tuple[str, str]] = {}
    for trajectory in trajectories:
        report.read(trajectory)
        reason = Drop.TWICE if trajectory.trajectory_id in agents else _refusal(trajectory, options)
        agents.setdefault(trajectory.trajectory_id, (trajectory.agent, trajectory.retriever))
        if reason is not None:
            report.drop_trajectory(trajectory, reason)
            continue
        drafts += options.policy.drafts(trajectory, setting)
    intensity = Intensity.fit(measured_lengths(drafts))
    mean = 1.0 if options.missing_reasoning is MissingReasoning.MEAN else None
    lists = options.policy.weigh(drafts, intensity, without_reasoning=mean)
    table = GradeTable.fit(
        (c.gain for labelled in lists for c in labelled.candidates), levels=options.grade_levels
    )
    stamped = [
        _stamped(labelled, table, _provenance(options, intensity, *agents[labelled.trajectory_id]))
        for labelled in lists
    ]
    report.made(stamped)
    return MinedLabels(stamped, table, report)


def _refusal(trajectory: Trajectory, options: MiningOptions) -> Drop | None:
    if options.correctness is Correctness.FILTER and trajectory.correct is False:
        return Drop.INCORRECT
    return options.policy.refusal(trajectory)


def _provenance(
    options: MiningOptions, intensity: Intensity | None, agent: str, retriever: str
) -> Provenance:
    return Provenance(
        agent=agent,
        retriever=retriever,
        policy=options.policy.name,
        judge=options.judge.name,
        tokenizer=options.tokenizer.name,
        half_life=intensity.half_life if intensity else None,
        mean_utility=intensity.mean_utility if intensity else None,
    )


def _stamped(labelled: LabelledList, table: GradeTable, meta: Provenance) -> LabelledList:
    candidates = tuple(replace(c, grade=table.grade(c.gain)) for c in labelled.candidates)
    return replace(labelled, candidates=candidates, meta=meta)
