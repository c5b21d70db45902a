"""What of the agent's context a trained ranker reads: options of `lrat-rank train`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lrat_rank.cli.console import split_values

if TYPE_CHECKING:
    from lrat_rank.models.cross_encoder.context_text import ContextTemplate

ContextOption = Annotated[
    list[str] | None,
    typer.Option(
        "--context",
        help="Read the agent's context beside the query: reasoning, question and queries, each "
        "with its tokens (reasoning:96); on is reasoning alone [default: off].",
    ),
]
ContextDropoutOption = Annotated[
    float,
    typer.Option(
        "--context-dropout",
        min=0.0,
        max=1.0,
        help="Share of the training lists that are read without their context.",
    ),
]


def context_template(values: list[str] | None) -> ContextTemplate:
    """The template that the values of `--context` ask for.

    Raises:
        InputError: A part is unknown or comes twice, or its tokens are no whole number.
    """
    from lrat_rank.models.cross_encoder.context_text import ContextTemplate

    return ContextTemplate.parse(" ".join(split_values(values or [])))
