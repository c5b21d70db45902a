"""Simulated agents beside published ones: every figure a preset is fitted to, and how far off."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from lrat_rank.errors import InputError
from lrat_rank.eval.simulation.agent_figures import Evidence, agent_figures
from lrat_rank.eval.simulation.presets import Preset
from lrat_rank.eval.simulation.targets import Figure, Target
from lrat_rank.trajectories.model import Trajectory

TOLERANCE = 0.15
"""How far a simulated figure may be from the published one, as a share of it."""


class CalibrationRow(msgspec.Struct, frozen=True):
    """One figure, simulated beside published.

    `simulated` is None where the runs do not give it (no run is correct, nothing was opened), and
    then `ratio`, simulated by published, is too; `within` says whether it is 1 ± 0.15.
    """

    figure: Figure
    source: str
    published: float
    simulated: float | None
    ratio: float | None
    within: bool


class Calibration(msgspec.Struct, frozen=True):
    """How close simulated agents come to published ones.

    Attributes:
        preset: The name of their preset.
        runs: How many there are.
        correct: Share of them that are.
        rows: One a target, in the preset's order.
    """

    preset: str
    runs: int
    correct: float
    rows: tuple[CalibrationRow, ...]

    @property
    def within(self) -> bool:
        """Whether every row is."""
        return all(row.within for row in self.rows)

    def to_record(self) -> dict[str, Any]:
        """For JSON; floats unrounded."""
        return {**msgspec.to_builtins(self), "within": self.within}


def calibration(
    trajectories: Iterable[Trajectory], preset: Preset, evidence: Evidence
) -> Calibration:
    """Measure runs by the figures that a preset is fitted to.

    Args:
        trajectories: Runs of its agents.
        preset: Names the figures.
        evidence: The documents that answer, by question (`evidence_of`).

    Raises:
        InputError: There are no trajectories.
    """
    runs = list(trajectories)
    if not runs:
        raise InputError("trajectories", must="one or more", got="none")
    measured = agent_figures(runs, evidence)
    rows = tuple(_row(target, measured.get(target.figure)) for target in preset.targets)
    correct = sum(run.correct is True for run in runs) / len(runs)
    return Calibration(preset.name, len(runs), correct, rows)


def _row(target: Target, simulated: float | None) -> CalibrationRow:
    ratio = None if simulated is None else simulated / target.published
    within = ratio is not None and abs(ratio - 1) <= TOLERANCE
    return CalibrationRow(target.figure, target.source, target.published, simulated, ratio, within)


def calibration_lines(result: Calibration) -> list[str]:
    """The table as text, a line a figure; what is off by more than the tolerance is marked."""
    heading = f"{'figure':<36} {'published':>10} {'simulated':>10} {'ratio':>6}  source"
    return [heading, *(_line(row) for row in result.rows)]


def _line(row: CalibrationRow) -> str:
    simulated = "-" if row.simulated is None else _rounded(row.simulated)
    ratio = "-" if row.ratio is None else f"{row.ratio:.2f}"
    mark = "" if row.within else "  OFF"
    published = _rounded(row.published)
    return f"{row.figure:<36} {published:>10} {simulated:>10} {ratio:>6}  {row.source}{mark}"


def _rounded(value: float) -> str:
    """Shares with three decimals, counts with two, lengths with one."""
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 50 else f"{value:.1f}"
