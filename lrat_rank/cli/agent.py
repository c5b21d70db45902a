"""`lrat-rank agent`: the group of commands about agents with a language model."""

from __future__ import annotations

import typer

agent = typer.Typer(
    help="Run a search agent with a language model, and score what agents did.",
    no_args_is_help=True,
)
