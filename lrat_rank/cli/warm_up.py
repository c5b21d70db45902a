"""`lrat-rank warm-up`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lrat_rank.cli.console import JsonOption, emit, split_values
from lrat_rank.cli.gradient_options import (
    CheckpointOption,
    EpochsOption,
    LearningRateOption,
    PairTokensOption,
)
from lrat_rank.cli.train import Out, Seed


def warm_up(
    index: Annotated[Path, typer.Argument(help="Index folder of the corpus.")],
    out: Out,
    base: CheckpointOption = "offline",
    lists: Annotated[int, typer.Option(help="Lists to make from the corpus, at most.")] = 2000,
    kinds: Annotated[
        list[str] | None,
        typer.Option(help="What queries are made of: title, sentence, phrases [default: all]."),
    ] = None,
    negatives: Annotated[int, typer.Option(help="Documents without gain a list.")] = 15,
    distil: Annotated[
        bool, typer.Option("--distil", help="Learn the first stage's scores as well.")
    ] = False,
    epochs: EpochsOption = 1,
    learning_rate: LearningRateOption = 2e-4,
    max_length: PairTokensOption = 256,
    seed: Seed = 0,
    as_json: JsonOption = False,
) -> None:
    """Warm a cross-encoder up on a corpus, without labels; train it on labels with --base."""
    import msgspec

    from lrat_rank.models.cross_encoder.options import CrossEncoderOptions
    from lrat_rank.models.warm_up.options import KindShares, WarmUpOptions
    from lrat_rank.pipeline.warm_up import warm_up_cross_encoder

    options = CrossEncoderOptions(
        base=base,
        max_length=max_length,
        seed=seed,
        warm_up=WarmUpOptions(
            lists=lists,
            kinds=KindShares.only(split_values(kinds or [])),
            negatives=negatives,
            distil=distil,
            epochs=epochs,
            learning_rate=learning_rate,
            seed=seed,
        ),
    )
    result = warm_up_cross_encoder(index, out, options)
    lines = [
        f"Warmed up on {result.lists} lists; wrote {result.ranker}.",
        f"Next: lrat-rank train cross-encoder LABELS --index {index} --base {out} --out RANKER",
    ]
    emit(msgspec.to_builtins(result), lines, as_json=as_json)
