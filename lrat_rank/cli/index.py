"""`lrat-rank index`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from lrat_rank.cli.console import JsonOption, emit


def index(
    corpus: Annotated[Path, typer.Argument(help="Corpus, JSON Lines (BEIR or LRAT form).")],
    out: Annotated[Path, typer.Option("--out", help="Index folder to write.")],
    encoder: Annotated[
        str, typer.Option(help="offline, a checkpoint folder, a hub name, or none (BM25 alone).")
    ] = "offline",
    language: Annotated[str, typer.Option(help="Stemmer and stop words, or none.")] = "english",
    ann: Annotated[str, typer.Option(help="Vector search: flat (exact), hnsw or ivf.")] = "flat",
    bm25_backend: Annotated[str, typer.Option(help="bm25s, or rank-bm25 for reference.")] = "bm25s",
    token_vectors: Annotated[
        bool | None,
        typer.Option(
            "--token-vectors/--no-token-vectors",
            help="Keep a vector a word piece, for late-interaction features; by default, up to "
            "100,000 documents.",
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at a repeated id.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Index a corpus for BM25 and, with an encoder, dense and hybrid search."""
    from lrat_rank.models.first_stage import IndexOptions
    from lrat_rank.pipeline.index import build_index

    options = IndexOptions(
        encoder=encoder,
        language=language,
        ann=ann,
        bm25_backend=bm25_backend,
        token_vectors=token_vectors,
    )
    result = build_index(corpus, out, options, strict=strict)
    lines = [f"Indexed {result.documents} documents in {result.index} (encoder: {result.encoder})."]
    if result.repeats:
        lines.append(
            f"Left out {len(result.repeats)} with an id that came before: {result.repeats[0]}"
        )
    emit(msgspec.to_builtins(result), lines, as_json=as_json)
