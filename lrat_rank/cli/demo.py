"""`lrat-rank demo`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lrat_rank.cli.console import JsonOption, emit

if TYPE_CHECKING:
    from lrat_rank.models.cascade import CascadeOptions


def demo(
    out: Annotated[Path, typer.Option("--out", help="Folder to write.")] = Path("demo"),
    seed: Annotated[int, typer.Option(help="Of the world, the agent and the rankers.")] = 0,
    documents: Annotated[int, typer.Option(min=200, help="Size of the encyclopedia.")] = 2000,
    questions: Annotated[int, typer.Option(min=20, help="Questions over all splits.")] = 300,
    as_json: JsonOption = False,
) -> None:
    """The whole way, offline, on a generated world: agent runs, labels, rankers, measures."""
    from lrat_rank.eval.report.table import table_lines
    from lrat_rank.files import read_json
    from lrat_rank.pipeline.demo import RESULT, DemoOptions, run_demo

    options = DemoOptions(seed=seed, documents=documents, questions=questions)
    result = run_demo(out, options)
    lines = [
        f"The agent answered {result.answered:.0%} of its training questions; "
        f"{result.mining.report.lists} labelled lists were mined from its runs.",
        _of_cascade(result.cascade),
        "",
        *table_lines(result.evaluation, color=sys.stdout.isatty()),
        "",
        "This world is synthetic: documents, questions and agent come from a generator. The",
        "figures show that the way works from end to end, not how a ranker does on your data.",
        f"Everything is in {out}: {RESULT}, per-query.csv, comparison.png, runs, rankers, labels.",
    ]
    emit(read_json(out / RESULT), lines, as_json=as_json)


def _of_cascade(chosen: CascadeOptions) -> str:
    if chosen.blend == 0:
        return "The validation questions chose for the cascade: LightGBM alone."
    return (
        f"The validation questions chose for the cascade: {chosen.blend:g} of the cross-encoder "
        f"among at most {chosen.depth} documents."
    )
