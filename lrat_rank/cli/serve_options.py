"""The options of `lrat-rank serve`, group by group."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

HttpOption = Annotated[
    bool,
    typer.Option("--http", help="Speak HTTP: the rerank dialects, /search, /documents and /mcp."),
]
McpOption = Annotated[
    Literal["stdio", "http"] | None,
    typer.Option(help="Speak the Model Context Protocol alone, on this transport."),
]
McpToolsOption = Annotated[
    Literal["browsecomp", "openai"],
    typer.Option(
        "--mcp-tools",
        help="Tools of the Model Context Protocol: search and get_document, or search and fetch.",
    ),
]
UrlTemplateOption = Annotated[
    str | None,
    typer.Option(help="Address of a document, with {id} for its id; for --mcp-tools openai."),
]
HostOption = Annotated[str, typer.Option(help="Address to listen on.")]
PortOption = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")]
TokenOption = Annotated[
    str | None,
    typer.Option(
        envvar="LRAT_RANK_TOKEN",
        show_envvar=True,
        help="What clients must show; needed where other machines reach the server. "
        "Other users of this machine can read command lines: set the variable, or a file.",
    ),
]
TokenFileOption = Annotated[Path | None, typer.Option(help="File that holds the token.")]
ModelNameOption = Annotated[
    list[str] | None,
    typer.Option("--model-name", help="Name the ranker goes by; others are then refused."),
]
AllowHostOption = Annotated[
    list[str] | None,
    typer.Option("--allow-host", help="Further name in requests' Host header (without a token)."),
]
NoGuardOption = Annotated[bool, typer.Option("--no-guard", help="Leave rankers' guards out.")]
SnippetKindOption = Annotated[
    Literal["first", "best"],
    typer.Option("--snippet", help="A document's first words, or those that speak of the query."),
]
BudgetOption = Annotated[
    float | None, typer.Option(help="Milliseconds a search should take; it looks less deep then.")
]
AlreadyReadOption = Annotated[
    Literal["tag", "demote", "keep"],
    typer.Option(help="Documents the session knows: marked, marked and put last, or neither."),
]
PassagesOption = Annotated[
    int, typer.Option(help="Passages a long document is read in, at most; 1 cuts it.")
]
CacheOption = Annotated[int, typer.Option(help="Rankings kept for searches that repeat.")]
LogOption = Annotated[Path | None, typer.Option(help="Folder of the search log, for mine.")]
LogFsyncOption = Annotated[
    str, typer.Option(help="When the log is synced: always, interval:SECONDS or never.")
]
LogRotateOption = Annotated[float, typer.Option(help="Megabytes of a log file.")]
LogTextsOption = Annotated[
    str, typer.Option(help="Texts the log keeps: all, snippets (no opened documents) or none.")
]
ExploreOption = Annotated[
    str | None,
    typer.Option(help="swap:SHARE swaps two places in so many lists, so that bias can be told."),
]
ShadowOption = Annotated[
    Path | None, typer.Option(help="Ranker folder that scores too, for the log alone.")
]
ArmOption = Annotated[
    list[str] | None,
    typer.Option("--ab", help="FOLDER:SHARE, a ranker for that share of the sessions."),
]
BatchWaitOption = Annotated[
    float, typer.Option(help="Milliseconds a batch waits for those just answered to come back.")
]
BatchPairsOption = Annotated[int, typer.Option(help="Documents a batch holds, at most.")]
WaitingOption = Annotated[
    int, typer.Option(help="Requests that may wait for the ranker; further ones get 429.")
]
ConcurrencyOption = Annotated[
    int, typer.Option(help="Requests worked on at once; further ones get 429.")
]
MostDocumentsOption = Annotated[
    int, typer.Option(help="Texts of one rerank request, at most; more get 422.")
]
MostQueryCharsOption = Annotated[
    int,
    typer.Option(help="Characters of a query, at most; more get 422, and 4,096 in any search."),
]
MostDocumentCharsOption = Annotated[
    int, typer.Option(help="Characters of a text of a rerank request, at most; more get 422.")
]
MostBodyOption = Annotated[
    float, typer.Option(help="Megabytes of one request, at most; more get 413.")
]
DrainOption = Annotated[
    float, typer.Option(help="Seconds that requests under way get when the server is to stop.")
]
