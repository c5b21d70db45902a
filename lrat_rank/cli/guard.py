"""`lrat-rank guard`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from lrat_rank.cli.console import JsonOption, emit


def guard(
    ranker: Annotated[Path, typer.Argument(help="Ranker folder that is guarded.")],
    labels: Annotated[Path, typer.Argument(help="Labelled lists the ranker was trained on.")],
    index: Annotated[Path, typer.Option("--index", help="Index folder it was trained over.")],
    validation: Annotated[
        Path | None,
        typer.Option(help="Labelled lists about other questions, which choose the blend."),
    ] = None,
    depth: Annotated[int, typer.Option(min=1, help="Documents a validation list.")] = 100,
    as_json: JsonOption = False,
) -> None:
    """Keep a ranker from harm: fall back to the first stage where it cannot be believed.

    Validation lists choose the ranker's share; queries and collections unlike those of training
    lower it, to nothing where they are far away.
    """
    from lrat_rank.pipeline.guard import guard_ranker

    result = guard_ranker(ranker, labels, index, validation=validation, depth=depth)
    lines = [f"Wrote a guard to {ranker}: it knows the queries of {result.lists} training lists."]
    if result.validation is None:
        lines.append("Without --validation the ranker keeps its full share where it is trusted.")
    else:
        figures = {figure["setting"]: figure["ndcg"] for figure in result.validation["figures"]}
        lines.append(
            f"Blend {result.blend:g}: nDCG@10 on {result.validation['n_lists']} validation lists "
            f"{figures[f'{result.blend:g}']:.4f}; first stage {figures['0']:.4f}, "
            f"ranker alone {figures['1']:.4f}."
        )
        if result.blend == 0:
            lines.append("The ranker was not better by a standard error: the first stage stands.")
    if result.calibration_dropped:
        lines.append("The calibration of the scores without this guard was removed.")
    emit(msgspec.to_builtins(result), lines, as_json=as_json)
