"""The options of commands that train a model by gradient steps."""

from __future__ import annotations

from typing import Annotated

import typer

CheckpointOption = Annotated[
    str, typer.Option(help="offline (packaged MiniLM), a checkpoint folder, or a hub name.")
]
LearningRateOption = Annotated[float, typer.Option(help="Peak of the linear schedule.")]
EpochsOption = Annotated[int, typer.Option(help="Passes over the lists.")]
AccumulateOption = Annotated[int, typer.Option(help="Batches an optimiser step.")]
PairTokensOption = Annotated[int, typer.Option(help="Tokens a pair, at most.")]
