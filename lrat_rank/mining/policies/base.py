"""What a policy is, and what it works with."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Protocol

from lrat_rank.mining.intensity import Scale
from lrat_rank.mining.judges.base import Case, Decision, Judge
from lrat_rank.mining.labels import LabelledList
from lrat_rank.mining.report import Drop, LossReport, Note
from lrat_rank.mining.tokenizers import Tokenizer
from lrat_rank.mining.weighing import Sketch, Worth
from lrat_rank.trajectories.model import Trajectory


class Witness(Protocol):
    """Is told every decision of a judge."""

    def __call__(self, case: Case, decision: Decision, /, *, browse: str) -> None:
        """`browse` is `<trajectory_id>:<turn>`, which with the document names the case."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a policy works with.

    Attributes:
        judge: Reads the reasoning after a browse.
        tokenizer: Measures it.
        corpus_ids: The documents there are; None when that is not known.
        report: Takes what is dropped.
        dwell: Whether the time an agent stayed stands in for reasoning that the log lacks.
        witness: Is told every decision; None when nobody listens.
    """

    judge: Judge
    tokenizer: Tokenizer
    corpus_ids: Container[str] | None
    report: LossReport
    dwell: bool = False
    witness: Witness | None = None

    def knows(self, doc_id: str) -> bool:
        """Whether the document can be a candidate: always, when the corpus is not known."""
        return self.corpus_ids is None or doc_id in self.corpus_ids

    def decide(self, case: Case, *, browse: str) -> Decision:
        """The judge's decision on a browse (see `Witness`); a failure is counted."""
        decision = self.judge.decide(case)
        if decision.failed:
            self.report.note(Note.JUDGE_FAILED)
        if self.witness is not None:
            self.witness(case, decision, browse=browse)
        return decision

    def length(self, reasoning: str) -> int | None:
        """Tokens of the reasoning; None where there is none."""
        return self.tokenizer.count(reasoning) or None


class Policy(Protocol):
    """Decides which lists and states come out of a trajectory, and how lists are weighted.

    β and μ belong to the whole file, so the lists first come out as drafts: states and reasoning
    lengths set, every gain 0, every weight 1. From the sketch of a draft `worth` computes its gains
    and weight; the fit adds grades and provenance.
    """

    @property
    def name(self) -> str:
        """The name it is registered under."""

    def refusal(self, trajectory: Trajectory) -> Drop | None:
        """Why the trajectory gives no lists at all; None when it may."""

    def drafts(self, trajectory: Trajectory, setting: Setting) -> Iterator[LabelledList]:
        """The draft lists of one trajectory, in the order of its turns."""

    def worth(self, sketched: Sketch, scale: Scale, without_reasoning: float | None) -> Worth:
        """The gains and the weight of a list.

        `without_reasoning` is the gain of a relevant document in a list that gives none to go by;
        None makes it `unjudged`.
        """
