"""`lrat-rank analyze`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lrat_rank.cli.console import JsonOption, emit
from lrat_rank.cli.log_options import (
    FormatOption,
    PolicyOption,
    StrictOption,
    TokenizerOption,
    ToolsOption,
    TrajectoriesArgument,
    log_options,
)


def analyze(
    trajectories: TrajectoriesArgument,
    out: Annotated[Path, typer.Option("--out", help="Folder to write the report into.")],
    corpus: Annotated[
        Path | None, typer.Option(help="Corpus, for logs that show documents without ids.")
    ] = None,
    format_name: FormatOption = "auto",
    tools: ToolsOption = None,
    policy: PolicyOption = "default",
    judge: Annotated[str, typer.Option(help="cues (rules) or none (all relevant).")] = "cues",
    tokenizer: TokenizerOption = "whitespace",
    show: Annotated[int, typer.Option(help="Runs to show turn by turn, at most.")] = 30,
    trajectory: Annotated[
        list[str] | None, typer.Option("--trajectory", help="Show this run instead; repeatable.")
    ] = None,
    strict: StrictOption = False,
    as_json: JsonOption = False,
) -> None:
    """Report what agents did and which labels it gives, as one HTML page."""
    from lrat_rank.mining.options import MiningOptions
    from lrat_rank.pipeline.analyze import Shown, analyze_files

    options = MiningOptions.named(policy=policy, judge=judge, tokenizer_name=tokenizer)
    logs = log_options(format_name, tools, corpus, strict=strict)
    result = analyze_files(
        trajectories,
        out,
        options,
        shown=Shown(show, frozenset(trajectory or ())),
        logs=logs,
    )
    analysis = result.analysis
    files = [result.page, result.numbers, *([result.examination] if result.examination else [])]
    lines = [
        f"{analysis.trajectories:,} trajectories, {len(analysis.runs):,} of them turn by turn",
        *analysis.audit.verdicts,
        *analysis.arms.verdicts,
        f"Wrote {', '.join(map(str, files))}.",
    ]
    emit(analysis.to_dict(), lines, as_json=as_json)
