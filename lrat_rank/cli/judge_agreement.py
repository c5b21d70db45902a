"""`lrat-rank judge-agreement`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lrat_rank.cli.console import JsonOption, emit


def judge_agreement(
    a: Annotated[Path, typer.Argument(help="Audit file, or labelled lists.")],
    b: Annotated[Path, typer.Argument(help="Another; with --human also the same audit file.")],
    human: Annotated[
        bool, typer.Option("--human", help="Of B, take the verdicts that a person wrote.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of the bootstrap.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """How far two judges agree: Cohen's kappa with an interval, and who says what."""
    from lrat_rank.pipeline.agreement import agreement

    result = agreement(a, b, human=human, seed=seed)
    emit(result.to_dict(), result.lines(), as_json=as_json)
