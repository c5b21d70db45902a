"""`lrat-rank evaluate`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from lrat_rank.cli.console import JsonOption, emit
from lrat_rank.cli.runs import FormatsOption, PartsOption
from lrat_rank.errors import InputError

DEFAULT = "nDCG@10 RR@10 R@10 R@100 AP"


def evaluate(
    qrels: Annotated[Path, typer.Argument(help="Judgements, TREC or BEIR TSV.")],
    runs: Annotated[list[Path], typer.Argument(help="Runs, TREC or another form.")],
    measures: Annotated[
        list[str] | None, typer.Option("--measures", help=f"Measures [default: {DEFAULT}].")
    ] = None,
    gains: Annotated[
        Path | None,
        typer.Option("--gains", help="Gains, query_id doc_id gain, for measures such as gnDCG@10."),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", help="Run that the others are tested against.")
    ] = None,
    form: FormatsOption = "auto",
    part: PartsOption = None,
    correction: Annotated[
        Literal["holm", "bh", "none"],
        typer.Option("--correction", help="For several runs: of marks and of p-values shown."),
    ] = "holm",
    equivalence_margin: Annotated[
        float | None,
        typer.Option("--equivalence-margin", help="Differences within ± this do not matter: test."),
    ] = None,
    intervals: Annotated[
        Literal["percentile", "bca"], typer.Option("--intervals", help="Kind of bootstrap.")
    ] = "percentile",
    out: Annotated[Path | None, typer.Option("--out", help="JSON file to write.")] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="CSV file to write: one row a run, measure, query.")
    ] = None,
    latex: Annotated[
        Path | None, typer.Option("--latex", help="LaTeX table to write, with booktabs.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", help="Picture to write, .png, .svg or .pdf.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Page to write: tables, plots, changed queries.")
    ] = None,
    queries: Annotated[
        Path | None, typer.Option("--queries", help="Query texts, for the page.")
    ] = None,
    corpus: Annotated[
        Path | None, typer.Option("--corpus", help="Titles and texts of documents, for the page.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of intervals and randomisation test.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Score runs: means with intervals, and paired tests against a baseline."""
    from lrat_rank.collections import read_corpus, read_gains, read_qrels, read_topics
    from lrat_rank.eval.evaluation import evaluate_runs
    from lrat_rank.eval.measures import split_measures
    from lrat_rank.eval.named_runs import read_named_runs
    from lrat_rank.eval.report.plots import bars_with_intervals, check_picture_name
    from lrat_rank.eval.report.record import to_record, write_per_query_csv
    from lrat_rank.eval.report.table import table_lines
    from lrat_rank.eval.statistics.options import StatisticsOptions
    from lrat_rank.files import check_outputs, existing_file, write_json

    written = {"--out": out, "--csv": csv, "--latex": latex, "--plot": plot, "--html": html}
    check_outputs(written, qrels, gains, baseline, queries, corpus, *runs)
    if plot is not None:
        check_picture_name(plot)
    if html is None and (queries is not None or corpus is not None):
        raise InputError(
            "--queries and --corpus",
            must="given with --html, the page that shows the texts",
            got="no --html",
        )
    if corpus is not None:
        existing_file(corpus, "corpus")
    topics = {} if queries is None else read_topics(queries)
    judged = read_qrels(qrels)
    known_gains = None if gains is None else read_gains(gains)
    options = StatisticsOptions(
        correction=correction, equivalence_margin=equivalence_margin, interval=intervals
    )
    named, against = read_named_runs(runs, baseline=baseline, format=form, part=part)
    evaluation = evaluate_runs(
        judged,
        named,
        split_measures(measures or [DEFAULT]),
        gains=known_gains,
        baseline=against,
        seed=seed,
        options=options,
    )
    if plot is not None:
        bars_with_intervals(evaluation, plot)
    if html is not None:
        from lrat_rank.eval.report.page import PageSources, write_page

        documents = () if corpus is None else read_corpus(corpus, repeats=[])
        sources = PageSources(judged, named, known_gains or {}, topics, documents)
        write_page(html, evaluation, sources)
    # Every value of every query: made only where somebody reads it.
    record = to_record(evaluation) if as_json or out is not None else {}
    if out is not None:
        write_json(out, record)
    if csv is not None:
        write_per_query_csv(csv, evaluation)
    if latex is not None:
        from lrat_rank.eval.report.latex import write_latex

        write_latex(latex, evaluation)
    emit(record, table_lines(evaluation, color=sys.stdout.isatty()), as_json=as_json)
