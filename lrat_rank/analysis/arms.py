"""The arms of an A/B test: what agents did in each, and whether they differ.

A session is in one arm, by a hash of its id, so sessions are what was drawn at random: they are
taken as independent, and the calls inside one are not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec

from lrat_rank.analysis.bias.impressions import counted_lists
from lrat_rank.analysis.ratios import RatioSums, welch
from lrat_rank.mining.judges.none import NoJudge
from lrat_rank.mining.policies.base import Setting
from lrat_rank.mining.policies.reading import read_documents
from lrat_rank.mining.report import LossReport
from lrat_rank.mining.tokenizers import Tokenizer
from lrat_rank.trajectories.model import Browse, Search, Trajectory

ALPHA = 0.05
"""Chance that any interval misses its difference, over all comparisons that are told."""
LEAST_SESSIONS = 20
"""Sessions of an arm in which a thing must have happened before a difference in it is told."""
_DEEPEST = 1000
_MOST_ARMS = 10
_MOST_RANKERS = 10
_OTHERS = "others"
"""Stands for the rankers of an arm beyond the tenth."""


class Measure(StrEnum):
    """What is compared."""

    OPENED = "documents opened a search"
    RANK = "rank of an opened document"
    REASONING = "tokens of reasoning after reading"
    DWELL = "seconds on a document without reasoning"


class ArmRow(msgspec.Struct, frozen=True, kw_only=True):
    """One arm.

    Attributes:
        arm: Its name.
        sessions: In it.
        rankers: What served its sessions (stages and ranker versions, as logged), with the sessions
            of each; more than one where a ranker was replaced, or where the logs are of several
            tests. Empty where the logs do not say.
        means: By measure; what never happened has none.
    """

    arm: str
    sessions: int
    rankers: dict[str, int]
    means: dict[str, float]


class ArmDifference(msgspec.Struct, frozen=True, kw_only=True):
    """One arm against another in one measure.

    Attributes:
        measure: What is compared.
        arm: This arm,
        against: and the one it is compared with.
        sessions: In which the thing happened, in the arm where they are fewer.
        enough: Whether they are enough to tell.
        difference: Of the means, this arm's less the other's; None where not told.
        low: Of its interval; all intervals that are told hold together with 95%.
        high: As `low`.
        verdict: What it says, in a sentence.
    """

    measure: str
    arm: str
    against: str
    sessions: int
    enough: bool
    difference: float | None
    low: float | None
    high: float | None
    verdict: str


@dataclass(frozen=True, slots=True)
class ArmComparison:
    """The arms, and how they differ from the first; empty where the logs name none.

    Attributes:
        rows: The arms, by name.
        differences: Of each arm from the first.
        left_out: Sessions of arms beyond the tenth, which are not compared.
    """

    rows: tuple[ArmRow, ...] = ()
    differences: tuple[ArmDifference, ...] = ()
    left_out: int = 0

    @property
    def verdicts(self) -> list[str]:
        """The sentences; first those that say what the others rest on."""
        said = [_several_rankers(row) for row in self.rows if len(row.rankers) > 1]
        if self.left_out:
            said.append(
                f"Left out: {self.left_out:,} {_sessions(self.left_out)} of further arms; "
                f"at most {_MOST_ARMS} are compared."
            )
        return said + [one.verdict for one in self.differences]

    def to_dict(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return {
            "rows": msgspec.to_builtins(self.rows),
            "differences": msgspec.to_builtins(self.differences),
            "left_out": self.left_out,
        }


@dataclass(slots=True)
class _Arm:
    sessions: int = 0
    rankers: Counter[str] = field(default_factory=Counter)
    sums: dict[Measure, RatioSums] = field(
        default_factory=lambda: {measure: RatioSums() for measure in Measure}
    )


class Arms:
    """Filled trajectory by trajectory; memory does not grow with them.

    Args:
        tokenizer: Measures reasoning.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._arms: dict[str, _Arm] = {}
        self._left_out = 0

    def add(self, trajectory: Trajectory) -> None:
        """Count a session; one that is in no arm says nothing."""
        name = trajectory.arm
        if not name:
            return
        if name not in self._arms and len(self._arms) >= _MOST_ARMS:
            self._left_out += 1
            return
        arm = self._arms.setdefault(name, _Arm())
        arm.sessions += 1
        if ranker := trajectory.retriever:
            known = ranker in arm.rankers or len(arm.rankers) < _MOST_RANKERS
            arm.rankers[ranker if known else _OTHERS] += 1
        for measure, x, y in self._amounts(trajectory):
            arm.sums[measure].add(x, y)

    def _amounts(self, trajectory: Trajectory) -> Iterator[tuple[Measure, float, float]]:
        turns = trajectory.turns
        opened = sum(1 + len(t.also) for t in turns if isinstance(t, Browse) and not t.failed)
        searches = sum(isinstance(t, Search) and not t.failed for t in turns)
        yield Measure.OPENED, opened, searches
        lists = counted_lists(trajectory, _DEEPEST, Counter())
        ranks = [shot.rank for one in lists for shot in one.shots if shot.browsed]
        yield Measure.RANK, sum(ranks), len(ranks)
        setting = Setting(NoJudge(), self._tokenizer, None, LossReport(), dwell=True)
        reads = read_documents(trajectory, setting)
        lengths = [read.length for read in reads if read.length is not None]
        yield Measure.REASONING, sum(lengths), len(lengths)
        dwells = [read.dwell for read in reads if read.dwell is not None]
        yield Measure.DWELL, sum(dwells), len(dwells)

    def result(self) -> ArmComparison:
        """The arms in the order of their names, each compared with the first."""
        names = sorted(self._arms)
        rows = tuple(self._row(name) for name in names)
        seen = [m for m in Measure if any(arm.sums[m].sessions for arm in self._arms.values())]
        pairs = [(measure, name) for name in names[1:] for measure in seen]
        told = max(1, sum(self._least(m, name, names[0]) >= LEAST_SESSIONS for m, name in pairs))
        return ArmComparison(
            rows,
            tuple(self._difference(m, name, names[0], ALPHA / told) for m, name in pairs),
            self._left_out,
        )

    def _row(self, name: str) -> ArmRow:
        arm = self._arms[name]
        ratios = {measure.value: sums.ratio for measure, sums in arm.sums.items()}
        means = {measure: ratio for measure, ratio in ratios.items() if ratio is not None}
        rankers = dict(arm.rankers.most_common())
        return ArmRow(arm=name, sessions=arm.sessions, rankers=rankers, means=means)

    def _least(self, measure: Measure, name: str, against: str) -> int:
        return min(self._arms[arm].sums[measure].sessions for arm in (name, against))

    def _difference(self, measure: Measure, name: str, against: str, alpha: float) -> ArmDifference:
        least = self._least(measure, name, against)
        mine, other = self._arms[name].sums[measure], self._arms[against].sums[measure]
        enough = least >= LEAST_SESSIONS
        difference = low = high = None
        if enough:
            difference, low, high = welch(mine, other, alpha)
            words = _sentence(measure, (name, mine.x / mine.y), (against, other.x / other.y))
            words += f"{difference:+.2f} ({low:+.2f} to {high:+.2f})"
            words += ": no difference can be told." if low <= 0 <= high else ": the arms differ."
        else:
            words = (
                f"Too few to tell {measure.value}, arm {name} against arm {against}: {least} "
                f"sessions where they are fewer, and {LEAST_SESSIONS} are needed."
            )
        return ArmDifference(
            measure=measure.value,
            arm=name,
            against=against,
            sessions=least,
            enough=enough,
            difference=difference,
            low=low,
            high=high,
            verdict=words,
        )


def _several_rankers(row: ArmRow) -> str:
    each = ", ".join(
        f"{name} in {count:,} {_sessions(count)}" for name, count in row.rankers.items()
    )
    return (
        f"Arm {row.arm} was not served by one ranker alone ({each}): what is told of the "
        "arm is of all of them together."
    )


def _sessions(count: int) -> str:
    return "session" if count == 1 else "sessions"


def _sentence(measure: Measure, mine: tuple[str, float], other: tuple[str, float]) -> str:
    (name, mean), (against, base) = mine, other
    what = measure.value[0].upper() + measure.value[1:]
    return f"{what}: {mean:.2f} in arm {name}, {base:.2f} in arm {against}, "
