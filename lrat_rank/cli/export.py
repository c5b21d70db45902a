"""`lrat-rank export` and `lrat-rank import`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lrat_rank.cli.console import JsonOption, emit


def export(
    labels: Annotated[Path, typer.Argument(help="Labelled-list file.")],
    target: Annotated[
        str, typer.Option("--to", help="qrels, flagembedding or sentence-transformers.")
    ],
    out: Annotated[Path, typer.Option("--out", help="File to write.")],
    corpus: Annotated[
        Path | None, typer.Option(help="Corpus, for targets that hold the documents' texts.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write labels in the form of another tool."""
    from lrat_rank.pipeline.exchange import export_labels

    summary = export_labels(labels, out, target=target, corpus=corpus)
    files = [str(file) for file in summary.files]
    lines = [
        *(f"left out: {count} × {what}" for what, count in summary.left_out.items()),
        f"Wrote {summary.rows} rows: {', '.join(files)}.",
    ]
    result = {"files": files, "rows": summary.rows, "left_out": dict(summary.left_out)}
    emit(result, lines, as_json=as_json)


def import_labels(
    rows: Annotated[Path, typer.Argument(help="LRAT-Train rows, JSON Lines.")],
    out: Annotated[Path, typer.Option("--out", help="Labelled-list file to write.")],
    as_json: JsonOption = False,
) -> None:
    """Read LRAT-Train rows as labels."""
    from lrat_rank.pipeline.exchange import import_rows

    result = import_rows(rows, out)
    lines = [f"Wrote {result.lists} lists: {result.labels}, {result.gains}."]
    record = {"labels": str(result.labels), "gains": str(result.gains), "lists": result.lists}
    emit(record, lines, as_json=as_json)
