"""`lrat-rank evaluate`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from lrat_rank.cli.console import JsonOption, emit

DEFAULT = "nDCG@10 RR@10 R@10 R@100 AP"


def evaluate(
    qrels: Annotated[Path, typer.Argument(help="Judgements, TREC or BEIR TSV.")],
    runs: Annotated[list[Path], typer.Argument(help="TREC runs.")],
    measures: Annotated[
        list[str] | None, typer.Option("--measures", help=f"Measures [default: {DEFAULT}].")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", help="Run that the others are tested against.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="JSON file to write.")] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="CSV file to write: one row a run, measure, query.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", help="Picture to write, .png, .svg or .pdf.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of intervals and randomisation test.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Score runs: means with intervals, and paired tests against a baseline."""
    from lrat_rank.collections import read_qrels
    from lrat_rank.eval.evaluation import evaluate_runs
    from lrat_rank.eval.measures import split_measures
    from lrat_rank.eval.named_runs import read_named_runs
    from lrat_rank.eval.report.table import table_lines, to_record, write_per_query_csv
    from lrat_rank.files import write_json

    named, against = read_named_runs(runs, baseline=baseline)
    evaluation = evaluate_runs(
        read_qrels(qrels),
        named,
        split_measures(measures or [DEFAULT]),
        baseline=against,
        seed=seed,
    )
    if plot is not None:
        from lrat_rank.eval.report.plots import bars_with_intervals

        bars_with_intervals(evaluation, plot)
    record = to_record(evaluation)
    if out is not None:
        write_json(out, record)
    if csv is not None:
        write_per_query_csv(csv, evaluation)
    emit(record, table_lines(evaluation, color=sys.stdout.isatty()), as_json=as_json)
