"""Bars that stand in lines of text: means with intervals, and wins, ties and losses.

Names of runs are text beside the bars, so they may be of any length. Places and widths are percent
of the bar's room.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lrat_rank.eval.evaluation import Evaluation
from lrat_rank.eval.report.marks import mark
from lrat_rank.eval.statistics.comparison import Comparison

_LEAST_SEEN = 0.4


@dataclass(frozen=True, slots=True)
class ScoreBar:
    """A mean with its interval; `low` is None where there are too few queries for one."""

    run: str
    style: str
    width: float
    low: float | None
    high: float
    mean: str
    interval: str
    mark: str
    best: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a divided bar."""

    style: str
    x: float
    width: float
    count: int


def score_bars(evaluation: Evaluation, measure: str, styles: Mapping[str, str]) -> list[ScoreBar]:
    """One bar a run, all of a measure on one scale that starts at 0."""
    ends = [one.intervals[measure].high for one in evaluation.runs]
    means = [one.means[measure] for one in evaluation.runs]
    longest = max([*means, *(end for end in ends if not math.isnan(end))]) or 1.0
    best = evaluation.best(measure)
    bars = []
    for scores in evaluation.runs:
        low, high = scores.intervals[measure]
        known = not math.isnan(low)
        bars.append(
            ScoreBar(
                run=scores.name,
                style=styles[scores.name],
                width=_percent(scores.means[measure], longest),
                low=_percent(low, longest) if known else None,
                high=_percent(high, longest) if known else 0.0,
                mean=f"{scores.means[measure]:.4f}",
                interval=f"{low:.3f}–{high:.3f}" if known else "no interval",
                mark=mark(evaluation, scores.name, measure),
                best=scores.name in best,
            )
        )
    return bars


def win_tie_loss(comparison: Comparison) -> list[Part]:
    """The queries of a comparison as parts of a bar; parts without a query are left out."""
    return _divided(
        (("win", comparison.wins), ("tie", comparison.ties), ("loss", comparison.losses))
    )


def _divided(parts: Sequence[tuple[str, int]]) -> list[Part]:
    total = sum(count for _, count in parts)
    x, drawn = 0.0, []
    for style, count in parts:
        width = 100 * count / total if total else 0.0
        if count:
            drawn.append(Part(style, round(x, 2), round(max(width, _LEAST_SEEN), 2), count))
        x += width
    return drawn


def _percent(value: float, longest: float) -> float:
    return round(100 * min(max(value / longest, 0.0), 1.0), 2)
