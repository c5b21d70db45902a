"""What a judge is: it reads the reasoning after a browse and says whether it uses the document."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from lrat_rank.errors import LratRankError


class Verdict(Enum):
    """What the reasoning says about the document that was opened before it."""

    USES = "uses"
    REJECTS = "rejects"
    UNKNOWN = "unknown"
    """It does not say, or the judge failed: never a label."""


@dataclass(frozen=True, slots=True)
class Case:
    """One browse to judge, with everything a judge may look at; empty where the log has nothing.

    Attributes:
        reasoning: What the agent wrote after it, up to its next action.
        doc_id: The document.
        document: What was opened, or else the snippet that was shown.
        query: The query whose list the document was opened from.
        question: The task.
    """

    reasoning: str
    doc_id: str = ""
    document: str = ""
    query: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict, and in a few words why; `failed` when the judge could not do its work."""

    verdict: Verdict
    why: str = ""
    failed: bool = False


class JudgeError(LratRankError):
    """The judge is out of reach: mining stops, and what was done is kept."""


class Judge(Protocol):
    """Decides cases one by one; the same case always gets the same decision.

    `name` goes into the labels. `concurrency` is 0 for a judge that computes: it is copied into
    worker processes. A judge that waits for others says how many threads may ask it at once.
    """

    @property
    def name(self) -> str:
        """The name it is registered under."""

    @property
    def concurrency(self) -> int:
        """How many threads may ask at once; 0 for a judge that only computes."""

    def decide(self, case: Case) -> Decision:
        """The decision on one browse.

        Raises:
            JudgeError: The judge is out of reach and was told to stop then.
        """
