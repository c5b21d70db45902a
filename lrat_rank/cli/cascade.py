"""`lrat-rank cascade`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from lrat_rank.cli.console import JsonOption, emit


def cascade(
    first: Annotated[Path, typer.Argument(help="Ranker folder that orders every candidate.")],
    second: Annotated[Path, typer.Argument(help="Ranker folder that looks at the best of them.")],
    out: Annotated[Path, typer.Option("--out", help="Cascade folder to write.")],
    depth: Annotated[int, typer.Option(help="How many the second ranker looks at.")] = 20,
    blend: Annotated[float, typer.Option(help="The second ranker's share there, 0 to 1.")] = 0.7,
    as_json: JsonOption = False,
) -> None:
    """Put two trained rankers in a row: the quick one first, the careful one on its best."""
    from lrat_rank.models.cascade import CascadeOptions, compose

    options = CascadeOptions(depth=depth, blend=blend)
    compose(first, second, out, options)
    result = {"ranker": str(out), "kind": "cascade", "options": msgspec.to_builtins(options)}
    line = f"Wrote a cascade to {out}: {first}, then {second} on the best {depth}."
    emit(result, [line], as_json=as_json)
