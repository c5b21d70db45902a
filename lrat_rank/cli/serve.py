"""`lrat-rank serve`: the search tool and the rerankers, for agents and programs."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from lrat_rank.cli.search_options import (
    DepthOption,
    IndexOption,
    KOption,
    RankerOption,
    SnippetOption,
    StageOption,
)
from lrat_rank.cli.serve_options import (
    AllowHostOption,
    AlreadyReadOption,
    ArmOption,
    BatchPairsOption,
    BatchWaitOption,
    BudgetOption,
    CacheOption,
    ConcurrencyOption,
    DrainOption,
    ExploreOption,
    HostOption,
    HttpOption,
    LogFsyncOption,
    LogOption,
    LogRotateOption,
    LogTextsOption,
    McpOption,
    McpToolsOption,
    ModelNameOption,
    MostBodyOption,
    MostDocumentCharsOption,
    MostDocumentsOption,
    MostQueryCharsOption,
    NoGuardOption,
    PassagesOption,
    PortOption,
    ShadowOption,
    SnippetKindOption,
    TokenFileOption,
    TokenOption,
    UrlTemplateOption,
    WaitingOption,
)
from lrat_rank.errors import InputError, require
from lrat_rank.progress import say

if TYPE_CHECKING:
    from lrat_rank.serving.backend import BackendOptions
    from lrat_rank.serving.http.auth import Token
    from lrat_rank.serving.http.settings import ServerSettings
    from lrat_rank.serving.mcp.options import McpOptions


def serve(
    index: IndexOption,
    http: HttpOption = False,
    mcp: McpOption = None,
    mcp_tools: McpToolsOption = "browsecomp",
    url_template: UrlTemplateOption = None,
    ranker: RankerOption = None,
    k: KOption = 5,
    depth: DepthOption = 100,
    stage: StageOption = None,
    snippet: SnippetKindOption = "first",
    snippet_tokens: SnippetOption = 64,
    budget_ms: BudgetOption = None,
    already_read: AlreadyReadOption = "tag",
    passages: PassagesOption = 1,
    cache: CacheOption = 1024,
    no_guard: NoGuardOption = False,
    log: LogOption = None,
    log_fsync: LogFsyncOption = "interval:1",
    log_rotate_mb: LogRotateOption = 64.0,
    log_texts: LogTextsOption = "all",
    explore: ExploreOption = None,
    shadow: ShadowOption = None,
    ab: ArmOption = None,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8000,
    token: TokenOption = None,
    token_file: TokenFileOption = None,
    model_name: ModelNameOption = None,
    allow_host: AllowHostOption = None,
    batch_wait_ms: BatchWaitOption = 5.0,
    batch_pairs: BatchPairsOption = 512,
    max_waiting: WaitingOption = 128,
    concurrency: ConcurrencyOption = 64,
    max_documents: MostDocumentsOption = 1000,
    max_query_chars: MostQueryCharsOption = 4096,
    max_document_chars: MostDocumentCharsOption = 200_000,
    max_body_mb: MostBodyOption = 8.0,
    drain_s: DrainOption = 30.0,
) -> None:
    """Serve search, documents and reranking over HTTP or the Model Context Protocol.

    Over stdio, standard output belongs to the protocol; everything else is said on standard error.
    """
    from lrat_rank.serving.arms import parse_arm
    from lrat_rank.serving.backend import BackendOptions
    from lrat_rank.serving.batching import BatchingOptions
    from lrat_rank.serving.engine_options import EngineOptions
    from lrat_rank.serving.exploration import parse_explore
    from lrat_rank.serving.journal_options import JournalOptions
    from lrat_rank.serving.mcp.options import McpOptions

    options = BackendOptions(
        index=index,
        ranker=ranker,
        arms=tuple(parse_arm(one) for one in ab or ()),
        shadow=shadow,
        guard=not no_guard,
        passages=passages,
        engine=EngineOptions(
            k=k,
            depth=depth,
            stage=stage,
            snippet=snippet,
            snippet_tokens=snippet_tokens,
            budget_ms=budget_ms,
            already_read=already_read,
            cache_entries=cache,
            explore=parse_explore(explore) if explore is not None else None,
        ),
        batching=BatchingOptions(
            wait_ms=batch_wait_ms, max_pairs=batch_pairs, max_waiting=max_waiting
        ),
        log=log,
        journal=JournalOptions(rotate_mb=log_rotate_mb, fsync=log_fsync, texts=log_texts),
    )
    _check_extra(http, mcp)
    tools = McpOptions(tools=mcp_tools, url_template=url_template)
    if mcp == "stdio":
        _serve_stdio(options, tools)
        return
    from lrat_rank.serving.http.limits import Limits, bytes_of
    from lrat_rank.serving.http.settings import ServerSettings

    names = tuple(model_name or ())
    settings = ServerSettings(
        host=host,
        port=port,
        token=read_token(token, token_file),
        model=names[0] if names else "lrat-rank",
        names=names,
        hosts=tuple(one.lower() for one in allow_host or ()),
        limits=Limits(
            body_bytes=bytes_of(max_body_mb),
            documents=max_documents,
            query_characters=max_query_chars,
            document_characters=max_document_chars,
            concurrency=concurrency,
            drain_s=drain_s,
        ),
        mcp=tools,
        only_mcp=mcp is not None,
    )
    _serve_http(options, settings)


def _check_extra(http: bool, mcp: str | None) -> None:
    """Make sure that there is one thing to speak, and what it takes is installed."""
    if http == (mcp is not None):
        raise InputError(
            "serve",
            must="told one thing to speak, --http or --mcp",
            got="both" if http else "neither",
        )
    require("mcp", extra="serve")
    if mcp != "stdio":
        require("fastapi", extra="serve")
        require("uvicorn", extra="serve")
        require("prometheus_client", extra="serve")


def read_token(text: str | None, path: Path | None) -> Token | None:
    """The token of an option, the environment, or a file; None where there is none.

    Raises:
        InputError: It is given twice, too weak, or the file cannot be read.
    """
    from lrat_rank.files import read_text
    from lrat_rank.serving.http.auth import Token

    if path is None:
        return Token(text) if text is not None else None
    if text is not None:
        raise InputError("token", must="given once", got="as text and as a file")
    return Token(read_text(path, "token file").strip())


def _serve_http(options: BackendOptions, settings: ServerSettings) -> None:
    from lrat_rank.serving.backend import open_backend
    from lrat_rank.serving.http.auth import check_bind
    from lrat_rank.serving.http.server import listen, serve_http

    check_bind(settings.host, settings.token)
    # Taken before the rankers are loaded: a port in use is said at once.
    with listen(settings.host, settings.port) as listening:
        serve_http(open_backend(options), settings, listening)


def _serve_stdio(options: BackendOptions, tools: McpOptions) -> None:
    from lrat_rank.serving import SearchTool
    from lrat_rank.serving.backend import open_backend
    from lrat_rank.serving.mcp.server import serve_stdio

    with redirect_stdout(sys.stderr):
        backend = open_backend(options)
    tool = SearchTool(backend.tool.engine, log=backend.journal)
    try:
        say(f"Serving {tool.name} over {options.index} on standard input and output.")
        serve_stdio(tool, tools)
    finally:
        tool.end()
        backend.close()
