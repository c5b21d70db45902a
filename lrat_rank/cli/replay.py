"""`lrat-rank replay`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lrat_rank.cli.console import JsonOption, complain, emit, split_values
from lrat_rank.cli.log_options import FormatOption, ToolsOption, log_options

DEFAULT = "nDCG@10 DCG@10 RR Success@1 MeanRank FirstRank LastRank"


def replay(
    labels: Annotated[Path, typer.Argument(help="Labelled lists of held-out questions.")],
    index: Annotated[Path, typer.Option("--index", help="Index folder of their documents.")],
    ranker: Annotated[Path, typer.Option("--ranker", help="Ranker folder on trial.")],
    champion: Annotated[
        Path | None, typer.Option("--champion", help="Ranker folder it is to replace.")
    ] = None,
    gate: Annotated[
        list[str] | None,
        typer.Option(
            help='What must hold, such as "nDCG@10 >= champion p<0.05"; several are repeated or '
            "parted by ;. Exit code 1 when one fails."
        ),
    ] = None,
    measures: Annotated[
        list[str] | None, typer.Option("--measures", help=f"Measures [default: {DEFAULT}].")
    ] = None,
    trained_on: Annotated[
        list[Path] | None,
        typer.Option(help="Labels a ranker was trained on: their questions are left out."),
    ] = None,
    examination: Annotated[
        Path | None, typer.Option(help="examination.json of analyze: how likely ranks are seen.")
    ] = None,
    candidates: Annotated[
        bool, typer.Option("--candidates", help="Rerank what the first stage returns too.")
    ] = False,
    stage: Annotated[
        str | None, typer.Option(help="Of --candidates: bm25, dense or hybrid.")
    ] = None,
    depth: Annotated[int, typer.Option(min=1, help="Candidates a query.")] = 100,
    trajectories: Annotated[
        list[Path] | None,
        typer.Option(help="Logs the labels were mined from: do figures go with right answers?"),
    ] = None,
    format_name: FormatOption = "auto",
    tools: ToolsOption = None,
    out: Annotated[Path | None, typer.Option("--out", help="JSON file to write.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of intervals and tests.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Rerank logged lists: where do the documents that agents used land?"""
    from lrat_rank.eval.replay import Gate
    from lrat_rank.files import refuse_inputs, write_json
    from lrat_rank.pipeline.replay import ReplayOptions, replay_file

    options = ReplayOptions(
        measures=tuple(split_values(measures or [])),
        gates=tuple(Gate.parse(text) for value in gate or [] for text in _parted(value)),
        trained_on=tuple(trained_on or ()),
        examination=examination,
        candidates=candidates,
        stage=stage,
        depth=depth,
        trajectories=tuple(trajectories or ()),
        logs=log_options(format_name, tools, None, strict=False),
        seed=seed,
    )
    if out is not None:
        refuse_inputs(out, labels, index, ranker, champion, examination, *(trained_on or ()))
    result = replay_file(labels, index, ranker, champion=champion, options=options)
    record = result.to_dict()
    if out is not None:
        write_json(out, record)
    emit(record, result.lines(), as_json=as_json)
    if result.failed:
        for decision in result.failed if as_json else ():
            complain(f"Gate {decision.reason}", code=1)
        raise typer.Exit(1)


def _parted(gates: str) -> list[str]:
    """The gates of one text; where it holds none the text itself, for the parser to refuse."""
    return [text for text in gates.split(";") if text.strip()] or [gates]
