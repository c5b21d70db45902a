"""The plot of a flywheel: success, evidence recall and steps by round."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lrat_rank.files import atomic_file
from lrat_rank.pipeline.flywheel.figures import MEASURES, Point, outcome, points
from lrat_rank.pipeline.flywheel.record import RoundRecord

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LINE, _INK, _FAINT = "#0072B2", "#222222", "#D9D9D9"


def plot_rounds(rounds: list[RoundRecord], path: Path) -> None:
    """Draw the test figures of each round's system, one panel a measure; filled where deployed.

    Args:
        rounds: From the first stage alone to the last round.
        path: A name that ends in .png, .svg or .pdf.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3.2 * len(MEASURES), 3.1), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(1, len(MEASURES), squeeze=False).ravel()
    for panel, (measure, title) in zip(panels, MEASURES.items(), strict=True):
        _draw(panel, rounds, points(rounds, measure), title)
    figure.supxlabel(
        "round; filled: a new ranker serves from here, hollow: the system before still serves",
        fontsize=9,
        color=_INK,
    )
    with atomic_file(path) as temporary:
        figure.savefig(temporary, format=path.suffix[1:].lower(), dpi=160)


def _draw(panel: Axes, rounds: list[RoundRecord], values: list[Point], title: str) -> None:
    numbers = [record.round for record in rounds]
    means = [point.mean for point in values]
    panel.fill_between(
        numbers,
        [point.mean if point.low is None else point.low for point in values],
        [point.mean if point.high is None else point.high for point in values],
        color=_LINE,
        alpha=0.15,
        linewidth=0,
    )
    panel.plot(numbers, means, color=_LINE, linewidth=1.8, zorder=2)
    for record, mean in zip(rounds, means, strict=True):
        deployed = outcome(record).endswith("deployed")
        panel.plot(
            record.round,
            mean,
            marker="o",
            markersize=7,
            color=_LINE,
            markerfacecolor=_LINE if deployed else "white",
            zorder=3,
        )
    panel.set_title(title, fontsize=10, color=_INK)
    panel.set_xticks(numbers)
    panel.set_ylim(bottom=0)
    panel.grid(axis="y", color=_FAINT, linewidth=0.6)
    panel.tick_params(labelsize=8, color=_FAINT, labelcolor=_INK)
    panel.spines[["top", "right"]].set_visible(False)
    panel.spines[["left", "bottom"]].set_color(_FAINT)
