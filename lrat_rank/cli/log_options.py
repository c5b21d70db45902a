"""The options of commands that read logs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lrat_rank.pipeline.logs import LogOptions

TrajectoriesArgument = Annotated[
    list[Path], typer.Argument(help="Files and folders of agent runs.")
]
FormatOption = Annotated[str, typer.Option("--format", help="Log format, or auto.")]
ToolsOption = Annotated[
    Path | None, typer.Option(help="What house-made tools do (TOML; see docs/formats.md).")
]
PolicyOption = Annotated[str, typer.Option(help="default, paper or reference.")]
TokenizerOption = Annotated[
    str, typer.Option(help="whitespace, or a Hugging Face tokenizer (name or folder).")
]
StrictOption = Annotated[bool, typer.Option("--strict", help="Stop at the first bad run.")]


def log_options(
    format_name: str, tools: Path | None, corpus: Path | None, *, strict: bool
) -> LogOptions:
    """How to read the logs, from options as they are typed.

    Raises:
        InputError: The mapping file is missing or wrong.
    """
    from lrat_rank.pipeline.logs import LogOptions
    from lrat_rank.trajectories.calls.tool_file import read_tool_map
    from lrat_rank.trajectories.calls.tool_map import ToolMap

    known = ToolMap() if tools is None else read_tool_map(tools)
    return LogOptions(format_name=format_name, tools=known, corpus=corpus, strict=strict)
