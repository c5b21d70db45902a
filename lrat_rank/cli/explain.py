"""`lrat-rank explain`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from lrat_rank.cli.console import JsonOption, emit

if TYPE_CHECKING:
    from lrat_rank.models.explain.explanation import Explanation
    from lrat_rank.pipeline.explain import ExplainResult

_WIDTH = 100


def explain(
    index: Annotated[Path, typer.Argument(help="Index folder.")],
    query: Annotated[str, typer.Argument(help="The query's text.")],
    doc_id: Annotated[str, typer.Argument(metavar="DOC", help="The document's doc_id.")],
    ranker: Annotated[Path, typer.Option("--ranker", help="Ranker folder.")],
    depth: Annotated[int, typer.Option(help="Documents of the list it is ranked in.")] = 100,
    sentences: Annotated[
        int, typer.Option(help="Sentences a cross-encoder reads that are left out in turn.")
    ] = 12,
    features: Annotated[int, typer.Option(min=1, help="Features shown, the largest first.")] = 15,
    no_guard: Annotated[bool, typer.Option("--no-guard", help="Leave the guard out.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show why a ranker scores a document as it does."""
    from lrat_rank.pipeline.explain import explain_document

    result = explain_document(
        index, ranker, query, doc_id, depth=depth, sentences=sentences, guard=not no_guard
    )
    emit(msgspec.to_builtins(result), _lines(result, features), as_json=as_json)


def _lines(result: ExplainResult, features: int) -> list[str]:
    rank = result.first_stage_rank
    lines = [
        f"{result.doc_id!r} for {result.query!r}",
        f"first stage: rank {rank}" if rank else "first stage: not in its list",
    ]
    if result.probability is not None:
        lines.append(f"probability that an agent finds it relevant: {result.probability:.3f}")
    return [*lines, "", *_told(result.explanation, features, "")]


def _told(explanation: Explanation, features: int, indent: str) -> list[str]:
    lines = [
        f"{explanation.ranker}: score {explanation.score:.4f}, "
        f"rank {explanation.rank} of {explanation.n_documents}"
    ]
    for name, value in explanation.terms.items():
        lines.append(f"  {name}: {value if isinstance(value, str) else format(value, '.4f')}")
    if explanation.contributions:
        lines += _contributions(explanation, features)
    if explanation.passage is not None:
        lines += _passage(explanation)
    told = [f"{indent}{line}" for line in lines]
    for part in explanation.parts:
        told += ["", *_told(part, features, f"{indent}  ")]
    return told


def _contributions(explanation: Explanation, features: int) -> list[str]:
    rows = [
        (
            one.feature,
            "missing" if one.value is None else f"{one.value:.4g}",
            f"{one.contribution:+.4f}",
        )
        for one in explanation.contributions[:features]
    ]
    left = explanation.contributions[features:]
    if left:
        rows.append((f"{len(left)} others", "", f"{sum(one.contribution for one in left):+.4f}"))
    return _table(("feature", "value", "adds"), rows, right=(1, 2))


def _passage(explanation: Explanation) -> list[str]:
    from lrat_rank.excerpts import one_line

    passage = explanation.passage
    assert passage is not None
    lines = [f"  query as read: {passage.query}"]
    if passage.sentences:
        rows = [(f"{one.effect:+.4f}", one_line(one.text, 400)) for one in passage.sentences]
        lines += _table(("effect", "sentence (logit with it − logit without it)"), rows, right=(0,))
    else:
        lines.append(f"  document as read: {one_line(passage.read, 2000)}")
    if passage.cut:
        lines.append(f"  not read: {len(passage.cut)} characters: {one_line(passage.cut, 200)}")
    return lines


def _table(
    heads: tuple[str, ...], rows: Sequence[tuple[str, ...]], *, right: tuple[int, ...]
) -> list[str]:
    """A table of plain lines, so that it reads the same on a terminal and in a file."""
    from rich.box import SIMPLE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE)
    for place, head in enumerate(heads):
        table.add_column(head, justify="right" if place in right else "left")
    for row in rows:
        table.add_row(*map(Text, row))
    console = Console(width=_WIDTH, color_system=None, force_terminal=False)
    with console.capture() as captured:
        console.print(table)
    return [line.rstrip() for line in captured.get().splitlines() if line.strip()]
