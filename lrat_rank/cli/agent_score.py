"""`lrat-rank agent score`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lrat_rank.cli.console import JsonOption, emit
from lrat_rank.cli.log_options import (
    FormatOption,
    StrictOption,
    ToolsOption,
    TrajectoriesArgument,
    log_options,
)
from lrat_rank.errors import InputError

if TYPE_CHECKING:
    from lrat_rank.eval.agent_runs.answer_judge import LlmAnswerJudge
    from lrat_rank.eval.agent_runs.matching import TextMatch

DEFAULT_MATCH = "normalised"
LLM = "llm"


def agent_score(
    runs: TrajectoriesArgument,
    answers: Annotated[
        Path | None, typer.Option(help="Right answers (JSONL) [default: what the logs say].")
    ] = None,
    qrels: Annotated[
        Path | None, typer.Option(help="Evidence of the questions, for the evidence recall.")
    ] = None,
    queries: Annotated[
        Path | None, typer.Option(help="Questions to work: without a run they count as failed.")
    ] = None,
    match: Annotated[str, typer.Option(help="normalised, exact, contains or llm.")] = DEFAULT_MATCH,
    baseline: Annotated[
        list[Path] | None, typer.Option("--baseline", help="Runs to compare with; repeatable.")
    ] = None,
    judge_model: Annotated[str, typer.Option(help="Model, with --match llm.")] = "",
    judge_url: Annotated[
        str, typer.Option(help="Its OpenAI-compatible endpoint.")
    ] = "https://api.openai.com/v1",
    judge_key_env: Annotated[
        str, typer.Option(help="Environment variable that holds its key.")
    ] = "OPENAI_API_KEY",
    judge_concurrency: Annotated[int, typer.Option(help="Requests under way at once.")] = 8,
    judge_max_tokens: Annotated[int, typer.Option(help="Of a reply.")] = 512,
    judge_cache: Annotated[
        Path | None, typer.Option(help="Folder of its replies [default: the user's cache].")
    ] = None,
    on_judge_error: Annotated[
        str, typer.Option(help="Endpoint out of reach: stop, or unjudged (leave out and go on).")
    ] = "stop",
    corpus: Annotated[
        Path | None, typer.Option(help="Corpus, for logs that show documents without ids.")
    ] = None,
    format_name: FormatOption = "auto",
    tools: ToolsOption = None,
    strict: StrictOption = False,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="CSV file to write: a row a run.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="JSON file to write.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of intervals and randomisation test.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Score agent runs: success, evidence recall, steps, and confidence against outcome.

    Runs of one question count as one: every mean is over questions, and intervals take both
    questions and runs as drawn by chance.
    """
    from lrat_rank.eval.agent_runs.report import (
        comparison_lines,
        score_lines,
        to_record,
        write_run_csv,
    )
    from lrat_rank.files import check_outputs, write_json
    from lrat_rank.pipeline.agent_runs import ScoringOptions, score_files

    matched = None if match == LLM else _text_match(match)
    if match != DEFAULT_MATCH and answers is None:
        raise InputError("--match", must="given with --answers", got=f"--match {match} alone")
    given = (*runs, *(baseline or ()), answers, qrels, queries, corpus, tools)
    check_outputs({"--out": out, "--csv": csv}, *given)
    llm = _llm(
        match,
        on_judge_error,
        model=judge_model,
        base_url=judge_url,
        api_key_env=judge_key_env,
        concurrency=judge_concurrency,
        max_tokens=judge_max_tokens,
        cache=judge_cache,
    )
    options = ScoringOptions(
        answers=answers,
        qrels=qrels,
        queries=queries,
        judge=llm or matched,
        logs=log_options(format_name, tools, corpus, strict=strict),
        seed=seed,
    )
    result = score_files(runs, options, baseline=baseline or ())
    record = to_record(result.scores, result.comparison) | {"unread": list(result.unread)}
    lines = [*score_lines(result.scores), *result.unread]
    if result.comparison is not None:
        lines += ["", *comparison_lines(result.comparison)]
    if llm is not None:
        record |= {"judge": llm.meter.summary()}
        lines.append(llm.meter.line())
    if out is not None:
        write_json(out, record)
    if csv is not None:
        write_run_csv(csv, [result.scores, *([result.baseline] if result.baseline else [])])
    emit(record, lines, as_json=as_json)


def _text_match(name: str) -> TextMatch:
    from lrat_rank.eval.agent_runs import MATCHES
    from lrat_rank.registry import nearest

    if name not in MATCHES.names():
        known = [*MATCHES.names(), LLM]
        hint = nearest(name, known)
        raise InputError(
            "--match",
            must=f"one of {', '.join(known)}",
            got=repr(name),
            do=f"Did you mean {hint}?" if hint else None,
        )
    return MATCHES.get(name)


def _llm(name: str, on_error: str, **asking: Any) -> LlmAnswerJudge | None:
    """The answer judge `llm`, from options as they are typed; None where a match is named."""
    if name != LLM:
        return None
    from lrat_rank.eval.agent_runs.answer_judge import LlmAnswerJudge
    from lrat_rank.mining.judges.llm import LlmOptions, OnError
    from lrat_rank.registry import one_of

    return LlmAnswerJudge(
        LlmOptions(on_error=one_of(OnError, on_error, "on judge error"), **asking)
    )
