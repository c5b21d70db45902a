"""What a judge is: it reads the reasoning after a browse and says whether it uses the document."""

from __future__ import annotations

from enum import Enum
from typing import Protocol


class Verdict(Enum):
    """What the reasoning says about the document that was opened before it."""

    USES = "uses"
    REJECTS = "rejects"
    UNKNOWN = "unknown"
    """It does not say, or the judge failed: never a label."""


class Judge(Protocol):
    """Reads reasoning; `name` goes into the labels."""

    @property
    def name(self) -> str:
        """The name it is registered under."""

    def verdict(self, reasoning: str) -> Verdict:
        """The verdict of one browse; `reasoning` is empty where the log has none."""
