"""What a policy is, and what it works with."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from lrat_rank.mining.intensity import Intensity
from lrat_rank.mining.judges.base import Case, Decision, Judge
from lrat_rank.mining.labels import LabelledList
from lrat_rank.mining.report import Drop, LossReport, Note
from lrat_rank.mining.tokenizers import Tokenizer
from lrat_rank.trajectories.model import Trajectory


@dataclass(frozen=True, slots=True)
class Setting:
    """What a policy works with.

    Attributes:
        judge: Reads the reasoning after a browse.
        tokenizer: Measures it.
        corpus_ids: The documents there are; None when that is not known.
        report: Takes what is dropped.
    """

    judge: Judge
    tokenizer: Tokenizer
    corpus_ids: Container[str] | None
    report: LossReport

    def knows(self, doc_id: str) -> bool:
        """Whether the document can be a candidate: always, when the corpus is not known."""
        return self.corpus_ids is None or doc_id in self.corpus_ids

    def decide(self, case: Case) -> Decision:
        """The judge's decision; a failure is counted."""
        decision = self.judge.decide(case)
        self.report.note(Note.JUDGE_FAILED, decision.failed)
        return decision

    def length(self, reasoning: str) -> int | None:
        """Tokens of the reasoning; None where there is none."""
        return self.tokenizer.count(reasoning) or None


class Policy(Protocol):
    """Decides which lists and states come out of a trajectory, and how lists are weighted.

    β and μ belong to the whole file, so the lists first come out as drafts: states and reasoning
    lengths set, every gain 0, every weight 1. `weigh` gives the drafts of the file their gains and
    weights; the miner adds grades and provenance.
    """

    @property
    def name(self) -> str:
        """The name it is registered under."""

    def refusal(self, trajectory: Trajectory) -> Drop | None:
        """Why the trajectory gives no lists at all; None when it may."""

    def drafts(self, trajectory: Trajectory, setting: Setting) -> Iterator[LabelledList]:
        """The draft lists of one trajectory, in the order of its turns."""

    def weigh(
        self,
        drafts: Sequence[LabelledList],
        intensity: Intensity | None,
        *,
        without_reasoning: float | None,
    ) -> list[LabelledList]:
        """The drafts of the file with gains and weights.

        `intensity` is None when nothing was written after any browse. `without_reasoning` is the
        gain of a relevant document in a list that gives none to go by; None makes it `unjudged`.
        """
