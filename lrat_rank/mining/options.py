"""How to mine: the choices, and their names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from lrat_rank.errors import InputError
from lrat_rank.mining.examination import ExaminationTable
from lrat_rank.mining.judges.base import Judge
from lrat_rank.mining.judges.cues import CueJudge
from lrat_rank.mining.judges.registry import JUDGES
from lrat_rank.mining.policies.base import Policy
from lrat_rank.mining.policies.default import DefaultPolicy
from lrat_rank.mining.policies.registry import POLICIES
from lrat_rank.mining.tokenizers import WHITESPACE, Tokenizer, WhitespaceTokenizer, tokenizer
from lrat_rank.registry import one_of


class Correctness(StrEnum):
    """What a wrong final answer means for the labels of a trajectory."""

    IGNORE = "ignore"
    """Nothing: mine it like any other."""
    FILTER = "filter"
    """Drop trajectories that are known to be wrong."""
    WEIGHT = "weight"
    """Their lists count for less."""


class MissingReasoning(StrEnum):
    """What a relevant document is worth when nothing was written after it was opened."""

    UNJUDGED = "unjudged"
    """Nothing is known: it is masked."""
    MEAN = "mean"
    """The mean weight of the file, which is 1: for logs that keep no reasoning at all."""


class IntensitySource(StrEnum):
    """What the intensity of a browse is measured by."""

    REASONING = "reasoning"
    """The tokens of reasoning after it."""
    DWELL = "dwell"
    """The same; where the log holds no reasoning, the seconds until the next action."""


class Normalise(StrEnum):
    """Over what the half-life and the mean utility are fitted."""

    FILE = "file"
    """All trajectories together, as in the paper."""
    AGENT = "agent"
    """Each agent by itself: a model that writes long is not a model that reads well."""


class Mark(StrEnum):
    """A doubt about the reasoning of a browse, by which it can be masked."""

    BEFORE_ANSWER = "before-answer"
    """It precedes the final answer, so it may be answer writing."""
    TRUNCATED = "truncated"
    """A token cap cut it off."""
    SHARED = "shared"
    """Several documents share it."""


@dataclass(frozen=True)
class MiningOptions:
    """How to mine.

    Attributes:
        policy: Which lists and states come out.
        judge: What the reasoning says about a document.
        tokenizer: How long the reasoning is.
        intensity: What a browse without reasoning goes by.
        normalise: Over what the half-life is fitted.
        correctness: What a wrong answer means; policy `paper` drops wrong trajectories anyway.
        wrong_weight: What the lists of a wrong trajectory count for, in [0, 1], where correctness
            is a weight.
        missing_reasoning: What a relevant document without reasoning is worth. It can only be
            relevant when the judge does not look at the reasoning (judge `none`).
        masked: Browses so marked become `unjudged`.
        examination: How likely each rank is looked at; gains are divided by it. None leaves them.
        grade_levels: At most so many grades, grade 0 included.
    """

    policy: Policy = field(default_factory=DefaultPolicy)
    judge: Judge = field(default_factory=CueJudge)
    tokenizer: Tokenizer = field(default_factory=WhitespaceTokenizer)
    intensity: IntensitySource = IntensitySource.REASONING
    normalise: Normalise = Normalise.FILE
    correctness: Correctness = Correctness.IGNORE
    wrong_weight: float = 0.5
    missing_reasoning: MissingReasoning = MissingReasoning.UNJUDGED
    masked: frozenset[Mark] = frozenset()
    examination: ExaminationTable | None = None
    grade_levels: int = 32

    def __post_init__(self) -> None:
        if self.grade_levels < 2:
            raise InputError("grade levels", must="at least 2", got=self.grade_levels)
        if not 0 <= self.wrong_weight <= 1:
            raise InputError("wrong weight", must="between 0 and 1", got=self.wrong_weight)

    @property
    def without_reasoning(self) -> float | None:
        """The gain of a relevant document in a list that gives none to go by."""
        return 1.0 if self.missing_reasoning is MissingReasoning.MEAN else None

    @classmethod
    def named(
        cls,
        *,
        policy: str = "default",
        judge: str | Judge = "cues",
        tokenizer_name: str = WHITESPACE,
        masked: Iterable[str] = (),
        examination: ExaminationTable | None = None,
        grade_levels: int = 32,
        wrong_weight: float = 0.5,
        **choices: str,
    ) -> MiningOptions:
        """The options by their names.

        Args:
            policy: A registered policy.
            judge: A registered judge, or a judge.
            tokenizer_name: `whitespace`, or a Hugging Face name or folder.
            masked: Marks.
            examination: See the class.
            grade_levels: See the class.
            wrong_weight: See the class.
            **choices: `intensity`, `normalise`, `correctness` and `missing_reasoning`, by value.

        Raises:
            InputError: A name is not known; the nearest one is suggested.
        """
        return cls(
            policy=POLICIES.get(policy)(),
            judge=JUDGES.get(judge)() if isinstance(judge, str) else judge,
            tokenizer=tokenizer(tokenizer_name),
            masked=frozenset(one_of(Mark, mark, "mark") for mark in masked),
            examination=examination,
            grade_levels=grade_levels,
            wrong_weight=wrong_weight,
            **_chosen(choices),
        )


_CHOICES: dict[str, type[StrEnum]] = {
    "intensity": IntensitySource,
    "normalise": Normalise,
    "correctness": Correctness,
    "missing_reasoning": MissingReasoning,
}


def _chosen(choices: dict[str, str]) -> dict[str, Any]:
    unknown = set(choices) - set(_CHOICES)
    if unknown:
        raise TypeError(f"unknown mining options: {', '.join(sorted(unknown))}")
    return {
        name: one_of(_CHOICES[name], value, name.replace("_", " "))
        for name, value in choices.items()
    }
