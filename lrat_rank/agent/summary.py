"""What a job came to, for people and as a record."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from lrat_rank.agent.loop import Episode
from lrat_rank.agent.status import Status
from lrat_rank.trajectories import Browse, Search

_TROUBLE = {
    "failed_calls": "failed",
    "malformed_arguments": "with arguments that cannot be read",
    "unknown_tools": "of no known tool",
    "calls_not_made": "not made for want of steps",
}


@dataclass(slots=True)
class AgentResult:
    """What a job came to.

    Attributes:
        out: The folder of the runs.
        questions: Topics in the file.
        kept: Runs that were there already and were not made again.
        statuses: How the runs of the job ended, those that were kept among them.
        counts: What the runs that were made took: `runs`, `searches`, `documents`, `failed_calls`,
            `malformed_arguments`, `unknown_tools`, `calls_not_made`, `tokens`, and of these
            `estimated_tokens` where the endpoint did not say.
        requests: What the endpoint was asked, as `Meter` counts.
        troubles: By status, the first error that ended a run so.
        seconds: Wall time of the job.
    """

    out: str
    questions: int = 0
    kept: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    requests: dict[str, int | float | None] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def keep(self, status: Status) -> None:
        """Count a run that was there already."""
        self.kept += 1
        self.statuses[status.value] += 1

    def add(self, episode: Episode) -> None:
        """Count a run that was made; from any thread."""
        with self._lock:
            status = episode.status.value
            self.statuses[status] += 1
            self.counts["runs"] += 1
            self.counts["searches"] += sum(isinstance(turn, Search) for turn in episode.turns)
            self.counts["documents"] += sum(isinstance(turn, Browse) for turn in episode.turns)
            self.counts.update(episode.counts)
            if episode.trouble is not None:
                self.troubles.setdefault(status, str(episode.trouble))

    def record(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        names = ("runs", "searches", "documents", *_TROUBLE, "tokens", "estimated_tokens")
        return {
            "out": self.out,
            "questions": self.questions,
            "kept": self.kept,
            "statuses": dict(self.statuses),
            "counts": {name: self.counts[name] for name in names},
            "requests": self.requests,
            "troubles": self.troubles,
            "seconds": self.seconds,
        }

    def lines(self) -> list[str]:
        """The same for people."""
        counts = self.counts
        kept = f", {self.kept} were there already" if self.kept else ""
        ended = ", ".join(f"{count} {name}" for name, count in self.statuses.most_common())
        trouble = [f"{counts[name]} {means}" for name, means in _TROUBLE.items() if counts[name]]
        estimate = f" ({counts['estimated_tokens']} estimated)" * bool(counts["estimated_tokens"])
        lines = [
            f"Made {counts['runs']} runs of {self.questions} questions{kept}: {self.out}",
            f"ended: {ended or 'none'}",
            f"calls: {counts['searches']} searches, {counts['documents']} documents"
            + (f"; calls {', '.join(trouble)}" if trouble else ""),
            f"took: {self.requests.get('requests', 0)} requests "
            f"({self.requests.get('failed_requests', 0)} failed), {counts['tokens']} tokens"
            f"{estimate}, {self.seconds:.1f} s",
        ]
        return lines + [f"first {status}: {error}" for status, error in self.troubles.items()]
