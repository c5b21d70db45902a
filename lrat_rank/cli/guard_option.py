"""The option that puts a guard beside a ranker as soon as it is trained."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lrat_rank.errors import InputError
from lrat_rank.progress import say

if TYPE_CHECKING:
    from lrat_rank.pipeline.guard import GuardResult

GuardOption = Annotated[
    bool,
    typer.Option(
        "--guard/--no-guard",
        help="Keep the first stage's order for queries and collections unlike those of training.",
    ),
]


def guarded_if(
    asked: bool, ranker: Path, labels: Path, index: Path, *, validation: Path | None
) -> GuardResult | None:
    """Guard a ranker that was just trained, and say what came of it.

    A ranker that cannot be guarded stays as it is: its training was the longer work.
    """
    from lrat_rank.models.blending.validation import USE_DEPTH
    from lrat_rank.pipeline.guard import guard_ranker

    if not asked:
        return None
    try:
        result = guard_ranker(ranker, labels, index, validation=validation, depth=USE_DEPTH)
    except InputError as error:
        say(f"Warning: the ranker has no guard. {error}")
        return None
    if result.blend == 0:
        say(
            "Warning: on the validation lists the ranker is not better than the first stage by a "
            "standard error: its guard keeps the first stage's order (--no-guard uses it anyway)."
        )
    return result
