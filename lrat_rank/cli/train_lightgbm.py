"""`lrat-rank train lightgbm`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lrat_rank.cli.console import JsonOption, split_values
from lrat_rank.cli.context_option import ContextDropoutOption
from lrat_rank.cli.guard_option import GuardOption, guarded_if
from lrat_rank.cli.train import (
    IndexFolder,
    Intensity,
    Labels,
    Out,
    Seed,
    ValidationFile,
    report_trained,
)


def lightgbm(
    labels: Labels,
    index: IndexFolder,
    out: Out,
    validation: ValidationFile = None,
    base: Annotated[
        Path | None,
        typer.Option("--base", help="A LightGBM ranker's folder, whose trees are added to."),
    ] = None,
    features: Annotated[
        list[str] | None, typer.Option("--features", help="Names or groups [default: default].")
    ] = None,
    context_dropout: ContextDropoutOption = 0.3,
    intensity: Intensity = "both",
    cutoff: Annotated[int, typer.Option(help="The k of nDCG@k, which is optimised.")] = 10,
    library: Annotated[
        str, typer.Option(help="Who grows the trees: lightgbm, xgboost or catboost.")
    ] = "lightgbm",
    objective: Annotated[
        str, typer.Option(help="lambdarank, or rank_xendcg, which ignores gains' sizes.")
    ] = "lambdarank",
    anchor: Annotated[
        bool, typer.Option(help="Learn a correction of the first stage's score.")
    ] = True,
    depth: Annotated[
        int, typer.Option(help="Lists are made this long by the first stage; 0: as shown.")
    ] = 100,
    unseen: Annotated[
        int, typer.Option(help="Of what that adds, negatives a list; -1 for all.")
    ] = 20,
    monotone: Annotated[
        bool, typer.Option("--monotone", help="Scores may only rise with what is declared better.")
    ] = False,
    position_debias: Annotated[
        bool,
        typer.Option("--position-debias", help="Learn the effect of the rank shown, and drop it."),
    ] = False,
    examination: Annotated[
        Path | None,
        typer.Option("--examination", help="Weigh by this examination.json, from analyze."),
    ] = None,
    trials: Annotated[int, typer.Option(min=0, help="Settings to try first; 0 for none.")] = 0,
    search: Annotated[str, typer.Option(help="Who proposes them: random or optuna.")] = "random",
    guard: GuardOption = True,
    seed: Seed = 0,
    as_json: JsonOption = False,
) -> None:
    """Train boosted trees over ranking features, on top of the first stage's score."""
    from lrat_rank.mining.examination import read_examination
    from lrat_rank.models.intensity_use import IntensityUse
    from lrat_rank.models.lightgbm.options import Library, LightGBMOptions, Objective
    from lrat_rank.pipeline.train import train_lightgbm
    from lrat_rank.registry import one_of

    options = LightGBMOptions(
        features=tuple(split_values(features or [])),
        context_dropout=context_dropout,
        intensity=IntensityUse.parse(intensity),
        cutoff=cutoff,
        library=one_of(Library, library, "library"),
        objective=one_of(Objective, objective, "objective"),
        anchor=anchor,
        depth=depth,
        unseen=None if unseen == -1 else unseen,
        monotone=monotone,
        position_debias=position_debias,
        examination=read_examination(examination) if examination else None,
        search_trials=trials,
        search_library=search,
        seed=seed,
    )
    result = train_lightgbm(labels, index, out, options, validation=validation, base=base)
    guarded = guarded_if(guard, out, labels, index, validation=validation)
    report_trained(result, as_json=as_json, guard=guarded)
