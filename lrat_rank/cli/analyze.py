"""`lrat-rank analyze`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lrat_rank.cli.console import JsonOption, emit


def analyze(
    trajectories: Annotated[list[Path], typer.Argument(help="Files and folders of agent runs.")],
    out: Annotated[Path, typer.Option("--out", help="Folder to write the report into.")],
    corpus: Annotated[
        Path | None, typer.Option(help="Corpus, for logs that show documents without ids.")
    ] = None,
    format_name: Annotated[str, typer.Option("--format", help="Log format, or auto.")] = "auto",
    tools: Annotated[
        Path | None, typer.Option(help="What house-made tools do (TOML; see docs/formats.md).")
    ] = None,
    policy: Annotated[str, typer.Option(help="default, paper or reference.")] = "default",
    judge: Annotated[str, typer.Option(help="cues (rules) or none (all relevant).")] = "cues",
    tokenizer: Annotated[
        str, typer.Option(help="whitespace, or a Hugging Face tokenizer (name or folder).")
    ] = "whitespace",
    show: Annotated[int, typer.Option(help="Runs to show turn by turn, at most.")] = 30,
    trajectory: Annotated[
        list[str] | None, typer.Option("--trajectory", help="Show this run instead; repeatable.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first bad run.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Report what agents did and which labels it gives, as one HTML page."""
    from lrat_rank.mining.options import MiningOptions
    from lrat_rank.pipeline.analyze import Shown, analyze_files
    from lrat_rank.pipeline.logs import LogOptions
    from lrat_rank.trajectories.tool_file import read_tool_map
    from lrat_rank.trajectories.tools import ToolMap

    options = MiningOptions.named(policy=policy, judge=judge, tokenizer_name=tokenizer)
    logs = LogOptions(
        format_name=format_name,
        tools=ToolMap() if tools is None else read_tool_map(tools),
        corpus=corpus,
        strict=strict,
    )
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
        f"Wrote {', '.join(map(str, files))}.",
    ]
    emit(analysis.to_dict(), lines, as_json=as_json)
