"""The geometry of a chart: numbers become shapes in one coordinate system, drawn by a template.

A chart knows no colours; each shape names a style class that the page's style sheet colours, for
light and for dark. Coordinates are pixels of a frame of `WIDTH` × `HEIGHT`, y downwards.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 400.0, 250.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 12.0, 30.0, 44.0
_INNER_WIDTH, _INNER_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: what it measures, from where to where, and its ticks as (value, words)."""

    label: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...] = ()
    log: bool = False

    def share(self, value: float) -> float:
        """Where a value lies between the ends, from 0 to 1, kept inside.

        >>> Axis("tokens", 1, 100, log=True).share(10)
        0.5
        """
        low, high = (math.log(self.low), math.log(self.high)) if self.log else (self.low, self.high)
        at = math.log(max(value, self.low)) if self.log else value
        return min(1.0, max(0.0, (at - low) / (high - low))) if high > low else 0.5


@dataclass(frozen=True, slots=True)
class Line:
    """A path through points; filled down to the bottom where `area` is set."""

    path: str
    style: str
    area: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle, with its words for readers of the picture."""

    x: float
    y: float
    width: float
    height: float
    style: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """A round mark."""

    x: float
    y: float
    style: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Text at a place; `anchor` is start, middle or end."""

    x: float
    y: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of the legend: a style and its words."""

    style: str
    text: str


@dataclass(slots=True)
class Chart:
    """A chart in the making.

    Attributes:
        name: Short, unique on the page.
        title: What it shows.
        summary: The same in words and numbers, for those who do not see it.
        x, y: The axes.
    """

    name: str
    title: str
    summary: str
    x: Axis
    y: Axis
    bars: list[Bar] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    dots: list[Dot] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Pixels of a point."""
        return (
            round(LEFT + self.x.share(x) * _INNER_WIDTH, 1),
            round(TOP + (1 - self.y.share(y)) * _INNER_HEIGHT, 1),
        )

    def line(
        self,
        points: Sequence[tuple[float, float]],
        style: str,
        *,
        area: bool = False,
        floor: float | None = None,
    ) -> None:
        """Draw a path through points given as values; an area goes down, or up, to `floor`."""
        pixels = [self.at(x, y) for x, y in points]
        if not pixels:
            return
        path = "M" + " L".join(f"{x:g} {y:g}" for x, y in pixels)
        if area:
            base = self.at(points[0][0], self.y.low if floor is None else floor)[1]
            closed = f"{path} L{pixels[-1][0]:g} {base:g} L{pixels[0][0]:g} {base:g} Z"
            self.lines.append(Line(closed, style, area=True))
        self.lines.append(Line(path, style))

    def bar(
        self,
        ends: tuple[float, float],
        value: float,
        style: str,
        title: str = "",
        *,
        floor: float | None = None,
    ) -> None:
        """Draw an upright bar between two x values, from `floor` (the bottom) to a value."""
        left, y = self.at(ends[0], value)
        right, base = self.at(ends[1], self.y.low if floor is None else floor)
        top, height = min(y, base), round(abs(base - y), 1)
        self.bars.append(Bar(left, top, round(max(1.0, right - left), 1), height, style, title))

    def whisker(self, x: float, low: float, high: float, style: str) -> None:
        """Draw an upright interval with two caps."""
        half = 3.0
        (at, top), (_, bottom) = self.at(x, high), self.at(x, low)
        path = (
            f"M{at:g} {top:g} L{at:g} {bottom:g}"
            f" M{at - half:g} {top:g} L{at + half:g} {top:g}"
            f" M{at - half:g} {bottom:g} L{at + half:g} {bottom:g}"
        )
        self.lines.append(Line(path, style))

    def dot(self, x: float, y: float, style: str, title: str = "") -> None:
        """Draw a round mark."""
        self.dots.append(Dot(*self.at(x, y), style, title))

    def mark_x(self, x: float, text: str, style: str = "mark") -> None:
        """Draw an upright line across the chart, with its words on the side that has room."""
        at, top = self.at(x, self.y.high)
        self.lines.append(Line(f"M{at:g} {top:g} L{at:g} {HEIGHT - BOTTOM:g}", style))
        end = at > LEFT + _INNER_WIDTH * 0.6
        self.words.append(Words(at + (-5 if end else 5), top + 9, text, "end" if end else "start"))

    def label(self, x: float, y: float, text: str) -> None:
        """Write at a place in pixels, kept inside the frame."""
        self.words.append(Words(x, max(y, 10.0), text))

    @property
    def x_ticks(self) -> list[Words]:
        """The ticks of the x axis, placed."""
        return [Words(self.at(v, self.y.low)[0], HEIGHT - BOTTOM + 16, t) for v, t in self.x.ticks]

    @property
    def y_ticks(self) -> list[Words]:
        """The ticks of the y axis, placed."""
        return [Words(LEFT - 7, self.at(self.x.low, v)[1], t, "end") for v, t in self.y.ticks]


def linear_axis(
    label: str, low: float, high: float, *, percent: bool = False, whole: bool = False
) -> Axis:
    """An axis with about five round ticks, its end moved up to a tick; `whole` for counts.

    >>> linear_axis("documents", 0, 9).ticks
    ((0.0, '0'), (2.0, '2'), (4.0, '4'), (6.0, '6'), (8.0, '8'), (10.0, '10'))
    """
    span = high - low if high > low else 1.0
    raw = max(span / 5, 1.0) if whole else span / 5
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= raw * 0.999)
    count = math.ceil(span / step - 1e-9)
    values = [round(low + n * step, 12) for n in range(count + 1)]
    texts = [f"{v * 100:.3g} %" if percent else number_text(v) for v in values]
    return Axis(label, low, values[-1], tuple(zip(values, texts, strict=True)))


def log_axis(label: str, low: float, high: float) -> Axis:
    """A logarithmic axis with ticks at 1, 2 and 5 times powers of ten, fewer on a long one.

    >>> [words for _, words in log_axis("tokens", 8, 400).ticks]
    ['10', '20', '50', '100', '200']
    """
    decades = math.log10(high / low)
    factors = (1, 2, 5) if decades <= 2 else (1, 3) if decades <= 3 else (1,)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    values = [factor * 10.0**power for power in powers for factor in factors]
    ticks = tuple((value, number_text(value)) for value in values if low <= value <= high)
    return Axis(label, low, high, ticks, log=True)


def number_text(value: float) -> str:
    """A number for readers: whole from 100 on, three digits below.

    >>> [number_text(value) for value in (12345.6, 40.0, 0.125, 0)]
    ['12,346', '40', '0.125', '0']
    """
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
