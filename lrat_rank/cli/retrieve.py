"""`lrat-rank retrieve` and `lrat-rank rerank`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from lrat_rank.cli.console import JsonOption, emit

if TYPE_CHECKING:
    from lrat_rank.pipeline.retrieve import RunResult


def retrieve(
    index: Annotated[Path, typer.Argument(help="Index folder.")],
    queries: Annotated[Path, typer.Argument(help="Queries, JSON Lines or TSV.")],
    out: Annotated[Path, typer.Option("--out", help="TREC run to write (.gz packs it).")],
    stage: Annotated[str, typer.Option(help="bm25, dense or hybrid.")] = "hybrid",
    depth: Annotated[int, typer.Option("-k", "--depth", help="Documents a query.")] = 100,
    as_json: JsonOption = False,
) -> None:
    """Search an index for every query and write a TREC run."""
    from lrat_rank.pipeline.retrieve import retrieve_run

    _report(retrieve_run(index, queries, out, stage=stage, depth=depth), as_json=as_json)


def rerank(
    run: Annotated[Path, typer.Argument(help="TREC run to rerank.")],
    index: Annotated[Path, typer.Option("--index", help="Index folder of its documents.")],
    queries: Annotated[Path, typer.Option("--queries", help="Queries, JSON Lines or TSV.")],
    ranker: Annotated[Path, typer.Option("--ranker", help="Ranker folder.")],
    out: Annotated[Path, typer.Option("--out", help="TREC run to write.")],
    depth: Annotated[int, typer.Option(help="Documents a query to rerank.")] = 100,
    calibrated: Annotated[
        bool, typer.Option("--calibrated", help="Write probabilities in place of raw scores.")
    ] = False,
    no_guard: Annotated[
        bool, typer.Option("--no-guard", help="Leave the ranker's guard out.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Rerank a run with a trained ranker or a cascade."""
    from lrat_rank.models.loading import RankerUse
    from lrat_rank.pipeline.retrieve import rerank_run

    use = RankerUse(guard=not no_guard, calibrated=calibrated)
    result = rerank_run(run, index, queries, ranker, out, depth=depth, use=use)
    _report(result, as_json=as_json)


def _report(result: RunResult, *, as_json: bool) -> None:
    lines = [f"Wrote {result.documents} documents for {result.queries} queries to {result.run}."]
    if result.without_documents:
        lines.append(f"Queries without a document: {', '.join(result.without_documents)}")
    if result.without_text:
        lines.append(f"Queries without a text, left as they were: {', '.join(result.without_text)}")
    emit(msgspec.to_builtins(result), lines, as_json=as_json)
