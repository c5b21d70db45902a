"""`lrat-rank train stack`."""

from __future__ import annotations

from typing import Annotated

import typer

from lrat_rank.cli.console import JsonOption, split_values
from lrat_rank.cli.guard_option import GuardOption, guarded_if
from lrat_rank.cli.train import IndexFolder, Labels, Out, Seed, ValidationFile, report_trained


def stack(
    labels: Labels,
    index: IndexFolder,
    out: Out,
    validation: ValidationFile = None,
    base: Annotated[
        list[str] | None,
        typer.Option(help="Base rankers: cross-encoder or lightgbm [default: cross-encoder]."),
    ] = None,
    checkpoint: Annotated[
        str, typer.Option(help="What cross-encoders start from, as in train cross-encoder --base.")
    ] = "offline",
    depth: Annotated[int, typer.Option(help="Documents a query that base rankers score.")] = 50,
    folds: Annotated[int, typer.Option(help="Parts that base scores are cross-fitted over.")] = 5,
    guard: GuardOption = True,
    seed: Seed = 0,
    as_json: JsonOption = False,
) -> None:
    """Train boosted trees over features and the scores of other rankers."""
    from lrat_rank.models.lightgbm.options import LightGBMOptions
    from lrat_rank.models.stack.options import StackOptions
    from lrat_rank.pipeline.stack import train_stack_ranker

    options = StackOptions(depth=depth, folds=folds, trees=LightGBMOptions(seed=seed), seed=seed)
    result = train_stack_ranker(
        labels,
        index,
        out,
        options,
        bases=split_values(base or ["cross-encoder"]),
        checkpoint=checkpoint,
        validation=validation,
    )
    guarded = guarded_if(guard, out, labels, index, validation=validation)
    report_trained(result, as_json=as_json, guard=guarded)
