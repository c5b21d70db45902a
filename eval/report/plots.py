"""Pictures of an evaluation: bars with intervals, one panel a measure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lrat_rank.errors import InputError
from lrat_rank.eval.evaluation import Evaluation
from lrat_rank.files import atomic_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FORMATS = (".png", ".svg", ".pdf")
# Okabe and Ito's palette, which readers of every colour vision tell apart; grey is the baseline.
_COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
_BASELINE_COLOR = "#8C8C8C"
_INK, _FAINT = "#222222", "#D9D9D9"
_PANELS_A_ROW = 3
_INCHES_A_BAR = 0.36


def bars_with_intervals(
    evaluation: Evaluation,
    path: Path | str,
    *,
    measures: Sequence[str] | None = None,
    title: str | None = None,
) -> None:
    """Draw every run's mean with its 95 % interval, one panel a measure.

    Args:
        evaluation: What to draw.
        path: A name that ends in .png, .svg or .pdf.
        measures: Which of the evaluation's measures; all when None.
        title: Printed above the panels.

    Raises:
        InputError: The name has another ending, or a measure is not in the evaluation.
    """
    path = Path(path)
    check_picture_name(path)
    names = list(evaluation.measures if measures is None else measures)
    unknown = [name for name in names if name not in evaluation.measures]
    if unknown or not names:
        raise InputError(
            "measures to plot",
            must=f"among {', '.join(evaluation.measures)}",
            got=unknown or "none",
        )
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    columns = min(len(names), _PANELS_A_ROW)
    rows = math.ceil(len(names) / columns)
    widest = max(len(scores.name) for scores in evaluation.runs)
    height = 0.95 + _INCHES_A_BAR * len(evaluation.runs)
    figure = Figure(
        figsize=(min(0.085 * widest, 3.5) + 2.7 * columns, rows * height + 0.6),
        layout="constrained",
    )
    FigureCanvasAgg(figure)
    panels = figure.subplots(rows, columns, squeeze=False, sharey=True).ravel()
    for panel, measure in zip(panels, names, strict=False):
        _draw_panel(panel, evaluation, measure)
    for panel in panels[len(names) :]:
        panel.set_axis_off()
    if title:
        figure.suptitle(title, color=_INK, fontsize=12, fontweight="bold", wrap=True)
    figure.supxlabel(
        f"mean over {len(evaluation.query_ids)} queries, line: 95 % bootstrap interval",
        color=_INK,
        fontsize=9,
    )
    with atomic_file(path) as temporary:
        figure.savefig(temporary, format=path.suffix[1:].lower(), dpi=160)


def check_picture_name(path: Path) -> None:
    """Refuse a name that tells no format that can be drawn.

    Raises:
        InputError: It does not end in .png, .svg or .pdf.
    """
    if path.suffix.lower() not in FORMATS:
        raise InputError("plot file", must=f"named *{', *'.join(FORMATS)}", got=path.name)


def _draw_panel(panel: Axes, evaluation: Evaluation, measure: str) -> None:
    runs = evaluation.runs
    means = [scores.means[measure] for scores in runs]
    ends = [scores.intervals[measure] for scores in runs]
    tops = [
        mean if math.isnan(end.high) else end.high for mean, end in zip(means, ends, strict=True)
    ]
    places = range(len(runs))
    panel.barh(places, means, height=0.72, color=_colors(evaluation), zorder=2)
    for place, end in zip(places, ends, strict=True):
        # A white line under the black one, so that it shows on dark bars too.
        for color, thickness in (("white", 3.4), (_INK, 1.4)):
            panel.plot([end.low, end.high], [place] * 2, color=color, linewidth=thickness, zorder=3)
    limit = max(tops) or 1.0
    for place, mean, top in zip(places, means, tops, strict=True):
        panel.text(
            top + 0.025 * limit, place, f"{mean:.3f}", va="center", fontsize=9, color=_INK, zorder=4
        )
    panel.set_xlim(0, 1.24 * limit)
    panel.set_xticks([tick for tick in panel.get_xticks() if tick <= 1.05 * limit])
    panel.set_yticks(list(places), [_shortened(scores.name) for scores in runs], fontsize=9)
    panel.set_ylim(len(runs) - 0.4, -0.6)
    panel.set_xlabel(measure, fontsize=10, color=_INK)
    panel.tick_params(axis="y", length=0, labelcolor=_INK)
    panel.tick_params(axis="x", labelsize=8, color=_FAINT, labelcolor=_INK)
    panel.grid(axis="x", color=_FAINT, linewidth=0.6, zorder=0)
    panel.spines[["top", "right", "bottom"]].set_visible(False)
    panel.spines["left"].set_color(_INK)


def _colors(evaluation: Evaluation) -> list[str]:
    others = [scores.name for scores in evaluation.runs if scores.name != evaluation.baseline]
    color_of = {name: _COLORS[place % len(_COLORS)] for place, name in enumerate(others)}
    return [color_of.get(scores.name, _BASELINE_COLOR) for scores in evaluation.runs]


def _shortened(name: str, longest: int = 40) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1]}…"
