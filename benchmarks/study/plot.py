"""The picture: each ranker above the first stage, by labels and by number of questions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lrat_rank.files import atomic_file

from .ablation_tables import TITLES, Reader
from .arms import ARMS, SIZES, Arm, Family, Kind, arms_of
from .baselines import RRF
from .comparison import Difference, difference
from .material import Material
from .results import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _FAINT, _GREY, _BAND = "#222222", "#DDDDDD", "#8A8A8A", "#F6F6F6"
_COLOURS = {Kind.LIGHTGBM: "#0072B2", Kind.CROSS_ENCODER: "#D55E00", Kind.DENSE: "#009E73"}
_MARKERS = {Kind.LIGHTGBM: "o", Kind.CROSS_ENCODER: "s", Kind.DENSE: "D"}
_FULL = "sessions"
_SPREAD = 0.2
_LABELS = {"gain": "  as gain", "weight": "  as weight", "both": "  as both"}


def plot(results: Results, home: Material, path: Path) -> None:
    """Draw what there is; nothing where no arm has a result.

    Args:
        results: Of the study.
        home: The collection that was trained on.
        path: A name that ends in .png.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    reader = Reader.of(results, home, [])
    kinds = [kind for kind in Kind if any(reader.trainings(a, kind) for a in _all())]
    if not kinds:
        return
    tasks = list(home.tasks)
    width = 1.6 + 2.7 * (len(tasks) + 1)
    figure = Figure(figsize=(width, 4.4), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(
        1, len(tasks) + 1, squeeze=False, width_ratios=[1] * len(tasks) + [1.05]
    )
    ladders, curve = list(panels[0][:-1]), panels[0][-1]
    for panel in ladders[1:]:
        panel.sharex(ladders[0])
    for number, (panel, task) in enumerate(zip(ladders, tasks, strict=True)):
        _ladder(panel, reader, kinds, task, named=number == 0)
    _curve(curve, reader, kinds, tasks[0])
    handles, names = ladders[0].get_legend_handles_labels()
    figure.legend(
        handles,
        names,
        loc="outside lower center",
        ncols=len(names),
        frameon=False,
        fontsize=9,
        labelcolor=_INK,
    )
    with atomic_file(path) as temporary:
        figure.savefig(temporary, format="png", dpi=170)


def above(reader: Reader, arm: Arm, kind: Kind, task: str) -> Difference | None:
    """An arm less the first stage, over the questions it was tested with."""
    return difference(reader.values(arm, kind, task), reader.stage(RRF, task))


def _all() -> list[Arm]:
    return [ARMS.get(name) for name in ARMS.names()]


def _ladder(panel: Axes, reader: Reader, kinds: list[Kind], task: str, *, named: bool) -> None:
    from matplotlib.ticker import MaxNLocator

    arms = arms_of(Family.LADDER)
    panel.axvline(
        0.0, color=_GREY, linewidth=1, linestyle=(0, (4, 3)), label=f"first stage ({RRF})"
    )
    for number, kind in enumerate(kinds):
        shift = (number - (len(kinds) - 1) / 2) * _SPREAD
        found = [(place, above(reader, arm, kind, task)) for place, arm in enumerate(arms)]
        points = [(place + shift, one) for place, one in found if one is not None]
        panel.errorbar(
            [one.value for _, one in points],
            [place for place, _ in points],
            xerr=[
                [one.value - one.interval.low for _, one in points],
                [one.interval.high - one.value for _, one in points],
            ],
            fmt=_MARKERS[kind],
            color=_COLOURS[kind],
            markersize=5,
            elinewidth=1.1,
            capsize=0,
            label=TITLES[kind],
        )
    panel.set_ylim(len(arms) - 0.4, -0.6)
    names = [_LABELS.get(arm.name, arm.name) for arm in arms]
    panel.set_yticks(range(len(arms)), names if named else [""] * len(arms))
    for place in range(0, len(arms), 2):
        panel.axhspan(place - 0.5, place + 0.5, color=_BAND, zorder=0, linewidth=0)
    _dress(panel, task)
    panel.set_xlabel("nDCG@10 above the first stage", fontsize=9, color=_INK)
    panel.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    panel.xaxis.set_major_formatter(_tick)
    panel.grid(axis="x", color=_FAINT, linewidth=0.6)


def _curve(panel: Axes, reader: Reader, kinds: list[Kind], task: str) -> None:
    every = round(len(reader.stage(RRF, task)) * 0.8)
    sized = [(size, ARMS.get(f"{size} questions")) for size in SIZES] + [(every, ARMS.get(_FULL))]
    for kind in kinds:
        found = [(size, above(reader, arm, kind, task)) for size, arm in sized]
        points = [(size, one) for size, one in found if one is not None]
        if not points:
            continue
        sizes = [size for size, _ in points]
        panel.fill_between(
            sizes,
            [one.interval.low for _, one in points],
            [one.interval.high for _, one in points],
            color=_COLOURS[kind],
            alpha=0.10,
            linewidth=0,
        )
        panel.plot(
            sizes,
            [one.value for _, one in points],
            color=_COLOURS[kind],
            marker=_MARKERS[kind],
            markersize=5,
            linewidth=1.6,
        )
    panel.axhline(0.0, color=_GREY, linewidth=1, linestyle=(0, (4, 3)))
    panel.set_xscale("log")
    panel.set_xticks([size for size, _ in sized], [str(size) for size, _ in sized])
    panel.minorticks_off()
    _dress(panel, f"{task}, by training questions")
    panel.set_xlabel("questions with labels", fontsize=9, color=_INK)
    panel.set_ylabel("nDCG@10 above the first stage", fontsize=9, color=_INK)
    panel.yaxis.set_major_formatter(_tick)
    panel.grid(axis="y", color=_FAINT, linewidth=0.6)


def _tick(value: float, _place: int) -> str:
    """+.05, 0, −.05."""
    return "0" if abs(value) < 1e-9 else f"{value:+.2f}".replace("0.", ".").replace("-", "−")


def _dress(panel: Axes, title: str) -> None:
    panel.set_title(title, fontsize=10, color=_INK, loc="left")
    panel.tick_params(labelsize=8.5, color=_FAINT, labelcolor=_INK, length=0)
    panel.spines[["top", "right", "left"]].set_visible(False)
    panel.spines["bottom"].set_color(_FAINT)
    panel.set_axisbelow(True)
