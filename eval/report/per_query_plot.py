"""Every query's difference against the baseline, from the most helped to the most hurt."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lrat_rank.analysis.charts import Axis, Chart, number_text
from lrat_rank.eval.report.wording import shortened

_MOST_BARS = 64
_POINTS = 200
_SAME = 1e-12


def differences_chart(
    name: str, title: str, differences: NDArray[np.float64], *, limit: float, ids: tuple[str, ...]
) -> Chart:
    """One run's differences on one measure, sorted: bars for few queries, an area for many.

    Args:
        name: Unique on the page.
        title: The run.
        differences: (queries,) run minus baseline.
        limit: Half the height of the chart, so that several runs share a scale; above 0.
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
        symmetric_axis("difference", limit),
    )
    if count <= _MOST_BARS:
        for place, (query, value) in enumerate(zip(order, ordered, strict=True)):
            if abs(value) > _SAME:
                words = f"{shortened(ids[query])}: {value:+.3f}"
                style = "win" if value > 0 else "loss"
                chart.bar((place + 0.08, place + 0.92), float(value), style, words, floor=0.0)
    else:
        # Quantiles: a page has some 350 pixels for queries that may be ten thousand.
        places = np.unique(np.linspace(0, count - 1, min(count, _POINTS)).round().astype(int))
        points = [(float(place) + 0.5, float(ordered[place])) for place in places]
        for style, kept in (
            ("win", [point for point in points if point[1] > _SAME]),
            ("loss", [point for point in points if point[1] < -_SAME]),
        ):
            chart.line(kept, style, area=True, floor=0.0)
    chart.line([(0, 0.0), (count, 0.0)], "zero")
    return chart


def symmetric_axis(label: str, limit: float) -> Axis:
    """An axis from −m to m, m the next of 1, 2, 5 times a power of ten at or above `limit`.

    >>> symmetric_axis("difference", 0.3).ticks
    ((-0.5, '−0.5'), (-0.25, '−0.25'), (0.0, '0'), (0.25, '+0.25'), (0.5, '+0.5'))
    """
    power = 10.0 ** np.floor(np.log10(limit)) if limit > 0 else 1.0
    top = next(float(m * power) for m in (1, 2, 5, 10) if m * power >= limit * 0.999)
    values = [-top, -top / 2, 0.0, top / 2, top]
    return Axis(label, -top, top, tuple((value, _signed(value)) for value in values))


def _signed(value: float) -> str:
    return number_text(value) if value == 0 else f"{'−' if value < 0 else '+'}{abs(value):.3g}"


def _count_ticks(count: int) -> tuple[tuple[float, str], ...]:
    # One tick stands in the middle of its query's bar.
    return tuple((n - 0.5, f"{n:,}") for n in sorted({1, max(1, (count + 1) // 2), count}))


def _summary(ordered: NDArray[np.float64]) -> str:
    wins, losses = int((ordered > _SAME).sum()), int((ordered < -_SAME).sum())
    if not wins and not losses:
        return "The same value on every query."
    parts = []
    if wins:
        middle = float(np.median(ordered[ordered > _SAME]))
        parts.append(f"{wins:,} better (half of these by {middle:.3f} or more)")
    if losses:
        middle = -float(np.median(ordered[ordered < -_SAME]))
        parts.append(f"{losses:,} worse (half of these by {middle:.3f} or more)")
    same = len(ordered) - wins - losses
    return ", ".join([*parts, f"{same:,} the same"]) + "."
