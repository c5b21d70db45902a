"""The options of commands that put a search tool before agents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

IndexOption = Annotated[Path, typer.Option(help="Index folder that is searched.")]
RankerOption = Annotated[
    Path | None, typer.Option(help="Ranker folder; none keeps the first stage's order.")
]
KOption = Annotated[int, typer.Option("-k", "--k", help="Documents a search shows.")]
DepthOption = Annotated[int, typer.Option(help="Candidates the ranker scores.")]
StageOption = Annotated[
    str | None,
    typer.Option(help="bm25, dense or hybrid.", show_default="hybrid with vectors, else bm25"),
]
SnippetOption = Annotated[int, typer.Option(help="Words a snippet holds; -1: the whole text.")]
