"""The arms of an A/B test: what agents did in each, and whether they differ.

A session is in one arm, by a hash of its id, so sessions are what was drawn at random: they are
taken as independent, and the calls inside one are not. A mean is a ratio of two sums over sessions
(opened documents over searches), whose variance is that of the delta method.

Source: Deng, Knoblich and Lu, "Applying the Delta Method in Metric Analytics: A Practical Guide
with Novel Ideas", KDD 2018, section 3.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec

from lrat_rank.analysis.bias.impressions import counted_lists
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
        means: By measure; what never happened has none.
    """

    arm: str
    sessions: int
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
    """The arms, and how they differ from the first; empty where the logs name none."""

    rows: tuple[ArmRow, ...] = ()
    differences: tuple[ArmDifference, ...] = ()

    @property
    def verdicts(self) -> list[str]:
        """The sentences."""
        return [one.verdict for one in self.differences]

    def to_dict(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        return {
            "rows": msgspec.to_builtins(self.rows),
            "differences": msgspec.to_builtins(self.differences),
        }


@dataclass(slots=True)
class RatioSums:
    """Sums over sessions that give a ratio of totals and its variance.

    >>> sums = RatioSums()
    >>> for opened, searches in [(1, 1), (3, 1), (2, 1)]:
    ...     sums.add(opened, searches)
    >>> sums.ratio, round(sums.variance, 6)
    (2.0, 0.333333)
    """

    sessions: int = 0
    x: float = 0.0
    y: float = 0.0
    xx: float = 0.0
    xy: float = 0.0
    yy: float = 0.0

    def add(self, x: float, y: float) -> None:
        """Add a session: the amount `x` over `y` occasions; one without occasions says nothing."""
        if y:
            self.sessions += 1
            self.x, self.y = self.x + x, self.y + y
            self.xx, self.xy, self.yy = self.xx + x * x, self.xy + x * y, self.yy + y * y

    @property
    def ratio(self) -> float | None:
        """Σx / Σy; None over nothing."""
        return self.x / self.y if self.y else None

    @property
    def variance(self) -> float:
        """Of the ratio R, over n ≥ 2 sessions: n / (n − 1) · Σ(x − R·y)² / (Σy)²."""
        r, n = self.x / self.y, self.sessions
        squares = max(0.0, self.xx - 2 * r * self.xy + r * r * self.yy)
        return n / (n - 1) * squares / self.y**2


@dataclass(slots=True)
class _Arm:
    sessions: int = 0
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

    def add(self, trajectory: Trajectory) -> None:
        """Count a session; one that is in no arm says nothing."""
        name = trajectory.arm
        if not name or (name not in self._arms and len(self._arms) >= _MOST_ARMS):
            return
        arm = self._arms.setdefault(name, _Arm())
        arm.sessions += 1
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
            rows, tuple(self._difference(m, name, names[0], ALPHA / told) for m, name in pairs)
        )

    def _row(self, name: str) -> ArmRow:
        arm = self._arms[name]
        ratios = {measure.value: sums.ratio for measure, sums in arm.sums.items()}
        means = {measure: ratio for measure, ratio in ratios.items() if ratio is not None}
        return ArmRow(arm=name, sessions=arm.sessions, means=means)

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


def _sentence(measure: Measure, mine: tuple[str, float], other: tuple[str, float]) -> str:
    (name, mean), (against, base) = mine, other
    what = measure.value[0].upper() + measure.value[1:]
    return f"{what}: {mean:.2f} in arm {name}, {base:.2f} in arm {against}, "


def welch(one: RatioSums, other: RatioSums, alpha: float) -> tuple[float, float, float]:
    """The difference of two ratios, and an interval that misses it with probability `alpha`.

    Each side has at least two sessions. The quantile is Student's, with the degrees of freedom of
    Welch and Satterthwaite.

    Source: Welch, "The generalization of 'Student's' problem when several different population
    variances are involved", Biometrika 1947.
    """
    from scipy.stats import t

    difference = one.x / one.y - other.x / other.y
    parts = [(side.variance, side.sessions - 1) for side in (one, other)]
    variance = sum(part for part, _ in parts)
    if not variance:
        return difference, difference, difference
    degrees = variance**2 / sum(part**2 / free for part, free in parts)
    half = float(t.ppf(1 - alpha / 2, degrees)) * math.sqrt(variance)
    return difference, difference - half, difference + half
