"""`lrat-rank agent run`: a language model answers questions with the search tool."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lrat_rank.cli.console import JsonOption, emit
from lrat_rank.cli.search_options import (
    DepthOption,
    IndexOption,
    KOption,
    RankerOption,
    SnippetOption,
    StageOption,
)
from lrat_rank.errors import require


def agent_run(
    topics: Annotated[Path, typer.Argument(help="Questions, JSON Lines or TSV.")],
    index: IndexOption,
    model: Annotated[str, typer.Option(help="The model's name, as the endpoint knows it.")],
    out: Annotated[Path, typer.Option(help="Folder of the runs; goes on where it was.")],
    base_url: Annotated[
        str, typer.Option(help="OpenAI-compatible endpoint, up to and with /v1.")
    ] = "https://api.openai.com/v1",
    api_key_env: Annotated[
        str, typer.Option(help="Environment variable that holds the key.")
    ] = "OPENAI_API_KEY",
    ranker: RankerOption = None,
    k: KOption = 5,
    depth: DepthOption = 100,
    stage: StageOption = None,
    snippet_tokens: SnippetOption = 64,
    get_document: Annotated[bool, typer.Option(help="Offer the tool that opens documents.")] = True,
    document_tokens: Annotated[
        int, typer.Option(help="Words of a document that are shown; -1: the whole text.")
    ] = -1,
    max_steps: Annotated[int, typer.Option(help="Tool calls of a run.")] = 30,
    max_tokens: Annotated[
        int, typer.Option(help="Tokens of a run, read and written, summed over its requests.")
    ] = 1_000_000,
    max_seconds: Annotated[float, typer.Option(help="Wall time of a run.")] = 1_800.0,
    max_completion_tokens: Annotated[
        int, typer.Option(help="Tokens of one reply, thoughts included.")
    ] = 4_096,
    temperature: Annotated[
        float | None, typer.Option(help="Of the sampling.", show_default="the endpoint's")
    ] = None,
    concurrency: Annotated[int, typer.Option(help="Runs under way at once.")] = 4,
    stream: Annotated[bool, typer.Option(help="Ask for replies in pieces.")] = False,
    send_reasoning: Annotated[
        bool, typer.Option(help="Send the model's thoughts back with the conversation.")
    ] = False,
    prompt: Annotated[
        Path | None, typer.Option(help="Prompt of your own, with {question} in it.")
    ] = None,
    runs: Annotated[int, typer.Option(help="Times each question is asked.")] = 1,
    timeout: Annotated[float, typer.Option(help="Seconds a reply may take.")] = 300.0,
    tries: Annotated[int, typer.Option(help="Requests for one reply before giving up.")] = 6,
    as_json: JsonOption = False,
) -> None:
    """Let a language model answer questions with the search tool, and log what it did.

    Needs the extra llm. Writes one BrowseComp-Plus file a run, which mine and agent score read.
    """
    require("openai", extra="llm")
    from lrat_rank.agent import AgentOptions, Limits, run_agent
    from lrat_rank.agent.prompt import PROMPT, read_prompt
    from lrat_rank.files import fingerprint
    from lrat_rank.llm import Retrying

    options = AgentOptions(
        model=model,
        base_url=base_url,
        api_key_env=api_key_env,
        concurrency=concurrency,
        retrying=Retrying(tries=tries, request_timeout=timeout, total_time=3 * timeout),
        prompt=PROMPT if prompt is None else read_prompt(prompt),
        limits=Limits(steps=max_steps, tokens=max_tokens, seconds=max_seconds),
        max_completion_tokens=max_completion_tokens,
        temperature=temperature,
        stream=stream,
        get_document=get_document,
        document_tokens=document_tokens,
        send_reasoning=send_reasoning,
    )
    options.endpoint().key()  # a missing one is told before the index is read

    from lrat_rank.serving import EngineOptions, SearchTool

    # No fallback: a run is to be one of the ranker it names.
    search = EngineOptions(
        k=k, depth=depth, stage=stage, snippet_tokens=snippet_tokens, fallback=False
    )
    tool = SearchTool.open(index, ranker, search)
    made_from = {"index": index} | ({} if ranker is None else {"ranker": ranker})
    result = run_agent(
        topics,
        out,
        tool,
        options,
        runs=runs,
        about={name: fingerprint(path) for name, path in made_from.items()}
        | {"snippet_tokens": snippet_tokens},
        places={name: str(path.resolve()) for name, path in made_from.items()},
    )
    emit(result.record(), result.lines(), as_json=as_json)
