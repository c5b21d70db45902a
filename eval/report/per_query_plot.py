"""Every query's difference against the baseline, from the most helped to the most hurt."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lrat_rank.analysis.charts import Axis, Chart, linear_axis, number_text
from lrat_rank.eval.report.wording import shortened
from lrat_rank.eval.statistics.differences import ROUNDING

_MOST_BARS = 64
_POINTS = 200


def differences_chart(
    name: str, title: str, differences: NDArray[np.float64], *, axis: Axis, ids: tuple[str, ...]
) -> Chart:
    """One run's differences on one measure, sorted: bars for few queries, an area for many.

    Args:
        name: Unique on the page.
        title: The run.
        differences: (queries,) run minus baseline.
        axis: Of the differences; one for several runs, so that they share a scale.
        ids: The query_ids, in the order of `differences`.
    """
    order = np.argsort(-differences, kind="stable")
    ordered = differences[order]
    count = len(ordered)
    chart = Chart(
        name,
        shortened(title),
        _summary(ordered),
        Axis("queries, from most helped to most hurt", 0, count, _count_ticks(count)),
        axis,
    )
    if count <= _MOST_BARS:
        for place, (query, value) in enumerate(zip(order, ordered, strict=True)):
            if abs(value) > ROUNDING:
                words = f"{shortened(ids[query])}: {value:+.3f}"
                style = "win" if value > 0 else "loss"
                chart.bar((place + 0.08, place + 0.92), float(value), style, words, floor=0.0)
    else:
        # Quantiles: a page has some 350 pixels for queries that may be ten thousand.
        places = np.unique(np.linspace(0, count - 1, min(count, _POINTS)).round().astype(int))
        points = [(float(place) + 0.5, float(ordered[place])) for place in places]
        for style, kept in (
            ("win", [point for point in points if point[1] > ROUNDING]),
            ("loss", [point for point in points if point[1] < -ROUNDING]),
        ):
            chart.line(kept, style, area=True, floor=0.0)
    chart.line([(0, 0.0), (count, 0.0)], "zero")
    return chart


def difference_axis(label: str, lowest: float, highest: float) -> Axis:
    """An axis from `lowest` to `highest` that holds 0, with three to eight round ticks.

    >>> [words for _, words in difference_axis("difference", -0.64, 0.12).ticks]
    ['−0.6', '−0.4', '−0.2', '0']
    """
    low, high = min(lowest, 0.0), max(highest, 0.0)
    if high - low <= ROUNDING:
        low, high = -1.0, 1.0
    step = linear_axis(label, 0.0, (high - low) / 1.5).ticks[1][0]
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    values = [count * step for count in range(first, last + 1)]
    return Axis(label, low, high, tuple((value, _signed(value)) for value in values))


def _signed(value: float) -> str:
    return number_text(value) if value == 0 else f"{'−' if value < 0 else '+'}{abs(value):.3g}"


def _count_ticks(count: int) -> tuple[tuple[float, str], ...]:
    # One tick stands in the middle of its query's bar.
    return tuple((n - 0.5, f"{n:,}") for n in sorted({1, max(1, (count + 1) // 2), count}))


def _summary(ordered: NDArray[np.float64]) -> str:
    wins, losses = int((ordered > ROUNDING).sum()), int((ordered < -ROUNDING).sum())
    if not wins and not losses:
        return "The same value on every query."
    parts = []
    if wins:
        middle = float(np.median(ordered[ordered > ROUNDING]))
        parts.append(f"{wins:,} better (half of these by {middle:.3f} or more)")
    if losses:
        middle = -float(np.median(ordered[ordered < -ROUNDING]))
        parts.append(f"{losses:,} worse (half of these by {middle:.3f} or more)")
    same = len(ordered) - wins - losses
    return ", ".join([*parts, f"{same:,} the same"]) + "."
