"""The loss report: what mining read, what it kept, and what it dropped and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from lrat_rank.mining.labels import State
from lrat_rank.trajectories.model import Browse, Search, Trajectory
from lrat_rank.trajectories.report import MOST_NAMED, ReadReport

_SKIPPED_SHOWN = 5


class Drop(StrEnum):
    """Why a trajectory, search, browse or shown document did not become a label."""

    TWICE = "trajectory whose id came before"
    INCORRECT = "trajectory with a wrong answer"
    INCOMPLETE = "trajectory that did not complete"
    NO_SEARCH = "trajectory without a search"
    SEARCH_FAILED = "search that failed"
    SEARCH_WITHOUT_BROWSE = "search without a browse"
    BROWSE_NOT_SHOWN = "browse of a document that no search had shown"
    BROWSE_NOT_LATEST = "browse of a document that is not in the latest list"
    BROWSE_NOT_IN_CORPUS = "browse of a document that is not in the corpus"
    BROWSE_FAILED = "browse that failed"
    BROWSE_NOT_POSITIVE = "browse that is neither positive nor negative here"
    BROWSE_FURTHER = "further document of a call that opened several"
    SHOWN_NOT_IN_CORPUS = "shown document that is not in the corpus"


class Note(StrEnum):
    """What was kept but is worth knowing."""

    CORRECTNESS_UNKNOWN = "trajectory whose correctness is not known"
    MISSING_REASONING = "browse without reasoning"
    WITHHELD_REASONING = "browse whose reasoning the log withholds"
    TRUNCATED_REASONING = "browse whose reasoning was cut off"
    JUDGE_FAILED = "browse that the judge failed on"
    DWELL = "browse without reasoning that goes by its dwell time"
    MASKED = "browse masked for a doubt about its reasoning"
    SHARED_REASONING = "browse that shares its reasoning with another"
    NOTHING_TO_ORDER = "list with nothing to order"


@dataclass
class LossReport:
    """Counts, filled while mining.

    Attributes:
        trajectories: Trajectories the miner was given.
        turns: Their turns, of all kinds.
        searches: Their searches.
        browses: Documents they opened; a call that opened three counts as three.
        lists: Labelled lists made.
        candidates: Candidates of those lists by state.
        drops: What was left out, by reason.
        notes: What was kept, by peculiarity.
        dropped_trajectories: (trajectory_id, source, reason) of those left out whole: the first
            `MOST_NAMED`; `drops` counts them all.
        reading: What the reader of the logs could not read.
    """

    trajectories: int = 0
    turns: int = 0
    searches: int = 0
    browses: int = 0
    lists: int = 0
    candidates: Counter[State] = field(default_factory=Counter)
    drops: Counter[Drop] = field(default_factory=Counter)
    notes: Counter[Note] = field(default_factory=Counter)
    dropped_trajectories: list[tuple[str, str, Drop]] = field(default_factory=list)
    reading: ReadReport = field(default_factory=ReadReport)

    def read(self, trajectory: Trajectory) -> None:
        """Count a trajectory that was given."""
        self.trajectories += 1
        self.turns += len(trajectory.turns)
        self.searches += sum(isinstance(turn, Search) for turn in trajectory.turns)
        self.browses += sum(
            1 + len(turn.also) for turn in trajectory.turns if isinstance(turn, Browse)
        )

    def drop(self, reason: Drop, count: int = 1) -> None:
        """Count something left out."""
        if count:
            self.drops[reason] += count

    def note(self, peculiarity: Note, count: int = 1) -> None:
        """Count something kept that is worth knowing."""
        if count:
            self.notes[peculiarity] += count

    def drop_trajectory(self, trajectory: Trajectory, reason: Drop) -> None:
        """Count and name a trajectory left out whole."""
        self.drop(reason)
        if len(self.dropped_trajectories) < MOST_NAMED:
            self.dropped_trajectories.append((trajectory.trajectory_id, trajectory.source, reason))

    def add(self, other: LossReport) -> None:
        """Add what another part of the same job counted."""
        self.trajectories += other.trajectories
        self.turns += other.turns
        self.searches += other.searches
        self.browses += other.browses
        self.lists += other.lists
        self.candidates.update(other.candidates)
        self.drops.update(other.drops)
        self.notes.update(other.notes)
        room = MOST_NAMED - len(self.dropped_trajectories)
        self.dropped_trajectories += other.dropped_trajectories[:room]
        self.reading.add(other.reading)

    def made(self, states: Mapping[State, int], *, orders: bool, lost: int = 0) -> None:
        """Count a list that came out.

        Args:
            states: Its candidates by state.
            orders: Whether two judged candidates differ in gain.
            lost: Candidates that are counted as relevant and became `unjudged` at last.
        """
        self.lists += 1
        self.candidates.update(states)
        if lost:
            self.candidates[State.RELEVANT] -= lost
            self.candidates[State.UNJUDGED] += lost
        if not orders:
            self.note(Note.NOTHING_TO_ORDER)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain values, for JSON."""
        return {
            "trajectories": self.trajectories,
            "turns": self.turns,
            "searches": self.searches,
            "browses": self.browses,
            "lists": self.lists,
            "candidates": {state.value: self.candidates[state] for state in State},
            "drops": {reason.value: self.drops[reason] for reason in Drop if self.drops[reason]},
            "notes": {note.value: self.notes[note] for note in Note if self.notes[note]},
            "dropped_trajectories": [
                {"trajectory_id": trajectory_id, "source": source, "reason": reason.value}
                for trajectory_id, source, reason in self.dropped_trajectories
            ],
            "reading": {
                "files": self.reading.files,
                "trajectories": self.reading.trajectories,
                "skipped": [{"where": s.where, "reason": s.reason} for s in self.reading.skipped],
                "skipped_by_reason": dict(self.reading.skipped_by_reason),
                "turns": dict(self.reading.turns),
                "failed": dict(self.reading.failed),
                "unplaced": dict(self.reading.unplaced),
            },
        }

    def lines(self) -> list[str]:
        """The report for people, one fact a line."""
        states = ", ".join(f"{self.candidates[state]} {state.value}" for state in State)
        return [
            f"{self.trajectories} trajectories: {self.turns} turns, {self.searches} searches, "
            f"{self.browses} documents opened",
            f"{self.lists} lists: {states}",
            *self._skipped_lines(),
            *(f"unplaced: {count} × {what}" for what, count in self.reading.unplaced.items()),
            *(f"dropped: {self.drops[reason]} × {reason}" for reason in Drop if self.drops[reason]),
            *(f"noted: {self.notes[note]} × {note}" for note in Note if self.notes[note]),
        ]

    def _skipped_lines(self) -> list[str]:
        """The first of what could not be read by name, the rest by number."""
        reading = self.reading
        lines = [f"skipped: {s.where}: {s.reason}" for s in reading.skipped[:_SKIPPED_SHOWN]]
        if reading.skipped_by_reason.total() > len(lines):
            lines += [f"skipped: {n} × {why}" for why, n in reading.skipped_by_reason.items()]
        return lines
