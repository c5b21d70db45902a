"""`lrat-rank calibrate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from lrat_rank.cli.console import JsonOption, emit


def calibrate(
    ranker: Annotated[Path, typer.Argument(help="Ranker folder whose scores are calibrated.")],
    labels: Annotated[Path, typer.Argument(help="Labelled lists it was not trained on.")],
    index: Annotated[Path, typer.Option("--index", help="Index folder of their documents.")],
    method: Annotated[str, typer.Option(help="isotonic, or platt for few lists.")] = "isotonic",
    depth: Annotated[int, typer.Option(min=1, help="Documents a list.")] = 100,
    as_json: JsonOption = False,
) -> None:
    """Learn what share of documents with a score agents find relevant."""
    from lrat_rank.pipeline.calibrate import calibrate_folder

    result = calibrate_folder(ranker, labels, index, method=method, depth=depth)
    found = result.calibration
    lines = [
        f"Wrote a calibration ({method}) to {ranker}: {found.n_relevant} of "
        f"{found.n_documents} shown documents were relevant."
    ]
    if found.reliability is not None:
        kept = found.reliability
        lines.append(
            f"On groups held out: calibration error {kept.ece:.4f}, Brier score {kept.brier:.4f} "
            f"(the share alone: {kept.brier_of_the_share:.4f})."
        )
    emit(msgspec.to_builtins(result), lines, as_json=as_json)
