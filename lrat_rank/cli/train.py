"""`lrat-rank train RANKER`: the group of commands, and the options they share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from lrat_rank.cli.console import emit
from lrat_rank.progress import say

if TYPE_CHECKING:
    from lrat_rank.pipeline.guard import GuardResult
    from lrat_rank.pipeline.train import TrainResult

train = typer.Typer(help="Train a ranker on labelled lists.")

Labels = Annotated[Path, typer.Argument(help="Labelled lists, from lrat-rank mine.")]
IndexFolder = Annotated[Path, typer.Option("--index", help="Index folder of their documents.")]
Out = Annotated[Path, typer.Option("--out", help="Ranker folder to write.")]
ValidationFile = Annotated[
    Path | None, typer.Option("--validation", help="Labelled lists about other questions.")
]
Intensity = Annotated[
    str, typer.Option(help="Where relevance intensity enters: gain, weight, both or none.")
]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same ranker.")]


def report_trained(result: TrainResult, *, as_json: bool, guard: GuardResult | None = None) -> None:
    """Say what was trained and where it is; what the record warns of goes to standard error."""
    for warning in result.record.get("warnings", ()):
        say(f"Warning: {warning}")
    line = f"Trained a {result.kind} ranker on {result.lists} lists; wrote {result.ranker}."
    emit(trained_record(result, guard), [line], as_json=as_json)


def trained_record(result: TrainResult, guard: GuardResult | None) -> dict[str, Any]:
    """What `--json` prints: the ranker, and its guard where it has one."""
    record: dict[str, Any] = msgspec.to_builtins(result)
    return record | {"guard": None if guard is None else msgspec.to_builtins(guard)}
