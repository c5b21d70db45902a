"""`lrat-rank reindex`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from lrat_rank.cli.console import JsonOption, emit


def reindex(
    index: Annotated[Path, typer.Argument(help="Index folder to start from.")],
    encoder: Annotated[
        str, typer.Option(help="A folder of lrat-rank train dense, offline, or a hub name.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Index folder to write.")],
    as_json: JsonOption = False,
) -> None:
    """Make an index again with another encoder; the corpus is not analysed again."""
    from lrat_rank.pipeline.index import encode_index_again

    result = encode_index_again(index, encoder, out)
    line = f"Encoded {result.documents} documents again in {result.index} (encoder: {encoder})."
    emit(msgspec.to_builtins(result), [line], as_json=as_json)
