"""`lrat-rank train lightgbm` and `lrat-rank train cross-encoder`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from lrat_rank.cli.console import JsonOption, emit, split_values

if TYPE_CHECKING:
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


@train.command()
def lightgbm(
    labels: Labels,
    index: IndexFolder,
    out: Out,
    validation: ValidationFile = None,
    features: Annotated[
        list[str] | None, typer.Option("--features", help="Names or groups [default: all].")
    ] = None,
    intensity: Intensity = "both",
    cutoff: Annotated[int, typer.Option(help="The k of nDCG@k, which is optimised.")] = 10,
    position_debias: Annotated[
        bool,
        typer.Option("--position-debias", help="Learn the effect of the rank shown, and drop it."),
    ] = False,
    seed: Seed = 0,
    as_json: JsonOption = False,
) -> None:
    """Train boosted trees (lambdarank) over ranking features."""
    from lrat_rank.models.intensity_use import IntensityUse
    from lrat_rank.models.lightgbm.options import LightGBMOptions
    from lrat_rank.pipeline.train import train_lightgbm

    options = LightGBMOptions(
        features=tuple(split_values(features or [])),
        intensity=IntensityUse.parse(intensity),
        cutoff=cutoff,
        position_debias=position_debias,
        seed=seed,
    )
    _report(train_lightgbm(labels, index, out, options, validation=validation), as_json=as_json)


@train.command("cross-encoder")
def cross_encoder(
    labels: Labels,
    index: IndexFolder,
    out: Out,
    validation: ValidationFile = None,
    base: Annotated[
        str, typer.Option(help="offline (packaged MiniLM), a checkpoint folder, or a hub name.")
    ] = "offline",
    loss: Annotated[
        str, typer.Option(help="softmax (listwise) or ranknet (pairwise).")
    ] = "softmax",
    intensity: Intensity = "gain",
    epochs: Annotated[int, typer.Option(help="Passes over the lists.")] = 2,
    learning_rate: Annotated[float, typer.Option(help="Peak of the linear schedule.")] = 2e-4,
    max_length: Annotated[int, typer.Option(help="Tokens a pair, at most.")] = 256,
    seed: Seed = 0,
    as_json: JsonOption = False,
) -> None:
    """Train a cross-encoder on texts, from any Hugging Face checkpoint."""
    from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
    from lrat_rank.models.intensity_use import IntensityUse
    from lrat_rank.pipeline.train import train_cross_encoder

    options = CrossEncoderOptions(
        base=base,
        loss=loss,
        intensity=IntensityUse.parse(intensity),
        epochs=epochs,
        learning_rate=learning_rate,
        max_length=max_length,
        seed=seed,
    )
    result = train_cross_encoder(labels, index, out, options, validation=validation)
    _report(result, as_json=as_json)


def _report(result: TrainResult, *, as_json: bool) -> None:
    line = f"Trained a {result.kind} ranker on {result.lists} lists; wrote {result.ranker}."
    emit(msgspec.to_builtins(result), [line], as_json=as_json)
