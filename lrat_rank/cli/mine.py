"""`lrat-rank mine`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
from lrat_rank.errors import InputError

if TYPE_CHECKING:
    from lrat_rank.mining.judges.llm import LlmJudge

LLM = "llm"


def mine(
    trajectories: TrajectoriesArgument,
    out: Annotated[Path, typer.Option("--out", help="Labelled-list file to write.")],
    corpus: Annotated[
        Path | None, typer.Option(help="Corpus; documents outside it become no candidates.")
    ] = None,
    format_name: FormatOption = "auto",
    tools: ToolsOption = None,
    policy: PolicyOption = "default",
    judge: Annotated[str, typer.Option(help="cues (rules), none (all relevant) or llm.")] = "cues",
    judge_model: Annotated[str, typer.Option(help="Model of the judge llm.")] = "",
    judge_url: Annotated[
        str, typer.Option(help="OpenAI-compatible endpoint of the judge llm.")
    ] = "https://api.openai.com/v1",
    judge_key_env: Annotated[
        str, typer.Option(help="Environment variable that holds its key.")
    ] = "OPENAI_API_KEY",
    judge_votes: Annotated[int, typer.Option(help="Times each browse is asked about.")] = 1,
    judge_concurrency: Annotated[int, typer.Option(help="Requests under way at once.")] = 8,
    judge_max_tokens: Annotated[int, typer.Option(help="Of a reply.")] = 512,
    judge_document_budget: Annotated[
        int, typer.Option(help="Characters of the document that it is shown.")
    ] = 6_000,
    judge_reasoning_budget: Annotated[
        int, typer.Option(help="Characters of the reasoning that it is shown.")
    ] = 8_000,
    judge_cache: Annotated[
        Path | None, typer.Option(help="Folder of its replies [default: the user's cache].")
    ] = None,
    judge_prices: Annotated[
        str, typer.Option(help='Per million tokens, for the meter: "PROMPT COMPLETION".')
    ] = "",
    on_judge_error: Annotated[
        str, typer.Option(help="Endpoint out of reach: stop, or unjudged (mask and go on).")
    ] = "stop",
    judge_audit: Annotated[
        int, typer.Option(help="Write so many decisions side by side, for a person.")
    ] = 0,
    tokenizer: TokenizerOption = "whitespace",
    intensity: Annotated[
        str, typer.Option(help="reasoning, or dwell (seconds, where no reasoning is logged).")
    ] = "reasoning",
    normalise: Annotated[
        str, typer.Option(help="Fit the half-life over the file, or for each agent.")
    ] = "file",
    correctness: Annotated[
        str, typer.Option(help="Of wrong runs: ignore, filter (drop) or weight (count less).")
    ] = "ignore",
    wrong_weight: Annotated[
        float, typer.Option(help="Weight of a wrong run's lists, with --correctness weight.")
    ] = 0.5,
    missing_reasoning: Annotated[
        str, typer.Option(help="Of a relevant document: unjudged, or mean (logs without any).")
    ] = "unjudged",
    mask: Annotated[
        str, typer.Option(help='Doubts that mask a browse: "before-answer truncated shared".')
    ] = "",
    examination: Annotated[
        Path | None, typer.Option(help="Examination by rank (from analyze): gains over it.")
    ] = None,
    grade_levels: Annotated[int, typer.Option(help="At most so many grades, 0 included.")] = 32,
    workers: Annotated[int | None, typer.Option(help="Processes; all cores by default.")] = None,
    strict: StrictOption = False,
    as_json: JsonOption = False,
) -> None:
    """Mine graded labels from agent trajectories, with a loss report beside them."""
    from lrat_rank.files import refuse_inputs
    from lrat_rank.mining.examination import read_examination
    from lrat_rank.mining.options import MiningOptions
    from lrat_rank.pipeline.mine import mine_files
    from lrat_rank.pipeline.mining_plan import JobOptions

    refuse_inputs(out, examination, tools)
    llm = _llm_judge(
        judge,
        judge_prices,
        on_judge_error,
        model=judge_model,
        base_url=judge_url,
        api_key_env=judge_key_env,
        votes=judge_votes,
        concurrency=judge_concurrency,
        max_tokens=judge_max_tokens,
        document_budget=judge_document_budget,
        reasoning_budget=judge_reasoning_budget,
        cache=judge_cache,
    )
    options = MiningOptions.named(
        policy=policy,
        judge=llm or judge,
        tokenizer_name=tokenizer,
        masked=mask.split(),
        examination=None if examination is None else read_examination(examination),
        grade_levels=grade_levels,
        wrong_weight=wrong_weight,
        intensity=intensity,
        normalise=normalise,
        correctness=correctness,
        missing_reasoning=missing_reasoning,
    )
    logs = log_options(format_name, tools, corpus, strict=strict)
    job = JobOptions(workers=workers, audit=judge_audit)
    result = mine_files(trajectories, out, options, logs=logs, job=job)
    files = {
        "labels": str(result.labels),
        "gains": str(result.gains),
        "report_file": str(result.report_file),
        **({"audit": str(result.audit)} if result.audit else {}),
    }
    lines = [*result.report.lines(), *([llm.meter.line()] if llm else [])]
    spent = {"judge": llm.meter.summary()} if llm else {}
    lines.append(f"Wrote {', '.join(files.values())}.")
    emit({**files, **spent, **result.report.to_dict()}, lines, as_json=as_json)


def _llm_judge(name: str, prices: str, on_error: str, **asking: Any) -> LlmJudge | None:
    """The judge `llm`, from options as they are typed; None where another one is named."""
    from lrat_rank.mining.judges.registry import JUDGES
    from lrat_rank.registry import nearest, one_of

    if name != LLM:
        if name not in JUDGES.names():
            known = [*JUDGES.names(), LLM]
            hint = nearest(name, known)
            raise InputError(
                "judge",
                must=f"one of {', '.join(known)}",
                got=repr(name),
                do=f"Did you mean {hint}?" if hint else None,
            )
        return None
    from lrat_rank.mining.judges.llm import LlmOptions, OnError, Prices, llm_judge

    each = prices.split()
    try:
        known_prices = [float(price) for price in each]
    except ValueError:
        known_prices = []
    if each and len(known_prices) != 2:
        raise InputError("judge prices", must='two numbers, "PROMPT COMPLETION"', got=repr(prices))
    return llm_judge(
        LlmOptions(
            prices=Prices(prompt=known_prices[0], completion=known_prices[1])
            if known_prices
            else None,
            on_error=one_of(OnError, on_error, "on judge error"),
            **asking,
        )
    )
