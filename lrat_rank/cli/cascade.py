"""`lrat-rank cascade`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from lrat_rank.cli.console import JsonOption, emit
from lrat_rank.errors import InputError

if TYPE_CHECKING:
    from lrat_rank.pipeline.cascade import CascadeResult


def cascade(
    first: Annotated[Path, typer.Argument(help="Ranker folder that orders every candidate.")],
    second: Annotated[Path, typer.Argument(help="Ranker folder that looks at the best of them.")],
    out: Annotated[Path, typer.Option("--out", help="Cascade folder to write.")],
    depth: Annotated[
        int | None, typer.Option(help="How many the second ranker looks at.", show_default="20")
    ] = None,
    blend: Annotated[
        float | None,
        typer.Option(help="The second ranker's share there, 0 to 1.", show_default="0.7"),
    ] = None,
    tune: Annotated[
        Path | None,
        typer.Option(help="Labelled lists about other questions, which choose depth and blend."),
    ] = None,
    index: Annotated[
        Path | None, typer.Option("--index", help="Index folder of their documents (--tune).")
    ] = None,
    budget: Annotated[
        int, typer.Option(help="Mean documents a query for the second ranker (--tune).")
    ] = 20,
    as_json: JsonOption = False,
) -> None:
    """Put two trained rankers in a row: the quick one first, the careful one on its best."""
    from lrat_rank.models.cascade import CascadeOptions
    from lrat_rank.pipeline.cascade import make_cascade, tune_cascade

    given: dict[str, Any] = {
        name: value for name, value in {"depth": depth, "blend": blend}.items() if value is not None
    }
    if tune is None:
        result = make_cascade(first, second, out, CascadeOptions(**given))
    elif given:
        name, value = next(iter(given.items()))
        raise InputError(f"--{name}", must="left out with --tune, which chooses it", got=value)
    elif index is None:
        raise InputError(
            "--index", must="given with --tune, whose documents are ranked", got="nothing"
        )
    else:
        result = tune_cascade(first, second, out, labels=tune, index=index, budget=budget)
    line = f"Wrote a cascade to {out}: {first}, then {second} on {_reach(result)}."
    emit(msgspec.to_builtins(result), [line, *_chosen(result)], as_json=as_json)


def _reach(result: CascadeResult) -> str:
    options = result.options
    if options["margin"] is None:
        return f"the best {options['depth']}"
    return (
        f"the best {options['keep']} and those less than {options['margin']:.4g} behind them, "
        f"at most {options['depth']}"
    )


def _chosen(result: CascadeResult) -> list[str]:
    if result.tuning is None:
        return []
    choice = result.tuning["choice"]
    best, alone = choice["figures"][choice["place"]], choice["figures"][0]
    line = (
        f"nDCG@10 on {choice['n_lists']} validation lists: {best['ndcg']:.4f} with "
        f"{best['setting']} ({result.tuning['pairs']:.1f} documents a query), "
        f"{alone['ndcg']:.4f} with {alone['setting']}."
    )
    if choice["place"]:
        return [line]
    return [line, "The second ranker was not better by a standard error, so it is not asked."]
