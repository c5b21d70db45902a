"""The plot of what features are worth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lrat_rank.files import atomic_file
from lrat_rank.models.lightgbm.importance import FeatureImportance
from lrat_rank.pipeline.group_ablation import GroupWorth

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 20
"""Features drawn; the file of figures has them all."""
_DROP, _GAIN, _SHAP, _GROUP = "#0072B2", "#009E73", "#CC79A7", "#D55E00"
_INK, _FAINT = "#222222", "#D9D9D9"
_ROW, _FRAME = 0.24, 1.1


def plot_importances(
    features: Sequence[FeatureImportance],
    groups: Sequence[GroupWorth] | None,
    path: Path,
    *,
    cutoff: int,
) -> None:
    """Draw the features with the largest drops, one panel a figure; groups below, where told.

    Args:
        features: The largest drop first.
        groups: The worthiest first, or None.
        path: A name that ends in .png, .svg or .pdf.
        cutoff: The k of nDCG@k.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    shown = list(features[:MOST])[::-1]
    heights = [_FRAME + _ROW * len(shown)]
    if groups:
        heights.append(_FRAME + _ROW * len(groups))
    figure = Figure(figsize=(10, sum(heights)), layout="constrained")
    FigureCanvasAgg(figure)
    parts = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False).ravel()
    _draw_features(parts[0].subplots(1, 3, sharey=True), shown, cutoff)
    if groups:
        _draw_groups(parts[1].subplots(1, 1), list(groups)[::-1], cutoff)
    with atomic_file(path) as temporary:
        figure.savefig(temporary, format=path.suffix[1:].lower(), dpi=160)


def _draw_features(panels: Sequence[Axes], shown: list[FeatureImportance], cutoff: int) -> None:
    names = [one.feature for one in shown]
    drop, gain, shap = panels
    drop.barh(
        names,
        [one.drop for one in shown],
        xerr=[one.drop_spread for one in shown],
        color=_DROP,
        height=0.62,
        error_kw={"ecolor": _INK, "elinewidth": 1, "capsize": 2},
    )
    gain.barh(names, [100 * one.gain for one in shown], color=_GAIN, height=0.62)
    shap.barh(names, [one.shap for one in shown], color=_SHAP, height=0.62)
    drop.margins(y=0.01)
    _dress(drop, f"nDCG@{cutoff} lost when exchanged")
    _dress(gain, "share of the splits' gain, %")
    _dress(shap, "mean |SHAP value|")


def _draw_groups(panel: Axes, groups: list[GroupWorth], cutoff: int) -> None:
    places = range(len(groups))
    panel.errorbar(
        [one.worth for one in groups],
        places,
        xerr=[
            [one.worth - one.low for one in groups],
            [one.high - one.worth for one in groups],
        ],
        fmt="o",
        color=_GROUP,
        ecolor=_GROUP,
        elinewidth=1.4,
        capsize=3,
    )
    panel.set_yticks(places, [f"{one.group} ({one.features})" for one in groups])
    panel.set_ylim(-0.6, len(groups) - 0.4)
    _dress(panel, f"nDCG@{cutoff} lost without the group, cross-validated, 95% interval")


def _dress(panel: Axes, title: str) -> None:
    panel.set_title(title, fontsize=10, color=_INK, loc="left")
    panel.axvline(0, color=_INK, linewidth=0.8)
    panel.grid(axis="x", color=_FAINT, linewidth=0.6)
    panel.set_axisbelow(True)
    panel.tick_params(labelsize=8, color=_FAINT, labelcolor=_INK)
    panel.spines[["top", "right", "left"]].set_visible(False)
    panel.spines["bottom"].set_color(_FAINT)
