"""The options of commands whose agents work questions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lrat_rank.errors import InputError

if TYPE_CHECKING:
    from lrat_rank.eval.simulation import Question

HopsOption = Annotated[
    Path | None, typer.Option(help="Questions with sub-questions, answers and evidence (JSONL).")
]
QueriesOption = Annotated[Path | None, typer.Option(help="Questions, with --qrels.")]
QrelsOption = Annotated[Path | None, typer.Option(help="Their evidence, with --queries.")]


def read_questions(hops: Path | None, queries: Path | None, qrels: Path | None) -> list[Question]:
    """The questions of `--hops`, or of `--queries` and `--qrels`.

    Raises:
        InputError: Neither or both are given, or a file does not hold.
    """
    from lrat_rank.collections import read_qrels, read_topics
    from lrat_rank.eval.simulation.collection_questions import (
        questions_from_hops,
        questions_from_qrels,
    )

    given = [name for name, path in _named(hops, queries, qrels) if path is not None]
    if hops is not None and len(given) == 1:
        return questions_from_hops(hops)
    if hops is None and queries is not None and qrels is not None:
        return questions_from_qrels(read_topics(queries), read_qrels(qrels))
    raise InputError(
        "questions",
        must="given as --hops FILE, or as --queries FILE and --qrels FILE",
        got=" and ".join(given) or "none of them",
    )


def _named(
    hops: Path | None, queries: Path | None, qrels: Path | None
) -> list[tuple[str, Path | None]]:
    return [("--hops", hops), ("--queries", queries), ("--qrels", qrels)]
