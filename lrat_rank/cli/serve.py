"""`lrat-rank serve`: the search tool, for agents."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Annotated, Literal

import typer

from lrat_rank.cli.search_options import (
    DepthOption,
    IndexOption,
    KOption,
    RankerOption,
    SnippetOption,
    StageOption,
)
from lrat_rank.errors import InputError, require
from lrat_rank.progress import say


def serve(
    index: IndexOption,
    mcp: Annotated[
        Literal["stdio", "http"],
        typer.Option(help="Speak the Model Context Protocol on this transport."),
    ],
    ranker: RankerOption = None,
    k: KOption = 5,
    depth: DepthOption = 100,
    stage: StageOption = None,
    snippet_tokens: SnippetOption = 64,
    log: Annotated[
        Path | None, typer.Option(help="Folder to write the session's trajectory to (stdio).")
    ] = None,
    host: Annotated[str, typer.Option(help="Loopback address to listen on (http).")] = "127.0.0.1",
    no_guard: Annotated[
        bool, typer.Option("--no-guard", help="Leave the ranker's guard out.")
    ] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on (http).")] = 8000,
) -> None:
    """Serve search and get_document to agents, as BrowseComp-Plus does.

    Standard output belongs to the protocol; everything else is said on standard error.
    """
    require("mcp", extra="serve")
    from lrat_rank.models.first_stage import Index
    from lrat_rank.models.loading import load_ranker
    from lrat_rank.serving import SearchTool, mcp_server

    if mcp == "http":
        if log is not None:
            raise InputError(
                "--log",
                must="used with --mcp stdio, where one process is one session",
                got="--mcp http, where several agents share the process",
            )
        mcp_server.check_address(host, port)
    with redirect_stdout(sys.stderr):
        opened = Index.load(index)
        loaded = load_ranker(ranker, opened, guard=not no_guard) if ranker else None
        tool = SearchTool(
            opened,
            loaded,
            k=k,
            depth=depth,
            stage=stage,
            snippet_tokens=snippet_tokens,
            log=log,
        )
        tool.warm()
    if mcp == "stdio":
        say(f"Serving {tool.name} over {index} on standard input and output.")
        mcp_server.serve_stdio(tool)
    else:
        say(f"Serving {tool.name} over {index} at http://{host}:{port}/mcp (Ctrl-C stops it).")
        mcp_server.serve_http(tool, host=host, port=port)
