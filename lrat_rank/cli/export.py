"""`lrat-rank export` and `lrat-rank import`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lrat_rank.cli.console import JsonOption, emit, split_values
from lrat_rank.mining.exports.registry import EXPORTERS

# `\b` keeps the lines as they are.
TARGETS = "\b\nTargets:\n" + "\n".join(
    f"  {name:<32}{target.summary}" for name, target in EXPORTERS.items()
)
"""The targets, for the end of the help text."""


def export(
    labels: Annotated[Path, typer.Argument(help="Labelled-list file.")],
    target: Annotated[str, typer.Option("--to", help="A target; they are listed below.")],
    out: Annotated[Path, typer.Option("--out", help="File (beir, datasets: folder) to write.")],
    corpus: Annotated[
        Path | None, typer.Option(help="Corpus, for targets that hold the documents' texts.")
    ] = None,
    index: Annotated[
        Path | None, typer.Option(help="Index folder, for texts in place of a corpus, or features.")
    ] = None,
    features: Annotated[
        list[str] | None, typer.Option("--features", help="Names or groups [default: all].")
    ] = None,
    split: Annotated[
        str | None, typer.Option(help="beir: name of the qrels file [default: train].")
    ] = None,
    all_documents: Annotated[
        bool, typer.Option("--all-documents", help="beir: the whole corpus, not only what's shown.")
    ] = False,
    push_to_hub: Annotated[
        str | None, typer.Option(metavar="OWNER/NAME", help="datasets: push to the hub as well.")
    ] = None,
    private: Annotated[
        bool, typer.Option("--private", help="Make that repository private.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write labels in the form of another tool."""
    from lrat_rank.mining.exports.base import ExportOptions, first_few
    from lrat_rank.pipeline.exchange import DocumentsFrom, export_labels

    summary = export_labels(
        labels,
        out,
        target=target,
        documents=DocumentsFrom(corpus, index, split_values(features) if features else None),
        options=ExportOptions(split, all_documents, push_to_hub, private),
    )
    files = [str(file) for file in summary.files]
    lines = [f"left out: {count} × {what}" for what, count in summary.left_out.items()]
    if summary.unknown:
        told = first_few(summary.unknown)
        lines.append(f"not in corpus or index: {len(summary.unknown)} documents ({told})")
    lines.append(f"Wrote {summary.rows} rows: {', '.join(files)}.")
    if summary.pushed:
        lines.append(f"Pushed to {summary.pushed}.")
    result = {
        "files": files,
        "rows": summary.rows,
        "left_out": dict(summary.left_out),
        "unknown_documents": list(summary.unknown),
        "pushed": summary.pushed,
    }
    emit(result, lines, as_json=as_json)


def import_labels(
    rows: Annotated[Path, typer.Argument(help="Rows: JSON Lines, a JSON array or Parquet.")],
    out: Annotated[Path, typer.Option("--out", help="Labelled-list file to write.")],
    as_json: JsonOption = False,
) -> None:
    """Read training rows that name their documents (LRAT-Train's, or those of export) as labels."""
    from lrat_rank.pipeline.exchange import import_rows

    result = import_rows(rows, out)
    lines = [f"Wrote {result.lists} lists: {result.labels}, {result.gains}."]
    record = {"labels": str(result.labels), "gains": str(result.gains), "lists": result.lists}
    emit(record, lines, as_json=as_json)
