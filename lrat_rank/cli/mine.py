"""`lrat-rank mine`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lrat_rank.cli.console import JsonOption, emit


def mine(
    trajectories: Annotated[list[Path], typer.Argument(help="Files and folders of agent runs.")],
    out: Annotated[Path, typer.Option("--out", help="Labelled-list file to write.")],
    corpus: Annotated[
        Path | None, typer.Option(help="Corpus; documents outside it become no candidates.")
    ] = None,
    format_name: Annotated[str, typer.Option("--format", help="Log format, or auto.")] = "auto",
    policy: Annotated[str, typer.Option(help="default, paper or reference.")] = "default",
    judge: Annotated[str, typer.Option(help="cues (rules) or none (all relevant).")] = "cues",
    tokenizer: Annotated[
        str, typer.Option(help="whitespace, or a Hugging Face tokenizer (name or folder).")
    ] = "whitespace",
    correctness: Annotated[
        str, typer.Option(help="ignore, or filter (drop runs known to be wrong).")
    ] = "ignore",
    missing_reasoning: Annotated[
        str, typer.Option(help="Of a relevant document: unjudged, or mean (logs without any).")
    ] = "unjudged",
    grade_levels: Annotated[int, typer.Option(help="At most so many grades, 0 included.")] = 32,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first bad run.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Mine graded labels from agent trajectories, with a loss report beside them."""
    from lrat_rank.mining.miner import MiningOptions
    from lrat_rank.pipeline.mine import mine_files

    options = MiningOptions.named(
        policy=policy,
        judge=judge,
        tokenizer_name=tokenizer,
        correctness=correctness,
        missing_reasoning=missing_reasoning,
        grade_levels=grade_levels,
    )
    result = mine_files(
        trajectories, out, options, corpus=corpus, format_name=format_name, strict=strict
    )
    files = {
        "labels": str(result.labels),
        "gains": str(result.gains),
        "report_file": str(result.report_file),
    }
    lines = [*result.report.lines(), f"Wrote {', '.join(files.values())}."]
    emit({**files, **result.report.to_dict()}, lines, as_json=as_json)
