"""The figures of a flywheel by round: what its table and its plot show."""

from __future__ import annotations

from dataclasses import dataclass

from lrat_rank.pipeline.flywheel.record import RoundRecord

MEASURES = {
    "success": "success rate",
    "evidence_recall": "evidence recall",
    "steps": "steps",
}
"""Measures of agent runs that the LRAT paper follows over rounds, and what to call them."""


@dataclass(frozen=True, slots=True)
class Point:
    """A mean over the test questions with its 95 % interval; ends are None where there is none."""

    mean: float
    low: float | None
    high: float | None


def points(rounds: list[RoundRecord], measure: str) -> list[Point]:
    """The measure of the system that serves after each round, on the test questions."""
    found = []
    for record in rounds:
        estimate = record.test[measure]
        low, high = estimate["interval"]
        found.append(Point(estimate["mean"], low, high))
    return found


def outcome(record: RoundRecord) -> str:
    """What became of a round, in a few words."""
    rolled_back = record.watch is not None and record.watch.rolled_back
    if record.challenge is None:
        return "first stage alone"
    if record.challenge.passed:
        return "rolled back, then deployed" if rolled_back else "deployed"
    held = "gate failed" if record.challenge.difference is not None else "no challenger"
    return f"rolled back, {held}" if rolled_back else held
