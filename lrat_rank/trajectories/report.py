"""What was read, what was left out and why: nothing is lost in silence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from lrat_rank.trajectories.model import (
    Answer,
    Browse,
    OtherCall,
    Reasoning,
    Search,
    Trajectory,
    Turn,
)

MOST_NAMED = 1000
"""So many are named one by one in a report; more are only counted."""

_KINDS: dict[type[Turn], str] = {
    Search: "search",
    Browse: "browse",
    Reasoning: "reasoning",
    Answer: "answer",
    OtherCall: "other_call",
}


@dataclass(frozen=True, slots=True)
class Skipped:
    """One file, or one line or record of a file, that gave no trajectory."""

    where: str
    reason: str


@dataclass(slots=True)
class ReadReport:
    """Filled while trajectories are read.

    Attributes:
        files: Files opened.
        trajectories: Trajectories read.
        skipped: What gave none, each with its place and reason: the first `MOST_NAMED` of them.
        skipped_by_reason: All that gave none, counted by reason, details of a case left out.
        turns: Turns read by kind: search, browse, reasoning, answer, other_call.
        failed: Searches and browses among them that failed, by kind.
        unplaced: Things inside read trajectories that could not be placed, counted by reason.
    """

    files: int = 0
    trajectories: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    skipped_by_reason: Counter[str] = field(default_factory=Counter)
    turns: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    unplaced: Counter[str] = field(default_factory=Counter)

    def count(self, trajectory: Trajectory) -> None:
        """Count one trajectory and its turns."""
        self.trajectories += 1
        for turn in trajectory.turns:
            kind = _KINDS[type(turn)]
            self.turns[kind] += 1
            if isinstance(turn, Search | Browse) and turn.failed:
                self.failed[kind] += 1

    def skip(self, skipped: Skipped) -> None:
        """Count what gave no trajectory."""
        self.skipped_by_reason[skipped.reason.partition(" (")[0]] += 1
        if len(self.skipped) < MOST_NAMED:
            self.skipped.append(skipped)

    def add(self, other: ReadReport) -> None:
        """Add what another part of the same job counted."""
        self.files += other.files
        self.trajectories += other.trajectories
        self.skipped += other.skipped[: MOST_NAMED - len(self.skipped)]
        self.skipped_by_reason.update(other.skipped_by_reason)
        self.turns.update(other.turns)
        self.failed.update(other.failed)
        self.unplaced.update(other.unplaced)
