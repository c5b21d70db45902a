"""`lrat-rank importance`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from lrat_rank.cli.console import JsonOption, emit


def importance(
    ranker: Annotated[Path, typer.Argument(help="Folder of a LightGBM ranker.")],
    labels: Annotated[
        Path, typer.Argument(help="Labelled lists of questions it was not trained on.")
    ],
    index: Annotated[Path, typer.Option("--index", help="Index folder of their documents.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the figures and the plot.")],
    ablate_groups: Annotated[
        bool,
        typer.Option("--ablate-groups", help="Train without each group of features, on LABELS."),
    ] = False,
    repeats: Annotated[int, typer.Option(min=1, help="Exchanges of each feature's values.")] = 5,
    seed: Annotated[int, typer.Option(min=0, help="Draws the exchanges.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """What each feature does for a ranker: gain, permutation, SHAP, and groups left out."""
    from lrat_rank.pipeline.importance import report_importance

    report = report_importance(
        ranker, labels, index, out, ablate=ablate_groups, repeats=repeats, seed=seed
    )
    lines = [
        f"nDCG@{report.cutoff} on {report.lists} lists: {report.ndcg:.4f} "
        f"(first stage {report.ndcg_first_stage:.4f}).",
        f"{'feature':<32} {'drop':>8} {'± sd':>7} {'gain':>6} {'|SHAP|':>8}",
    ]
    lines += [
        f"{one.feature:<32} {one.drop:>8.4f} {one.drop_spread:>7.4f} {one.gain:>6.1%} "
        f"{one.shap:>8.4f}"
        for one in report.features[:15]
    ]
    for one in report.groups or ():
        lines.append(
            f"Without {one.group} ({one.features}): {one.worth:+.4f} lost "
            f"[{one.low:+.4f}, {one.high:+.4f}]."
        )
    lines.append(f"Wrote figures and plot to {out}.")
    emit(msgspec.to_builtins(report), lines, as_json=as_json)
