"""`lrat-rank fuse`, `convert` and `inspect`: run files of any form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from lrat_rank.cli.console import JsonOption, emit, split_values
from lrat_rank.errors import InputError

if TYPE_CHECKING:
    from lrat_rank.pipeline.runs import FuseResult

FORMATS = "trec, beir, ranx, mteb or msmarco"
METHODS = "rrf, combsum, combmnz or weighted"
NORMALISERS = "min-max, z-score, sum, rank or none"

FormatOption = Annotated[
    str, typer.Option("--format", help=f"Of the file: auto, {FORMATS}; .gz is unpacked.")
]
FormatsOption = Annotated[
    str, typer.Option("--format", help=f"Of all runs: auto, {FORMATS}; .gz is unpacked.")
]
PartsOption = Annotated[
    str | None, typer.Option("--part", help="subset/split of all runs, if MTEB's hold several.")
]
PartOption = Annotated[
    str | None, typer.Option("--part", help="subset/split, where MTEB's predictions hold several.")
]


def fuse(
    runs: Annotated[list[Path], typer.Argument(help="Runs, two or more.")],
    out: Annotated[Path, typer.Option("--out", help="TREC run to write (.gz packs it).")],
    method: Annotated[str, typer.Option(help=METHODS)] = "rrf",
    normalise: Annotated[
        str | None,
        typer.Option(help=f"{NORMALISERS}; of scores, so not for rrf [default: min-max]."),
    ] = None,
    k: Annotated[int, typer.Option("--k", min=0, help="Of rrf: damps the first ranks.")] = 60,
    weights: Annotated[
        list[str] | None, typer.Option(help="For weighted: one number a run, in their order.")
    ] = None,
    tune: Annotated[
        Path | None,
        typer.Option(help="For weighted: training qrels to choose weights on; not the test qrels."),
    ] = None,
    measure: Annotated[str, typer.Option(help="What --tune makes as large as it gets.")] = (
        "nDCG@10"
    ),
    depth: Annotated[
        int | None, typer.Option("--depth", help="Documents a query to keep [default: all].")
    ] = None,
    form: FormatsOption = "auto",
    part: PartsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fuse runs into one."""
    from lrat_rank.models.fusion import FusionOptions
    from lrat_rank.pipeline.runs import Tuning, fuse_files

    if method == "rrf" and normalise is not None:
        raise InputError("--normalise", must="left out: rrf looks at ranks", got=repr(normalise))
    if tune is not None and weights:
        raise InputError("--tune", must="given without --weights", got="both")
    result = fuse_files(
        runs,
        out,
        FusionOptions(method, normalise or "min-max", k),
        weights=Tuning(tune, measure) if tune else _numbers(weights) if weights else None,
        depth=depth,
        format=form,
        part=part,
    )
    emit(msgspec.to_builtins(result), _fuse_lines(result), as_json=as_json)


def _numbers(values: list[str]) -> list[float]:
    words = split_values(values)
    try:
        return [float(word) for word in words]
    except ValueError as error:
        raise InputError("--weights", must="numbers", got=repr(" ".join(words))) from error


def _fuse_lines(result: FuseResult) -> list[str]:
    lines = [f"Wrote {result.documents} documents for {result.queries} queries to {result.run}."]
    if result.weights is not None:
        told = ", ".join(f"{name} {weight:.3g}" for name, weight in result.weights.items())
        lines.append(f"Weights: {told}.")
    tuning = result.tuning
    if tuning is not None:
        alone = ", ".join(
            f"{name} {value:.4f}"
            for name, value in zip(result.inputs, tuning.alone_values, strict=True)
        )
        lines += [
            f"{tuning.measure} on {tuning.queries} training queries: {tuning.training_value:.4f}"
            f" (equal weights {tuning.equal_weights_value:.4f}; alone: {alone}).",
            "This is the value on the queries that chose the weights, not a test figure: "
            "evaluate the run on other queries.",
        ]
    return lines


def convert(
    run: Annotated[Path, typer.Argument(help="Run to read.")],
    to: Annotated[str, typer.Option("--to", help=FORMATS)],
    out: Annotated[Path, typer.Option("--out", help="File to write (.gz packs it).")],
    form: FormatOption = "auto",
    part: PartOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a run in another form."""
    from lrat_rank.pipeline.runs import convert_file

    result = convert_file(run, out, to=to, format=form, part=part)
    told = f"Wrote {result.documents} documents for {result.queries} queries to {result.run}."
    lost = "Ranks only: this form has no scores." if to == "msmarco" else None
    emit(msgspec.to_builtins(result), [told, lost] if lost else [told], as_json=as_json)


def inspect(
    run: Annotated[Path, typer.Argument(help="Run to look into.")],
    qrels: Annotated[Path | None, typer.Option("--qrels", help="Judgements to hold it to.")] = None,
    form: FormatOption = "auto",
    part: PartOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what a run holds and what looks wrong with it."""
    from lrat_rank.pipeline.run_report import findings, inspect_file

    report = inspect_file(run, qrels=qrels, format=form, part=part)
    least, median, most = report.depth
    told = findings(report)
    lines = [
        f"{report.run}: {report.documents} documents for {report.queries} queries, "
        f"{least} to {most} a query (median {median:g}), tag {report.tag}.",
        *(told or ["Nothing looks wrong."]),
    ]
    emit({**msgspec.to_builtins(report), "findings": told}, lines, as_json=as_json)
