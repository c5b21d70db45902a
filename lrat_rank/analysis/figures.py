"""The charts of the report, each made from the analysis; None where there is nothing to draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lrat_rank.analysis.behaviour import Outcome
from lrat_rank.analysis.charts import (
    Axis,
    Bar,
    Chart,
    Key,
    linear_axis,
    log_axis,
    number_text,
)
from lrat_rank.analysis.density import histogram, log_density, median
from lrat_rank.analysis.labelling import OPENED
from lrat_rank.analysis.summary import Analysis
from lrat_rank.mining.intensity import Intensity
from lrat_rank.mining.labels import State

_MOST_BARS = 24
_LABELLED_BARS = 14
_MOST_RANKS = 30
_BAR_WIDTH = 0.78
_LEAST_FOR_A_CURVE = 5
_SINGLE = 0.2
_ASIDE = 0.14
STRIP_WIDTH = 1000.0


def browse_by_rank(analysis: Analysis) -> Chart | None:
    """Share of impressions that were opened, by rank, and one rate for all ranks."""
    curve = [point for point in analysis.audit.curve if point.shown][:_MOST_RANKS]
    if not curve:
        return None
    shown, browsed = sum(p.shown for p in curve), sum(p.browsed for p in curve)
    uniform = browsed / shown
    highest = max(max(p.high for p in curve), uniform, 0.01)
    last = max(p.rank for p in curve)
    first = curve[0]
    counted = "impression of it that counts" if first.shown == 1 else "impressions of it that count"
    chart = Chart(
        "browse-by-rank",
        "How often a rank is opened",
        f"Rank {first.rank} was opened in {first.rate:.1%} of the {first.shown:,} {counted}; "
        f"{uniform:.1%} would be the same for every rank.",
        Axis("rank in the list", 0.4, last + 0.6, _rank_ticks(last)),
        linear_axis("share opened", 0, min(1.0, highest), percent=True),
    )
    chart.line([(0.4, uniform), (last + 0.6, uniform)], "uniform")
    for point in curve:
        chart.whisker(point.rank, point.low, point.high, "whisker rank")
    chart.line([(p.rank, p.rate) for p in curve], "series rank")
    for point in curve:
        words = f"rank {point.rank}: {point.browsed:,} of {point.shown:,} opened"
        chart.dot(point.rank, point.rate, "rank", words)
    chart.keys += [
        Key("rank", "opened, with 95 % interval"),
        Key("uniform", f"the same for every rank ({uniform:.1%})"),
    ]
    return chart


def examination(analysis: Analysis) -> Chart | None:
    """How likely each rank is looked at, relative to rank 1, where it can be told."""
    told = [
        (style, estimate)
        for style, estimate in (
            ("utility", analysis.audit.randomised),
            ("second", analysis.audit.harvested),
        )
        if estimate is not None and estimate.enough
    ]
    if not told:
        return None
    last = max(estimate.ranks[-1] for _, estimate in told)
    top = max(max(estimate.high) for _, estimate in told)
    names = ", ".join(f"{e.method} lists tell ranks 1 to {e.ranks[-1]}" for _, e in told)
    chart = Chart(
        "examination",
        "How likely a rank is looked at",
        f"Relative to rank 1, which is 1: {names}.",
        Axis("rank in the list", 0.4, last + 0.6, _rank_ticks(last)),
        linear_axis("examination", 0, max(1.0, top)),
    )
    chart.line([(0.4, 1.0), (last + 0.6, 1.0)], "uniform")
    for number, (style, estimate) in enumerate(told):
        # Side by side, so that the intervals of one estimate do not cover those of the other.
        aside = (number - (len(told) - 1) / 2) * _ASIDE
        values = zip(estimate.ranks, estimate.examination, estimate.low, estimate.high, strict=True)
        points: list[tuple[float, float]] = []
        for rank, value, low, high in values:
            chart.whisker(rank + aside, low, high, f"whisker {style}")
            words = f"rank {rank}: {value:.2f} ({low:.2f} to {high:.2f})"
            chart.dot(rank + aside, value, style, words)
            points.append((rank + aside, value))
        chart.line(points, f"series {style}")
        chart.keys.append(Key(style, f"{estimate.method} lists, with 95 % interval"))
    chart.keys.append(Key("uniform", "every rank looked at alike"))
    return chart


def _rank_ticks(last: int) -> tuple[tuple[float, str], ...]:
    return tuple((float(r), str(r)) for r in range(1, last + 1, max(1, last // 10)))


def lengths_by_outcome(analysis: Analysis) -> Chart | None:
    """Reasoning after a browse, by how the run ended."""
    groups = {o.value: analysis.behaviour.lengths.get(o, Counter()) for o in Outcome}
    return _densities("lengths-outcome", "By how the run ended", groups, analysis.intensity)


def lengths_by_state(analysis: Analysis) -> Chart | None:
    """Reasoning after a browse, by what the judge says of the document."""
    groups = {s.value: analysis.labelling.lengths.get(s, Counter()) for s in OPENED}
    return _densities("lengths-state", "By what the judge says", groups, analysis.intensity)


def _densities(
    name: str, title: str, groups: Mapping[str, Counter[int]], intensity: Intensity | None
) -> Chart | None:
    filled = {group: counts for group, counts in groups.items() if counts}
    if not filled:
        return None
    low, high = _length_range(filled.values())
    curves = {
        group: log_density(counts, low, high)
        for group, counts in filled.items()
        if sum(counts.values()) >= _LEAST_FOR_A_CURVE
    }
    top = max((y for curve in curves.values() for _, y in curve), default=1.0)
    chart = Chart(
        name,
        title,
        "Every curve has the same area, so their heights compare shapes and not numbers.",
        log_axis("tokens of reasoning after a browse (log scale)", low, high),
        Axis("density", 0, top * 1.12),
    )
    for group, counts in filled.items():
        if group in curves:
            chart.line(curves[group], f"series {group}", area=True)
        else:
            for length in counts:
                chart.line([(length, 0), (length, top * _SINGLE)], f"series {group}")
        documents = sum(counts.values())
        noun = "document" if documents == 1 else "documents"
        single = "" if group in curves else ", single marks"
        middle = number_text(median(counts) or 0.0)
        chart.keys.append(Key(group, f"{group}: {documents:,} {noun}, median {middle}{single}"))
    if intensity is not None:
        chart.mark_x(intensity.half_life, f"half-life {number_text(intensity.half_life)} tokens")
    return chart


def _length_range(groups: Iterable[Counter[int]]) -> tuple[float, float]:
    lengths = [length for counts in groups for length in counts]
    return max(0.5, min(lengths) / 2), max(lengths) * 2.0


def utility(analysis: Analysis) -> Chart | None:
    """The fitted utility of a length, and the gain it gives."""
    intensity = analysis.intensity
    if intensity is None:
        return None
    low, high = _length_range([analysis.labelling.fitted])
    beta, mean = intensity.half_life, intensity.mean_utility
    chart = Chart(
        "utility",
        "What a length is worth",
        f"Utility is one half at {number_text(beta)} tokens and nears 1 from there; the gain is "
        f"utility divided by its mean, {mean:.3f}.",
        log_axis("tokens of reasoning (log scale)", low, high),
        linear_axis("utility", 0, 1),
    )
    ratio = high / low
    points = [low * ratio ** (n / 80) for n in range(81)]
    chart.line([(x, intensity.utility(x)) for x in points], "series utility")
    chart.mark_x(beta, f"half-life {number_text(beta)} tokens")
    chart.dot(beta, 0.5, "utility", f"{number_text(beta)} tokens: utility 0.5")
    chart.keys.append(Key("utility", "u(l) = 1 − 2^(−l/β)"))
    return chart


def list_sizes(analysis: Analysis) -> Chart | None:
    """How many documents a search showed."""
    counts = analysis.behaviour.list_sizes
    total = sum(counts.values())
    if not total:
        return None
    largest = max(counts)
    if largest < _MOST_BARS:
        bins = [(n - 0.5, n + 0.5, counts[n]) for n in range(largest + 1)]
        low, high = -0.6, largest + 0.6
    else:
        bins = histogram({float(n): c for n, c in counts.items()}, _MOST_BARS, largest + 1.0)
        low, high = 0.0, largest + 1.0
    typical, often = counts.most_common(1)[0]
    step = max(1, round(largest / 10))
    ticks = tuple((float(n), str(n)) for n in range(0, largest + 1, step))
    chart = Chart(
        "list-sizes",
        "Documents a search shows",
        f"Of {total:,} in all, {often:,} showed {typical:,} and {counts[0]:,} showed none.",
        Axis("documents in the list", low, high, ticks),
        linear_axis("searches", 0, max(c for _, _, c in bins), whole=True),
    )
    _bars(chart, bins, "plain")
    return chart


def gains(analysis: Analysis) -> Chart | None:
    """The gains of relevant documents."""
    bins = analysis.gain_bins()
    total = sum(count for _, _, count in bins)
    if not total:
        return None
    chart = Chart(
        "gains",
        "Gains of relevant documents",
        f"Those with reasoning of their own, {total:,} in all. A gain is at most "
        f"{bins[-1][1]:.2f}, and 1 on average over the lengths it was fitted to.",
        linear_axis("gain", 0, bins[-1][1]),
        linear_axis("documents", 0, max(count for _, _, count in bins), whole=True),
    )
    _bars(chart, bins, "relevant")
    return chart


def _bars(chart: Chart, bins: list[tuple[float, float, int]], style: str) -> None:
    filled = sum(count > 0 for _, _, count in bins)
    for low, high, count in bins:
        if not count:
            continue
        middle, half = (low + high) / 2, (high - low) / 2 * _BAR_WIDTH
        words = f"{number_text(max(0.0, low))} to {number_text(high)}: {count:,}"
        chart.bar((middle - half, middle + half), count, style, words)
        if filled <= _LABELLED_BARS:
            x, y = chart.at(middle, count)
            chart.label(x, y - 4, f"{count:,}")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a strip: its bar, its name, how many and which share of the whole."""

    bar: Bar
    name: str
    count: int
    share: float


def label_states(analysis: Analysis) -> list[Part]:
    """The candidates of all lists, by state, as one strip."""
    states = analysis.labelling.states
    total = sum(states.values())
    parts: list[Part] = []
    x = 0.0
    for state in State:
        if states[state]:
            share = states[state] / total
            bar = Bar(x, 0, share * STRIP_WIDTH, 1, state.value, f"{state.value}: {states[state]}")
            parts.append(Part(bar, state.value, states[state], share))
            x += share * STRIP_WIDTH
    return parts
